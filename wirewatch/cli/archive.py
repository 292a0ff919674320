"""`wirewatch archive ...`: stories and alerts kept to be searched."""

import asyncio
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from streams.contract.kafka_access import KafkaAccess
from wirewatch.archive.caught_up import NEVER, keep_caught_up
from wirewatch.archive.filling import Filled, Filling
from wirewatch.archive.following import FollowSettings, follow
from wirewatch.archive.layout import FILE
from wirewatch.archive.log_positions import is_new
from wirewatch.archive.retention import Retention, limits_of
from wirewatch.archive.writer import require_unused, writing
from wirewatch.cli.find_kafka import kafka_or_own
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import ConfigFolder, Data, Json, Kafka
from wirewatch.config import Settings
from wirewatch.config.environment import environment
from wirewatch.config.last_good import keep
from wirewatch.counted import counted
from wirewatch.metrics.service import metrics
from wirewatch.render.progress import bar
from wirewatch.runtime import serving
from wirewatch.runtime.reload import Reloader
from wirewatch.runtime.reload_watches import EditedWatches
from wirewatch.runtime.run import ARCHIVE
from wirewatch.runtime.shutdown import stop_asked

archive = typer.Typer(
    name="archive",
    help="The archive of stories and alerts, for `stories search` and `alerts`: fill it.",
    no_args_is_help=True,
)


@archive.command("run")
def run_command(
    *,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Keep the archive up to date until Ctrl-C: what comes to Kafka is in it a moment later.

    It tells watches with `spikes = true` of days with many more stories than usual.
    """
    loaded, access = serving.begin(config, kafka, data, as_json=as_json)
    given = environment(kafka, data)
    edited = EditedWatches(config, given, loaded)
    reloader = Reloader(edited, partial(keep, config, given), broken=loaded.is_stand_in)
    settings = FollowSettings(
        data=loaded.settings.data,
        kafka=access,
        prefix=loaded.settings.prefix,
        limits=limits_of(loaded.settings),
        watches=lambda: edited.loaded.watches,
    )
    stop = asyncio.Event()

    async def filling() -> None:
        await reloader.beside(follow(settings, stop))

    with metrics(loaded, ARCHIVE, access):
        serving.serve(config, given, loaded, filling, stop, name=ARCHIVE)


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
    settings = _settings(config, kafka, data)
    require_unused(settings.data, "wirewatch archive update")
    with kafka_or_own(settings) as access:
        _fill(settings, access, anew=False)


@archive.command("rebuild")
def rebuild_command(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
) -> None:
    """Empty the archive and fill it from what Kafka still has."""
    settings = _settings(config, kafka, data)
    # Before anything is asked, or emptied.
    require_unused(settings.data, "wirewatch archive rebuild")

    def ask() -> None:
        if not yes:
            typer.confirm(
                "Empty the archive and fill it anew? What Kafka has deleted by now (stories after"
                " 30 days, alerts after a year) will be gone from it.",
                abort=True,
            )

    with kafka_or_own(settings, ask) as access:
        _fill(settings, access, anew=True)


def _settings(config: Path, kafka: str | None, data: Path | None) -> Settings:
    return config_in_force(config, environment(kafka, data), secrets=()).settings


def _fill(settings: Settings, access: KafkaAccess, *, anew: bool) -> None:
    with stop_asked() as stop, writing(settings.data, anew=anew) as db:
        if is_new(db):
            keep_caught_up(settings.data, NEVER)
        began = datetime.now(UTC)
        filling = Filling(db, access, settings.prefix)
        with bar("filling the archive", filling.total) as shown:
            filled = filling.run(shown.add, stop)
        if not stop.is_set():
            keep_caught_up(settings.data, began)
        retention = Retention(db, limits_of(settings))
        while not stop.is_set() and retention.step(datetime.now(UTC)):
            pass
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
