"""`wirewatch archive ...`: stories and alerts kept to be searched."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from wirewatch.archive.filling import Filled, Filling, writing
from wirewatch.archive.layout import FILE
from wirewatch.cli.find_kafka import kafka_of
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import ConfigFolder, Data, Kafka
from wirewatch.config.environment import environment
from wirewatch.counted import counted
from wirewatch.render.progress import bar
from wirewatch.runtime.shutdown import stop_asked

archive = typer.Typer(
    name="archive",
    help="The archive of stories and alerts, for `stories search` and `alerts`: fill it.",
    no_args_is_help=True,
)


@archive.command("update")
def update_command(
    *,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
) -> None:
    """Bring the archive up to what Kafka has now; made if there is none.

    It can be ended at any time, and goes on from there the next time.
    """
    _fill(config, kafka, data, anew=False)


@archive.command("rebuild")
def rebuild_command(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
) -> None:
    """Empty the archive and fill it from what Kafka still has."""
    if not yes:
        typer.confirm(
            "Empty the archive and fill it anew? What Kafka has deleted by now (stories after"
            " 30 days, alerts after a year) will be gone from it.",
            abort=True,
        )
    _fill(config, kafka, data, anew=True)


def _fill(config: Path, kafka: str | None, data: Path | None, *, anew: bool) -> None:
    settings = config_in_force(config, environment(kafka, data), secrets=()).settings
    access = kafka_of(settings)  # before anything is emptied
    with stop_asked() as stop, writing(settings.data, anew=anew) as db:
        filling = Filling(db, access, settings.prefix)
        with bar("filling the archive", filling.total) as shown:
            filled = filling.run(shown.add, stop)
    typer.echo(f"{counted(filled.records, 'record')} added to {settings.data / FILE}")
    _tell_unreadable(filled)
    if stop.is_set():
        raise typer.Exit(1)


def _tell_unreadable(filled: Filled) -> None:
    if filled.unreadable:
        sys.stderr.write(
            f"wirewatch: {counted(filled.unreadable, 'record')} left out: written by another"
            " program, or by a release that this one can't read\n"
        )
