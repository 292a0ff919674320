"""What the services have in common: configuration, log, a Kafka that answers, its topics."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial
from pathlib import Path

import structlog
import typer

from connectors.background import in_thread
from connectors.kafka import KafkaError, ensure_topics
from streams.contract.kafka_access import KafkaAccess
from wirewatch import private_files
from wirewatch.config import Config, Settings
from wirewatch.config.environment import environment
from wirewatch.config.last_good import load_or_last_good
from wirewatch.config.tables import SETTINGS
from wirewatch.local_kafka import running_at
from wirewatch.runtime import kafka_wait, logs
from wirewatch.runtime.kafka_login import KAFKA, access_to
from wirewatch.runtime.parent_run import has_parent_run
from wirewatch.runtime.presence import present
from wirewatch.runtime.reload import Reloader
from wirewatch.runtime.reload_settings import EditedSettings
from wirewatch.runtime.shutdown import run_until_stopped

log = structlog.get_logger()

TOPICS_AGAIN_SECONDS = 2.0

Work = Callable[[], Awaitable[None]]


def begin(
    config: Path,
    kafka: str | None,
    data: Path | None,
    *,
    as_json: bool,
    secrets: Collection[str] = (),
) -> tuple[Config, KafkaAccess]:
    """Set up a service: its configuration, its log; return how to reach Kafka too.

    Of the files that name secrets it needs those of `secrets` alone.
    """
    os.umask(private_files.UMASK)
    given = environment(kafka, data)
    in_force = load_or_last_good(config, given, secrets=secrets)
    loaded = in_force.config
    # The one-machine run goes by what its services say, and shows no more than is wanted.
    level = loaded.settings.log_level
    is_child = has_parent_run()
    logs.configure(json=as_json, level=logs.at_least_info(level) if is_child else level)
    if as_json:
        logs.hear_the_rest()
    in_force.warn()
    if in_force.beginning:
        log.info(in_force.beginning)
    return loaded, kafka_of(loaded.settings)


def kafka_of(settings: Settings) -> KafkaAccess:
    """Return how to reach the Kafka that a service is to work with."""
    if not settings.kafka:
        own = running_at(settings.data / KAFKA)
        there = f"; the private one in {settings.data} is up: --kafka {own}" if own else ""
        raise typer.BadParameter(
            "no Kafka to talk to: give --kafka HOST:PORT (or WIREWATCH_KAFKA), or use `wirewatch"
            f" run`, which starts one of its own and all services, the archive too{there}"
        )
    return access_to(settings.kafka, settings)


def serve(
    folder: Path,
    given: Mapping[str, str],
    loaded: Config,
    work: Work,
    stop: asyncio.Event,
    *,
    name: str,
) -> None:
    """Do a service's work on a Kafka that has its topics, until it is told to stop.

    It is there by its `name` for `wirewatch status` meanwhile.

    A Kafka that isn't there is waited for, and told of now and then. So is a setting that was
    edited: it takes effect after a restart.
    """
    private_files.take_over(loaded.settings.data)
    settings = Reloader(EditedSettings(folder, given, loaded.settings, SETTINGS in loaded.files))
    kafka = kafka_of(loaded.settings)
    data = loaded.settings.data

    async def serving() -> None:
        async with present(data, name):
            await settings.beside(_serve(kafka, loaded.settings.prefix, work, stop))

    run_until_stopped(serving(), stop, data)


async def _serve(kafka: KafkaAccess, prefix: str, work: Work, stop: asyncio.Event) -> None:
    ready = asyncio.create_task(_prepare(kafka, prefix))
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait({ready, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if not ready.done():
        ready.cancel()
        return
    ready.result()
    # The one-machine run asks for all its services together.
    alone = not has_parent_run()
    asking = asyncio.create_task(kafka_wait.keep_asking(kafka)) if alone else None
    try:
        await work()
    finally:
        if asking is not None:
            asking.cancel()


async def _prepare(kafka: KafkaAccess, prefix: str) -> None:
    """Wait for Kafka, and make its topics."""
    while True:
        await kafka_wait.until_reached(kafka)
        try:
            await in_thread(partial(ensure_topics, kafka, prefix=prefix))
        except KafkaError as error:
            log.warning(str(error))
            await asyncio.sleep(TOPICS_AGAIN_SECONDS)
        else:
            return
