"""`wirewatch work`: stories tagged, matched and gathered into alerts."""

import asyncio
from functools import partial
from pathlib import Path

import structlog
import typer

from connectors.background import in_thread
from connectors.kafka import kafka_answers
from connectors.kafka.group_rights import refused_group
from connectors.watchdog import GIVEN_UP, end, watched
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import STORIES
from streams.matching.match import Watches
from streams.worker.settings import GROUP, LiveWatches, WorkSettings
from streams.worker.work import WorkerCrashedError, work
from wirewatch.cli.options import Backfill, ConfigFolder, Data, Json, Kafka
from wirewatch.config.environment import environment
from wirewatch.config.last_good import keep
from wirewatch.config.tables import SETTINGS
from wirewatch.metrics.service import metrics
from wirewatch.runtime import instance_id, serving
from wirewatch.runtime.reload import Reloader
from wirewatch.runtime.reload_watches import EditedWatches, warn_of_untold_spikes
from wirewatch.runtime.second_reader import second_reader

app = typer.Typer()


@app.command("work")
def work_command(
    *,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    backfill_alerts: Backfill = False,
    as_json: Json = False,
) -> None:
    """Tag, match and gather. Start it as many times as you need, up to eight at once."""
    loaded, kafka_access = serving.begin(config, kafka, data, as_json=as_json, secrets={SETTINGS})
    given = environment(kafka, data)
    warn_of_untold_spikes(loaded)
    live = LiveWatches(Watches(loaded.watches))
    edited = EditedWatches(config, given, loaded, live)
    reloader = Reloader(edited, partial(keep, config, given), broken=loaded.is_stand_in)
    with instance_id.slot(loaded.settings.data / "work") as (name, folder):
        settings = WorkSettings(
            kafka=kafka_access,
            prefix=loaded.settings.prefix,
            member=name,
            folder=folder,
            watches=live,
            topics=loaded.topics,
            offices=loaded.offices,
            reader=second_reader(loaded),
            read=loaded.settings.reader,
            read_seconds=loaded.settings.reader_seconds,
            first_seconds=loaded.settings.reader_seconds_matched,
            backfill_alerts=backfill_alerts or loaded.settings.backfill_alerts,
        )
        stop = asyncio.Event()
        watch = partial(watched, kafka_answers=partial(kafka_answers, kafka_access))

        async def working() -> None:
            asking = asyncio.create_task(_ask_for_group(kafka_access, settings.prefix))
            await reloader.beside(work(settings, stop, watch, end))
            asking.cancel()

        try:
            with metrics(loaded, "work", kafka_access, number=int(folder.name)):
                serving.serve(config, given, loaded, working, stop, name="work")
        except WorkerCrashedError as error:
            structlog.get_logger().critical("worker_crashed", error=str(error))
            raise typer.Exit(GIVEN_UP) from error


async def _ask_for_group(kafka: KafkaAccess, prefix: str) -> None:
    """Say at once if Kafka keeps us out of our group: Faust waits for it without a word."""
    refused = await in_thread(partial(refused_group, kafka, GROUP, STORIES, prefix=prefix))
    if refused is not None:
        structlog.get_logger().error("group_refused", error=str(refused))
