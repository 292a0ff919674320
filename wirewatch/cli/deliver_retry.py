"""`wirewatch deliver retry`: what was given up, sent once more."""

import time
from pathlib import Path
from typing import Annotated

import typer

from connectors.delivery.outbox.retry import retry_failed
from connectors.delivery.sinks.terminal_text import plain
from wirewatch.cli.options import ConfigFolder, Data
from wirewatch.config import load
from wirewatch.config.environment import environment
from wirewatch.counted import counted

retry = typer.Typer()


@retry.command("retry")
def retry_command(
    subscriber: Annotated[
        str | None,
        typer.Argument(
            help="Whose, or of which channel (anna/mail); without it, those of all subscribers."
        ),
    ] = None,
    *,
    config: ConfigFolder = Path(),
    data: Data = None,
) -> None:
    """Send once more what was given up in the last 30 days, under the same ids."""
    loaded = load(config, environment(None, data), secrets=())
    found = retry_failed(loaded.settings.data / "outbox.sqlite", time.time(), subscriber)
    for name, count in sorted(found.counts.items()):
        typer.echo(f"{name}: {counted(count, 'event')} to be sent again")
    for name, stop in sorted(found.stopped.items()):
        typer.echo(
            f"{name}: nothing is sent again, since it is stopped: {plain(stop.why)}. Run "
            f"`wirewatch subscribers resume {name}` first."
        )
    if found.counts:
        typer.echo("A running deliver sends them within seconds.")
    elif not found.stopped:
        typer.echo("nothing was given up" + (f" for {subscriber}" if subscriber else ""))
