"""The one-machine run: everything started, watched and stopped in order."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from connectors.kafka import ensure_topics
from wirewatch.broker import PrivateKafka
from wirewatch.broker.jars import Progress
from wirewatch.config import Config
from wirewatch.screen import ForMachines, ForPeople
from wirewatch.service import Said, Service
from wirewatch.supervisor import Supervisor
from wirewatch.totals import Totals

BROKER_STOP_SECONDS = 4.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a run goes. `workers` share the tagging; `once` polls every feed a single time."""

    config: Config
    folder: Path
    """The configuration folder, handed on to every service."""
    workers: int = 1
    once: bool = False
    backfill_alerts: bool = False


Until = Callable[[str], Awaitable[None]]
"""Something to wait for, given Kafka's address: the run ends when it returns."""


async def run(
    plan: Plan,
    stop: asyncio.Event,
    screen: ForPeople | ForMachines,
    totals: Totals,
    until: Until | None = None,
) -> None:
    """Run until `stop` is set or `until` returns. Raises `RunError` or `BrokerError`."""
    settings = plan.config.settings
    broker = None
    if not settings.kafka:
        broker = PrivateKafka(settings.data / "kafka", progress=_tell_fetching(screen))

    def listen(said: Said) -> None:
        totals.hear(said)
        screen.hear(said)

    try:
        if broker is not None:
            screen.note("starting Kafka")
            await asyncio.to_thread(broker.start)
        address = broker.address if broker else settings.kafka
        screen.note(f"Kafka is at {address}")
        await asyncio.to_thread(ensure_topics, address, prefix=settings.prefix)
        supervisor = Supervisor(services(plan, address), listen, broker)
        await _supervise(supervisor, stop, partial(until, address) if until else supervisor.wait)
    finally:
        if broker is not None:
            await asyncio.to_thread(broker.stop, BROKER_STOP_SECONDS)


def _tell_fetching(screen: ForPeople | ForMachines) -> Progress:
    """Say how far the jars are, on the first run of all, by quarters."""

    def told(done: int, total: int) -> None:
        if done == total or done % max(1, total // 4) == 0:
            screen.note(f"fetching Kafka: {done} of {total} jars")

    return told


async def _supervise(
    supervisor: Supervisor, stop: asyncio.Event, until: Callable[[], Awaitable[None]]
) -> None:
    async def live() -> None:
        await supervisor.start()
        await until()

    living = asyncio.create_task(live())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({living, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if living.done():
            living.result()
    finally:
        living.cancel()
        stopping.cancel()
        await asyncio.gather(living, stopping, return_exceptions=True)
        await supervisor.stop()


def services(plan: Plan, address: str) -> list[Service]:
    """Give the services in the order they start: what takes comes before what gives."""
    wirewatch = (sys.executable, "-m", "wirewatch")
    data = str(plan.config.settings.data)
    shared = ("--json", "--config", str(plan.folder), "--kafka", address, "--data", data)
    work = (*wirewatch, "work", *shared, *(["--backfill-alerts"] if plan.backfill_alerts else []))
    poll = (*wirewatch, "poll", *shared, *(["--once"] if plan.once else []))
    return [
        Service(name="deliver", command=(*wirewatch, "deliver", *shared), ready="delivering"),
        *(Service(name=f"work-{n}", command=work, ready="working") for n in range(plan.workers)),
        Service(name="poll", command=poll, ready="polling", once=plan.once),
    ]
