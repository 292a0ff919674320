"""`wirewatch status`: how all is doing, on one screen."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import typer
from rich.console import Console

from wirewatch.cli.options import ConfigFolder, Data, Json, Kafka
from wirewatch.config.environment import environment
from wirewatch.config.last_good import load_in_force
from wirewatch.config.report import each
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
    in_force = load_in_force(config, environment(kafka, data), secrets=())
    if in_force.faults is not None:
        for text in each(in_force.faults):
            typer.echo(text, err=True)
    found = status(in_force, datetime.now(UTC))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        console = _console()
        console.print(screen(found))
        for line in verdict(found):
            console.print(line)
    if found.problems:
        raise typer.Exit(1)


def _console() -> Console:
    console = to_console()
    return console if console.is_terminal or "COLUMNS" in os.environ else to_console(width=WIDE)
