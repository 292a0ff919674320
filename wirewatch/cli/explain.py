"""`wirewatch explain`: why a story came or didn't."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from streams.matching.match import Watches
from streams.model.story import ID_LENGTH
from streams.model.watch import Watch
from streams.tagging import Tagger
from wirewatch.cli.find_kafka import kafka_of
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import ConfigFolder, Data, Json, Kafka, reading
from wirewatch.config import Config
from wirewatch.config.environment import environment
from wirewatch.config.tables import SETTINGS
from wirewatch.config.wording import choose, shown
from wirewatch.history.explain_input import ExplainOptions, explain_input, explain_past, is_name
from wirewatch.input.input_text import is_file
from wirewatch.runtime.second_reader import both_readers

app = typer.Typer()

PART_OF_ID = re.compile(r"(?=.*[0-9])[0-9a-fA-F]+")


@app.command("explain")
def explain_command(
    *,
    given: Annotated[
        str,
        typer.Argument(
            metavar="ALERT|STORY|URL|FILE|TEXT|-",
            help="An id or the beginning of one, a story's address, a text, or stories as for "
            "`tag` in a file or on standard input (-).",
        ),
    ],
    watch: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this watch; may be given again.")
    ] = None,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say why a story came or didn't: every stage, every threshold, the nearest miss first."""
    loaded = config_in_force(config, environment(kafka, data), secrets={SETTINGS})
    settings = loaded.settings
    asked = explain_options(loaded, _named(watch, loaded.watches), every=bool(watch))
    asked = replace(asked, as_json=as_json)
    bad = 0
    with reading(given):
        if is_name(given) and not is_file(given):
            explain_past(given, kafka_of(settings), settings.prefix, asked)
        else:
            _require_whole_id(given)
            bad = explain_input(given, asked)
    if bad:
        raise typer.Exit(1)


def explain_options(loaded: Config, named: Sequence[Watch], *, every: bool) -> ExplainOptions:
    """Return what a story is explained by: the watches that are named, and what tags it."""
    watches = Watches(named)
    return ExplainOptions(
        tagger=both_readers(loaded, Tagger(loaded.topics, loaded.offices), watches),
        watches=watches,
        backfill=loaded.settings.backfill_alerts,
        every=every,
    )


def _require_whole_id(given: str) -> None:
    """Refuse what was meant as an id, so that it isn't explained as a text."""
    if PART_OF_ID.fullmatch(given) and not is_file(given):
        wanted = f"an id, or the beginning of one, has 6 to {ID_LENGTH} digits"
        raise typer.BadParameter(f"{shown(given)} is not an id: {wanted}")


def _named(names: Sequence[str] | None, watches: Sequence[Watch]) -> list[Watch]:
    """Return the watches named, all if none is."""
    known = {watch.id: watch for watch in watches}
    try:
        return [known[choose(name, known)] for name in names or known]
    except ValueError as error:
        raise typer.BadParameter(f"--watch: {error}") from error
