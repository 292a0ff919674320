"""`wirewatch check`: every fault of the configuration at once."""

import os
from pathlib import Path

import typer

from wirewatch.cli.options import ConfigFolder
from wirewatch.config import load
from wirewatch.counted import counted

app = typer.Typer()


@app.command("check")
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
