"""`wirewatch demo`."""

import asyncio

import typer

from wirewatch.demo.play import play
from wirewatch.runtime import logs
from wirewatch.runtime.shutdown import run_until_stopped

app = typer.Typer()


@app.command("demo")
def demo_command() -> None:
    """Show the main job on sample feeds: feeds, Kafka, Faust, alerts. Leaves nothing behind."""
    logs.configure(json=False, level="warning")
    stop = asyncio.Event()
    if not run_until_stopped(play(stop), stop):
        raise typer.Exit(1)
