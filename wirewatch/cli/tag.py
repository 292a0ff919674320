"""`wirewatch tag`: the countries, pairs and topics of a text."""

import asyncio
import os
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from connectors.pages.article import read_article
from streams.tagging import Tagger
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import ConfigFolder, Json, reading
from wirewatch.config.tables import SETTINGS
from wirewatch.config.wording import shown
from wirewatch.input.story_input import StoryInput, told_story
from wirewatch.render.tag_view import show_tags, tag_input
from wirewatch.runtime.second_reader import both_readers
from wirewatch.user_agent import USER_AGENT

app = typer.Typer()


@app.command("tag")
def tag_command(
    *,
    given: Annotated[
        str,
        typer.Argument(
            metavar="TEXT|FILE|URL|-",
            help="A text, a file, a page, or - for standard input. JSON lines: a story each, with "
            "id, headline and, where there are any, summary, body, language, source, published.",
        ),
    ] = "-",
    config: ConfigFolder = Path(),
    as_json: Json = False,
) -> None:
    """Tag a text: its countries, pairs and topics, with the words that decided."""
    loaded = config_in_force(config, os.environ, secrets={SETTINGS})
    tagger = both_readers(loaded, Tagger(loaded.topics, loaded.offices))
    if given.startswith(("http://", "https://")):
        allow = loaded.settings.allow_private_addresses
        if not urlsplit(given).hostname:
            raise typer.BadParameter(f"{shown(given)} is not a web address: it has no host")
        page = asyncio.run(read_article(given, user_agent=USER_AGENT, allow_private=allow))
        if not any(page):
            raise typer.BadParameter(f"{shown(given)} holds no headline and no text")
        show_tags(
            1, told_story(StoryInput(headline=page[0], body=page[1])), tagger, as_json=as_json
        )
        return
    with reading(given):
        bad = tag_input(given, tagger, as_json=as_json)
    if bad:
        raise typer.Exit(1)
