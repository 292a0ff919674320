"""`wirewatch demo`."""

import asyncio

import typer

from wirewatch import logs
from wirewatch.demo.play import play
from wirewatch.stopping import run_until_stopped

app = typer.Typer()


@app.command("demo")
def demo_command() -> None:
    """Show the main job on sample feeds: feeds, Kafka, Faust, alerts. Leaves nothing behind."""
    logs.configure(json=False, level="warning")
    stop = asyncio.Event()
    if not run_until_stopped(play(stop), stop):
        raise typer.Exit(1)
