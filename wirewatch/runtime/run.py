"""The one-machine run: everything started, watched and stopped in order."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from connectors.background import in_thread
from streams.contract.kafka_access import KafkaAccess
from wirewatch import private_files
from wirewatch.config import Config
from wirewatch.counted import counted
from wirewatch.local_kafka import PrivateKafka
from wirewatch.local_kafka.folder import clear_errors, lock
from wirewatch.local_kafka.jars import Progress
from wirewatch.runtime import kafka_wait
from wirewatch.runtime.child_process import Listener, Service, ServiceMessage
from wirewatch.runtime.kafka_login import KAFKA, access_to
from wirewatch.runtime.log_identity import note_log, require_log
from wirewatch.runtime.presence import RUN, present
from wirewatch.runtime.run_console import Screen
from wirewatch.runtime.run_stats import RunStats
from wirewatch.runtime.supervisor import Supervisor

log = structlog.get_logger()

STOP_SECONDS = 8.5
"""What everything together has to finish in; Kafka gets what its services leave of it."""
BROKER_SECONDS = 2.0
"""What Kafka has in any case. What it has acknowledged survives a kill too."""
KILL_SECONDS = 1.0
"""Waited for the end of a killed Kafka at most: it is on a leash, and ends without us as well."""


@dataclass(frozen=True, kw_only=True)
class RunPlan:
    """How a run goes. `workers` share the tagging; `once` polls every feed a single time."""

    config: Config
    folder: Path
    """The configuration folder, handed on to every service."""
    workers: int = 1
    once: bool = False
    backfill_alerts: bool = False


Until = Callable[[KafkaAccess], Awaitable[None]]
"""Something to wait for, given how Kafka is reached: the run ends when it returns."""


class Run:
    """A run: its Kafka, unless the operator has one, and its services."""

    def __init__(
        self, plan: RunPlan, screen: Screen, totals: RunStats, also: Listener | None = None
    ) -> None:
        """Prepare; nothing is started yet. `also` hears what services say."""
        self._also = also
        self._plan = plan
        self._screen = screen
        self._totals = totals
        self._supervisor: Supervisor | None = None
        self._broker: PrivateKafka | None = None
        settings = plan.config.settings
        if not settings.kafka:
            self._broker = PrivateKafka(
                settings.data / KAFKA,
                port=settings.kafka_port or None,
                progress=_fetching(screen),
            )

    async def until_stopped(self, stop: asyncio.Event, until: Until | None = None) -> None:
        """Run until `stop` is set or `until` returns. Raises `RunError` or `BrokerError`.

        However far the start has got, a stop is heeded at once. A data folder is for one run:
        two would deliver out of one outbox.
        """
        data = self._plan.config.settings.data
        with clear_errors(data, "the data folder"):
            private_files.take_over(data)
            held = lock(data)
        try:
            async with present(data, RUN):
                await self._until_stopped(stop, until)
        finally:
            os.close(held)

    async def _until_stopped(self, stop: asyncio.Event, until: Until | None) -> None:
        living = asyncio.create_task(self._live(until))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({living, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if living.done():
                living.result()
        finally:
            began = time.monotonic()
            if stop.is_set():
                self._screen.note("stopping ...")
            living.cancel()
            stopping.cancel()
            await asyncio.gather(living, stopping, return_exceptions=True)
            if self._supervisor is not None:
                await self._supervisor.stop()
            if self._broker is not None:
                left = STOP_SECONDS - (time.monotonic() - began)
                await self._stop_broker(self._broker, max(left, BROKER_SECONDS))

    def end_at_once(self) -> None:
        """End every process now: nobody wants to wait."""
        if self._supervisor is not None:
            self._supervisor.kill()
        if self._broker is not None:
            self._broker.kill()
        self._screen.leave()

    async def _live(self, until: Until | None) -> None:
        settings = self._plan.config.settings
        if self._broker is not None:
            data = settings.data
            require_log(data)
            self._screen.step("starting Kafka")
            await in_thread(self._broker.start)
            note_log(data)
            kafka = self._broker.access
        else:
            kafka = access_to(settings.kafka, settings)
            await kafka_wait.until_reached(kafka)
        self._screen.step(f"Kafka is at {kafka}, starting the services")
        started = services(self._plan, kafka.address)
        self._supervisor = Supervisor(started, self._listen, self._broker)
        # Our own Kafka is started again when it ends: there is nothing for anyone to do.
        remedy = "" if self._broker is not None else kafka_wait.REMEDY
        asking = asyncio.create_task(kafka_wait.keep_asking(kafka, remedy=remedy))
        try:
            await self._supervisor.start()
            self._screen.note(_watching(self._plan.config))
            await (until(kafka) if until else self._supervisor.wait())
        finally:
            asking.cancel()

    async def _stop_broker(self, broker: PrivateKafka, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds + KILL_SECONDS):
                await in_thread(broker.stop, seconds)
        except TimeoutError:
            log.warning("kafka_left_behind", because="it did not end in time; it ends by itself")
            broker.kill()

    def _listen(self, said: ServiceMessage) -> None:
        self._totals.hear(said)
        self._screen.hear(said)
        if self._also is not None:
            self._also(said)


def _watching(config: Config) -> str:
    """Say what goes on from now."""
    feeds, watches = counted(len(config.feeds), "feed"), counted(len(config.watches), "watch")
    return f"polling {feeds} for {watches}; alerts come below, Ctrl-C ends it"


def _fetching(screen: Screen) -> Progress:
    """Say how far the jars are, on the first run of all, by quarters."""

    def told(done: int, total: int) -> None:
        if done == total or done % max(1, total // 4) == 0:
            screen.step(f"fetching Kafka: {done} of {total} jars")

    return told


ARCHIVE, WEB = "archive", "web"
"""The services that alerts don't need."""


def services(plan: RunPlan, address: str) -> list[Service]:
    """Return the services in the order they start: what takes comes before what gives."""
    # -P: whatever lies in the current folder is not ours to run, be it called structlog.py.
    wirewatch = (sys.executable, "-P", "-m", "wirewatch")
    data = str(plan.config.settings.data)
    shared = ("--json", "--config", str(plan.folder), "--kafka", address, "--data", data)
    work = (*wirewatch, "work", *shared, *(["--backfill-alerts"] if plan.backfill_alerts else []))
    poll = (*wirewatch, "poll", *shared, *(["--once"] if plan.once else []))
    archive = (*wirewatch, "archive", "run", *shared)
    started = [
        Service(name="deliver", command=(*wirewatch, "deliver", *shared), ready="delivering"),
        *(Service(name=f"work-{n}", command=work, ready="working") for n in range(plan.workers)),
        Service(name="poll", command=poll, ready="polling", once=plan.once),
    ]
    if plan.config.settings.archive_enabled:
        started.append(Service(name=ARCHIVE, command=archive, ready="archiving", needed=False))
    if plan.config.settings.web_enabled:
        web = (*wirewatch, "web", *shared)
        started.append(Service(name=WEB, command=web, ready="page", needed=False))
    return started
