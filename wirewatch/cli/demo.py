"""`wirewatch demo`."""

import asyncio
from typing import Annotated

import typer

from wirewatch.demo.play import play
from wirewatch.runtime import logs
from wirewatch.runtime.shutdown import run_until_stopped

app = typer.Typer()


@app.command("demo")
def demo_command(
    *,
    stay: Annotated[
        bool, typer.Option("--stay", help="Keep the page up after the end, until Ctrl-C.")
    ] = False,
) -> None:
    """Show the main job on sample feeds: feeds, Kafka, Faust, alerts.

    It leaves nothing behind but a folder with the mails and the feed of its alerts, and names it.
    """
    logs.configure(json=False, level="warning")
    stop = asyncio.Event()
    if not run_until_stopped(play(stop, stay=stay), stop):
        raise typer.Exit(1)
