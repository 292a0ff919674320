"""The commands that need no Kafka: tag, eval, check."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from connectors.pages.article import read_article
from streams.matching.match import Watches
from streams.tagging import Tagger
from wirewatch.cli.options import ConfigFolder, Json, reading
from wirewatch.config import load
from wirewatch.config.tables import SETTINGS
from wirewatch.config.wording import shown
from wirewatch.counted import counted
from wirewatch.evaluation.gold import GoldError
from wirewatch.evaluation.report import as_json as show_json
from wirewatch.evaluation.report import evaluate, show
from wirewatch.input.story_input import StoryInput, told_story
from wirewatch.render.tag_view import show_tags, tag_input
from wirewatch.runtime.second_reader import both_readers
from wirewatch.user_agent import USER_AGENT

tools = typer.Typer()


@tools.command("tag")
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
    loaded = load(config, os.environ, secrets={SETTINGS})
    tagger = both_readers(loaded, Tagger(loaded.topics, loaded.offices))
    if given.startswith(("http://", "https://")):
        allow = loaded.settings.allow_private_addresses
        if not urlsplit(given).hostname:
            raise typer.BadParameter(f"{shown(given)} is no web address: it names no host")
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


@tools.command("eval")
def eval_command(
    *,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="JSON lines as for `tag`, with labels: countries, countries_ok, countries_main, "
            "topics, dyads, alert.",
        ),
    ],
    config: ConfigFolder = Path(),
    errors: Annotated[int, typer.Option(help="Show so many of the worst disagreements.")] = 0,
    as_json: Json = False,
) -> None:
    """Hold the tagger and your watches against labelled stories, each file by itself."""
    loaded = load(config, os.environ, secrets={SETTINGS})
    tagger = both_readers(loaded, Tagger(loaded.topics, loaded.offices))
    for path in files:
        try:
            account = evaluate(
                path, tagger, Watches(loaded.watches), quiet=as_json or not sys.stderr.isatty()
            )
        except OSError as error:
            raise typer.BadParameter(f"can't read {path}: {error.strerror}") from error
        except GoldError as error:
            raise typer.BadParameter(f"{path}: {error}") from error
        (show_json if as_json else show)(path, account, errors=errors)


@tools.command("check")
def check_command(*, config: ConfigFolder = Path()) -> None:
    """Check the configuration: every fault at once, with file and line."""
    loaded = load(config, os.environ)
    for name in loaded.files:
        typer.echo(f"{name}: fine")
    for name in loaded.defaults:
        typer.echo(f"{name}: not there, the one that ships is used")
    counts = f"{counted(len(loaded.feeds), 'feed')}, {counted(len(loaded.watches), 'watch')}"
    typer.echo(f"{counts}, {counted(len(loaded.subscribers), 'subscriber')}")
    if loaded.topics or loaded.offices:
        holders = counted(len(loaded.offices), "office holder")
        typer.echo(f"your own: {counted(len(loaded.topics), 'topic')}, {holders}")
