"""`wirewatch feeds ...`: what an operator does with the list of feeds."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from wirewatch.cli.feeds_add import add
from wirewatch.cli.feeds_shared import (
    SOON,
    FeedsError,
    Tag,
    begin,
    checked,
    own_file,
    own_or_begun,
    tagged,
)
from wirewatch.cli.feeds_status import look
from wirewatch.cli.options import ConfigFolder, known_name
from wirewatch.config import load, rules
from wirewatch.counted import counted
from wirewatch.feedlist import file, imported_feed, lists, opml
from wirewatch.feedlist.blocks import plan
from wirewatch.feedlist.file import FeedsFile

NAMED = 20
"""Duplicates that are named one by one."""

feeds = typer.Typer(
    name="feeds",
    help="The list of feeds: see how they are doing, add, check, import, export, pause.",
    no_args_is_help=True,
)
edit = typer.Typer()
for part in (look, add, edit):
    feeds.add_typer(part)

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="The feeds' ids.")]


@edit.command("init")
def init_command(
    *,
    config: ConfigFolder = Path(),
    empty: Annotated[bool, typer.Option("--empty", help="Without the feeds that ship.")] = False,
) -> None:
    """Make a feeds.toml of your own: the list that ships, or an empty one."""
    if file.open_file(config) is not None:
        raise FeedsError(f"{config.resolve() / file.NAME} is there already")
    begin(config, empty=empty)


@edit.command("import")
def import_command(
    *,
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="OPML, CSV, or text with an address a line.")
    ],
    tag: Annotated[list[str] | None, typer.Option(help="A tag for each of them.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be.")] = False,
    config: ConfigFolder = Path(),
) -> None:
    """Add the feeds of a list to feeds.toml: OPML, however broken, CSV or plain text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"can't read {path}: {error.strerror}") from error
    own = (file.open_file(config) or file.parse("")) if dry_run else own_or_begun(config)
    try:
        read = lists.read_list(data, path.name)
    except imported_feed.ListError as error:
        raise typer.BadParameter(f"{path}: {error}") from error
    extra = tuple(checked(rules.tag, one, "--tag") for one in tag or ())
    decided = plan(read, known=own.known, taken=own.sections)
    blocks = [replace(one, tags=tuple(dict.fromkeys(one.tags + extra))) for one in decided.blocks]
    if blocks and not dry_run:
        file.save(config, own.with_blocks(blocks))
    for problem in decided.problems:
        typer.echo(f"{path.name}:{problem.line}: {problem.message}", err=True)
    for problem in decided.duplicates[:NAMED]:
        typer.echo(f"{path.name}:{problem.line}: {problem.message}", err=True)
    if more := decided.duplicates[NAMED:]:
        typer.echo(f"... and {len(more)} more duplicates", err=True)
    typer.echo(
        f"{'would add' if dry_run else 'added'} {counted(len(blocks), 'feed')}; "
        f"{counted(len(decided.duplicates), 'duplicate')}, "
        f"{len(decided.problems):,} can't be taken"
    )
    if blocks and not dry_run:
        typer.echo(SOON)
    if decided.problems:
        raise typer.Exit(1)


@edit.command("export")
def export_command(*, tag: Tag = None, config: ConfigFolder = Path()) -> None:
    """Write the feeds as OPML 2.0 to standard output, for any feed reader. Without secrets."""
    loaded = load(config, os.environ, secrets=())
    sys.stdout.buffer.write(opml.write(tagged(loaded.feeds, tag)).encode())


@edit.command("pause")
def pause_command(*, ids: Ids, config: ConfigFolder = Path()) -> None:
    """Poll feeds no more, and keep them in feeds.toml."""
    _change(config, ids, "paused", lambda own, one: own.with_paused(one, paused=True))


@edit.command("resume")
def resume_command(*, ids: Ids, config: ConfigFolder = Path()) -> None:
    """Poll paused feeds again."""
    _change(config, ids, "resumed", lambda own, one: own.with_paused(one, paused=False))


@edit.command("remove")
def remove_command(*, ids: Ids, config: ConfigFolder = Path()) -> None:
    """Take feeds out of feeds.toml. What they brought is kept."""
    _change(config, ids, "removed", lambda own, one: own.without(one))


def _change(
    config: Path, ids: Sequence[str], done: str, change: Callable[[FeedsFile, str], str]
) -> None:
    """Change feeds where they stand, all of them or, if one isn't there, none."""
    own = own_file(config)
    for one in ids:
        known_name(one, own.sections, "feed")
        own = file.parse(change(own, one))
    file.save(config, own.text)
    typer.echo(f"{done} {', '.join(ids)}; {SOON}")
