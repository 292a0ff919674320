"""`wirewatch stories ...`: stories of the archive."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from streams.model.tags import Relation, TopicRole
from wirewatch.archive import queries
from wirewatch.archive.rows import StoryQuery
from wirewatch.archive.view import story_lines
from wirewatch.cli.archive_rows import show
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import ConfigFolder, Cursor, Data, Json, Limit, duration, pair
from wirewatch.config.environment import environment

stories = typer.Typer(
    name="stories", help="Stories in the archive: search them.", no_args_is_help=True
)


@stories.command("search")
def search_command(
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORDS]...",
            help='All must be in it; "a phrase" in quotes, the beginning of a word as drill*.',
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
    since: Annotated[
        str | None, typer.Option(metavar="7d", help="Only of the last m, h, d or w.")
    ] = None,
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
    query = StoryQuery(
        words=" ".join(f'"{word}"' if " " in word else word for word in words or ()),
        pair=pair(with_pair),
        relation=relation or "",
        topic=topic,
        role=role or "",
        country=country,
        language=language,
        outlet=outlet,
        watch=watch,
        since=None if since is None else datetime.now(UTC) - duration(since),
        limit=limit,
        cursor=cursor,
    )
    settings = config_in_force(config, environment(None, data), secrets=()).settings
    with queries.reading(settings.data) as db:
        rows = queries.stories(db, query)
    show(rows, story_lines, what="story", limit=limit, as_json=as_json)
