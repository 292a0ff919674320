"""Run a worker until it's told to stop."""

import asyncio
import contextlib
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

import faust
import faust.exceptions
import structlog
from aiokafka.errors import KafkaError

from streams.contract.messages import messages
from streams.contract.topics import PARTITIONS, STORIES, TAGGED
from streams.model.watch import TICK_EVERY
from streams.worker.app import WorkerParts, build
from streams.worker.clock import Clock
from streams.worker.lag import Partition, Position, unfinished
from streams.worker.settings import WorkSettings
from streams.worker.transport import BatchConsumer

log = structlog.get_logger()

LOOK_EVERY = 10.0
ANSWER_SECONDS = 20.0
STOP_SECONDS = 10.0

Watched = Callable[
    [Callable[[], Mapping[str, Hashable]]], contextlib.AbstractAsyncContextManager[None]
]
"""Watches over what runs inside, given what tells the work there is: see `PendingWork.work`."""


class WorkerCrashedError(Exception):
    """The Faust app ended by itself. Nothing is lost: a restart goes on from there."""


async def work(
    settings: WorkSettings, stop: asyncio.Event, watched: Watched, end: Callable[[str], NoReturn]
) -> None:
    """Tag, match and gather until `stop` is set. Raises `WorkerCrashedError` if Faust ends.

    `watched` ends the process when what it is told of doesn't get on; `end` does so at once,
    with the reason.
    """
    settings.folder.mkdir(parents=True, exist_ok=True)
    worker = build(settings)
    app = worker.app
    pending = PendingWork(app)
    if worker.reading is not None:
        worker.reading.warm()
    async with watched(pending.work):
        tasks = {
            "stop": asyncio.ensure_future(stop.wait()),
            "start": asyncio.ensure_future(_run(app, settings)),
            "positions": asyncio.ensure_future(pending.look_again()),
            "clock": asyncio.ensure_future(_tick(worker, pending, settings)),
            "report": asyncio.ensure_future(_report(worker)),
        }
        await asyncio.wait(tasks.values(), return_when=asyncio.FIRST_COMPLETED)
        cause = _cause(app, tasks.values())
        # Not `wait_for`: Faust takes being cancelled for the end of its stop.
        stopping = asyncio.ensure_future(app.stop())
        await asyncio.wait([stopping], timeout=STOP_SECONDS)
        if worker.reading is not None:
            worker.reading.close()
        if not stopping.done():
            # What was under way is done again after the next start.
            end(f"the worker did not stop in {STOP_SECONDS:.0f} s ({cause})")
        stopping.result()
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
    if not stop.is_set():
        raise WorkerCrashedError(f"the worker ended by itself: {cause}")
    log.info("stopped", member=settings.member, **worker.guard.counts)


class PendingWork:
    """What a worker has yet to do, as Kafka said at the last look."""

    def __init__(self, app: faust.App) -> None:
        """Know nothing yet: that is the first thing to do."""
        self._app = app
        self._looks = 0
        self._work: dict[str, Hashable] = {}
        self.asked = datetime.now(UTC)
        self.positions: Mapping[Partition, Position] = {}
        """As they were known when Kafka was `asked`."""

    def work(self) -> dict[str, Hashable]:
        """Return what there is to do, with marks that change as it gets on.

        That Kafka is asked is work too, so that no rebalance, no recovery of tables and no dead
        thread of the consumer can last for ever unseen.
        """
        tables: Any = self._app.tables  # Faust's types leave its recovery out
        recovered = sum(tables.recovery.active_offsets.values())
        return {**self._work, "no partition is read": (self._looks, recovered)}

    async def look_again(self) -> None:
        """Look every few seconds."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self._app.rebalancing or not isinstance(self._app.consumer, BatchConsumer):
                continue
            try:
                began = datetime.now(UTC)
                asked = self._app.consumer.positions()
                positions = await asyncio.wait_for(asked, ANSWER_SECONDS)
                self._work = unfinished(positions)
                self.asked, self.positions = began, positions
                self._looks += 1
            except (KafkaError, faust.exceptions.FaustError, TimeoutError) as error:
                log.warning("positions_unknown", error=repr(error))


def _cause(app: faust.App, tasks: Iterable[asyncio.Task[object]]) -> str:
    """Say why a worker ended: what a task of ours raised, or where in Faust something crashed."""
    for task in tasks:
        if task.done() and not task.cancelled() and (error := task.exception()):
            return repr(error)
    services: list[Any] = [app]  # mode's types don't tell of children
    for service in services:  # grows while we walk
        if service.crash_reason is not None:
            return f"{service.label}: {service.crash_reason!r}"
        services += (child for child in service._children if child is not None)
    return "Faust stopped without saying why"


async def _run(app: faust.App, settings: WorkSettings) -> None:
    await app.start()
    log.info("working", member=settings.member, watches=len(settings.watches.now.all))
    await app.wait_until_stopped()


async def _tick(worker: WorkerParts, pending: PendingWork, settings: WorkSettings) -> None:
    """Tell all partitions the time every few minutes, so that quiet alerts are closed.

    Faust's tables can't be written outside of a stream: so time comes as a record, and only once
    what is older has gone through. A lost one does no harm: a later one comes.
    """
    stories, tagged = (settings.prefix + topic.name for topic in (STORIES, TAGGED))
    clock = Clock(stories, tagged, PARTITIONS, TICK_EVERY)
    while True:
        await asyncio.sleep(LOOK_EVERY)
        if worker.app.rebalancing:
            continue
        for tick in clock.look(pending.positions, pending.asked):
            try:
                await worker.guard.sender.deliver(messages(tick), ANSWER_SECONDS)
            except Exception as error:  # noqa: BLE001 - the next one will do
                log.warning("no_tick", error=repr(error))


async def _report(worker: WorkerParts) -> None:
    """Say every second how far each stage is, if it moved."""
    said: dict[str, int] = {}
    while True:
        await asyncio.sleep(1.0)
        counts = dict(worker.guard.counts)
        if counts != said:
            log.info("progress", **counts)
            said = counts
