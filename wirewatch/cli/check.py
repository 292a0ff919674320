"""`wirewatch check`: every fault of the configuration at once."""

import os
import sys
from pathlib import Path

import typer

from wirewatch.archive.spikes import kept_too_short
from wirewatch.cli.in_force import stand_in
from wirewatch.cli.options import ConfigFolder
from wirewatch.config import Config
from wirewatch.config.last_good import load_in_force
from wirewatch.counted import counted
from wirewatch.runtime.exit_codes import BAD_CONFIGURATION

app = typer.Typer()


@app.command("check")
def check_command(*, config: ConfigFolder = Path()) -> None:
    """Check the configuration: every fault at once, with file and line."""
    found = load_in_force(config, os.environ)
    if found.faults is not None:
        for text in stand_in(found):
            sys.stderr.write(f"{text}\n")
        raise typer.Exit(BAD_CONFIGURATION)
    loaded = found.config
    for name in loaded.files:
        typer.echo(f"{name}: fine")
    for name in loaded.defaults:
        typer.echo(f"{name}: not there, the one that ships is used")
    counts = f"{counted(len(loaded.feeds), 'feed')}, {counted(len(loaded.watches), 'watch')}"
    typer.echo(f"{counts}, {counted(len(loaded.subscribers), 'subscriber')}")
    if loaded.topics or loaded.offices:
        holders = counted(len(loaded.offices), "office holder")
        typer.echo(f"your own: {counted(len(loaded.topics), 'topic')}, {holders}")
    if remark := _spikes_in_vain(loaded):
        typer.echo(remark)


def _spikes_in_vain(loaded: Config) -> str:
    """Return why the page marks no spike and watches are told of none, where that is so."""
    settings = loaded.settings
    why = kept_too_short(settings.archive_days) if settings.archive_enabled else ""
    asking = ", ".join(watch.id for watch in loaded.watches if watch.spikes)
    return f"{why}; told of none are {asking}" if why and asking else why
