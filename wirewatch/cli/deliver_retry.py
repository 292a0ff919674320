"""`wirewatch deliver retry`: what was given up, sent once more."""

import time
from pathlib import Path
from typing import Annotated

import typer

from connectors.delivery.outbox.receiver_queue import person
from connectors.delivery.outbox.retry import ever_queued_for, retry_failed
from connectors.delivery.sinks.terminal_text import plain
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import ConfigFolder, Data, known_name
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
    loaded = config_in_force(config, environment(None, data), secrets=())
    outbox, now = loaded.settings.data / "outbox.sqlite", time.time()
    if subscriber is not None:
        # What was given up for somebody who is no subscriber any more may still be sent.
        ids = {one.id for one in loaded.subscribers} | ever_queued_for(outbox, now)
        known_name(subscriber, ids | {person(name) for name in ids}, "subscriber")
    found = retry_failed(outbox, now, subscriber)
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
