"""What the commands of `wirewatch feeds` share."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from connectors.errors import ConnectorError
from connectors.polling.feed import Feed
from wirewatch.cli.options import known_name
from wirewatch.counted import counted
from wirewatch.feedlist import file
from wirewatch.feedlist.file import FeedsFile

SOON = "a running wirewatch picks this up automatically"

Tag = Annotated[list[str] | None, typer.Option("--tag", help="Only feeds with this tag.")]


class FeedsError(ConnectorError):
    """What was asked can't be done. The message says why, and what to do."""


def own_file(config: Path) -> FeedsFile:
    """Return the operator's own list; the one that ships isn't changed behind their back."""
    own = file.open_file(config)
    if own is None:
        raise FeedsError(
            f"there is no {file.NAME} in {config.resolve()}, so the list that ships is in use: "
            "`wirewatch feeds init` makes it yours, `wirewatch feeds init --empty` begins without"
        )
    return own


def own_or_begun(config: Path) -> FeedsFile:
    """Return the operator's own list; where there is none, ask what it is to begin with."""
    if file.open_file(config) is None and sys.stdin.isatty():
        typer.echo(f"There is no {file.NAME} in {config.resolve()} yet.", err=True)
        keep = typer.confirm("Begin it with the feeds that ship?", default=None, err=True)
        begin(config, empty=not keep)
    return own_file(config)


def begin(config: Path, *, empty: bool) -> None:
    """Make a feeds.toml, from the list that ships or an empty one."""
    text = file.EMPTY if empty else file.shipped()
    file.save(config, text)
    number = len(file.parse(text).sections)
    typer.echo(f"made {config.resolve() / file.NAME} with {counted(number, 'feed')}")


def tagged(all_feeds: Sequence[Feed], tags: Sequence[str] | None) -> list[Feed]:
    """Return the feeds with one of the tags; all of them, if there are no tags.

    A tag that no feed has is refused.
    """
    known = {tag for feed in all_feeds for tag in feed.tags}
    for tag in tags or ():
        known_name(tag, known, "tag")
    return [feed for feed in all_feeds if not tags or set(tags) & set(feed.tags)]


def named(all_feeds: Sequence[Feed], name: str) -> Feed:
    """Return the feed with an id; a mistyped one is refused."""
    ids = {feed.id: feed for feed in all_feeds}
    return ids[known_name(name, ids, "feed")]


def checked(rule: Callable[[str], str], value: str, hint: str) -> str:
    """Hold an option against the rule for its key in feeds.toml."""
    try:
        return rule(value)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=hint) from error
