"""`wirewatch stories ...`: stories of the archive."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from streams.model.tags import Relation, TopicRole
from wirewatch.archive import queries
from wirewatch.archive.rows import StoryQuery
from wirewatch.archive.story_search import stories as stories_found
from wirewatch.archive.view import story_lines
from wirewatch.cli.archive_rows import show
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.known_names import require
from wirewatch.cli.options import (
    ConfigFolder,
    Cursor,
    Data,
    Json,
    Limit,
    Since,
    Until,
    moment,
    pair,
    ruled,
)
from wirewatch.config import rules
from wirewatch.config.environment import environment

stories = typer.Typer(
    name="stories", help="Stories in the archive: search them.", no_args_is_help=True
)


# Words behind a dash are no options, and may stand alone.
@stories.command("search", context_settings={"ignore_unknown_options": True})
def search_command(
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORDS]...",
            help='All must be in it; "a phrase" in quotes, the beginning of a word as drill*; '
            "none behind a dash: 'army -football'.",
        ),
    ] = None,
    with_pair: Annotated[
        str, typer.Option("--pair", metavar="KH-US", help="Only with this pair of countries.")
    ] = "",
    relation: Annotated[
        Relation | None, typer.Option(help="How the two countries of --pair meet.")
    ] = None,
    topic: Annotated[str, typer.Option(metavar="SLUG", help="Only with this topic.")] = "",
    role: Annotated[
        TopicRole | None, typer.Option(help="Whether --topic is the story's main one.")
    ] = None,
    country: Annotated[str, typer.Option(metavar="KH", help="Only with this country.")] = "",
    language: Annotated[str, typer.Option(metavar="km", help="Only in this language.")] = "",
    outlet: Annotated[
        str, typer.Option(metavar="NAME", help="Only of this outlet, or of the feed of this id.")
    ] = "",
    watch: Annotated[str, typer.Option(metavar="ID", help="Only in alerts of this watch.")] = "",
    since: Since = None,
    until: Until = None,
    limit: Limit = 20,
    cursor: Cursor = "",
    config: ConfigFolder = Path(),
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Find stories by words and by what they are about, newest first."""
    if relation is not None and not with_pair:
        raise typer.BadParameter("--relation goes with --pair")
    if role is not None and not topic:
        raise typer.BadParameter("--role goes with --topic")
    for word in words or ():
        if word.startswith("--"):
            raise typer.BadParameter(f"no such option: {word.partition('=')[0]}")
    now = datetime.now(UTC)
    query = StoryQuery(
        words=" ".join(map(_as_searched, words or ())),
        pair=pair(with_pair),
        relation=relation or "",
        topic=topic,
        role=role or "",
        country=ruled("--country", country, rules.country),
        language=ruled("--language", language, rules.language),
        outlet=outlet,
        watch=watch,
        since=None if since is None else moment(since, now),
        until=None if until is None else moment(until, now),
        limit=limit,
        cursor=cursor,
    )
    loaded = config_in_force(config, environment(None, data), secrets=())
    require(loaded, watch=watch, topic=topic)
    with queries.reading(loaded.settings.data) as db:
        rows = stories_found(db, query)
    show(rows, story_lines, what="story", limit=limit, as_json=as_json)


def _as_searched(argument: str) -> str:
    """Return an argument as the search takes it: the shell took the quotes of a phrase away.

    What has quotes of its own, or leaves words out, is a search and no phrase.
    """
    parts = argument.split()
    search = len(parts) < 2 or '"' in argument or any(part.startswith("-") for part in parts)
    return argument if search else f'"{argument}"'
