"""`wirewatch status`: how all is doing, on one screen."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import typer
from rich.console import Console

from wirewatch.cli.options import ConfigFolder, Data, Json, Kafka
from wirewatch.config import Config, load
from wirewatch.config.environment import environment
from wirewatch.config.faults import ConfigError
from wirewatch.config.last_good import load_or_last_good
from wirewatch.config.report import lines
from wirewatch.render.console import to_console
from wirewatch.status.collect import status
from wirewatch.status.view import screen, verdict

WIDE = 160
"""Columns where there is no terminal to say how many it has."""

app = typer.Typer()


@app.command("status")
def status_command(
    *,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show how all is doing, and what needs you. The exit code is 1 when something does."""
    found = status(_loaded(config, kafka, data), datetime.now(UTC))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        console = _console()
        console.print(screen(found))
        for line in verdict(found):
            console.print(line)
    if found.problems:
        raise typer.Exit(1)


def _loaded(config: Path, kafka: str | None, data: Path | None) -> Config:
    """Return the configuration that services go by: the last good one while a file is broken."""
    given = environment(kafka, data)
    try:
        return load(config, given, secrets=())
    except ConfigError as error:
        in_force = load_or_last_good(config, given, secrets=())
        for text in lines(error):
            typer.echo(text, err=True)
        return in_force.config


def _console() -> Console:
    console = to_console()
    return console if console.is_terminal or "COLUMNS" in os.environ else to_console(width=WIDE)
