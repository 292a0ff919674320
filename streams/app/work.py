"""Run a worker until it's told to stop, with the watchdog beside it."""

import asyncio
import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NoReturn

import faust
import faust.exceptions
import structlog
from aiokafka.errors import KafkaError

from streams.app.app import Worker, build
from streams.app.settings import WorkSettings
from streams.app.transport import Consumer
from streams.app.watchdog import Watchdog
from streams.bus import messages
from streams.watch import Tick

log = structlog.get_logger()

GIVEN_UP = 70
"""Exit code of a worker that ended itself to be started again (EX_SOFTWARE of sysexits.h)."""
LOOK_EVERY = 10.0
TICK_EVERY = 300.0
PATIENCE = 90.0
ANSWER_SECONDS = 20.0


class WorkerCrashedError(Exception):
    """The Faust app ended by itself. Nothing is lost: a restart goes on from there."""


async def work(settings: WorkSettings, stop: asyncio.Event) -> None:
    """Tag, match and gather until `stop` is set. Raises `WorkerCrashedError` if Faust ends."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    worker = build(settings, _end)
    app = worker.app
    tasks = {
        "stop": asyncio.ensure_future(stop.wait()),
        "start": asyncio.ensure_future(_run(app, settings)),
        "watchdog": asyncio.ensure_future(_watch(app)),
        "clock": asyncio.ensure_future(_tick(worker)),
        "report": asyncio.ensure_future(_report(worker)),
    }
    await asyncio.wait(tasks.values(), return_when=asyncio.FIRST_COMPLETED)
    cause = _cause(app, tasks.values())
    await app.stop()
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)
    if not stop.is_set():
        raise WorkerCrashedError(f"the worker ended by itself: {cause}")
    log.info("stopped", member=settings.member, **worker.guard.counts)


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


async def _watch(app: faust.App) -> None:
    """Look at the positions every few seconds; end the process when one stands still."""
    watchdog = Watchdog(PATIENCE)
    while True:
        await asyncio.sleep(LOOK_EVERY)
        if app.rebalancing or not isinstance(app.consumer, Consumer):
            continue
        try:
            positions = await asyncio.wait_for(app.consumer.positions(), ANSWER_SECONDS)
        except (KafkaError, faust.exceptions.FaustError, TimeoutError) as error:
            log.warning("kafka_does_not_answer", error=repr(error))
            watchdog.forget()
            continue
        reason = watchdog.look(positions, time.monotonic())
        if reason is not None:
            _end(reason)


async def _tick(worker: Worker) -> None:
    """Tell all partitions the time every few minutes, so that quiet alerts are closed.

    Faust's tables can't be written outside of a stream: so time comes as a record. A lost one
    does no harm, nor does another worker's.
    """
    while True:
        await asyncio.sleep(TICK_EVERY)
        if not worker.app.rebalancing:
            ticks = messages(Tick(at=datetime.now(UTC)))
            await worker.guard.sender.deliver(ticks, ANSWER_SECONDS)


async def _report(worker: Worker) -> None:
    """Say every second how far each stage is, if it moved."""
    said: dict[str, int] = {}
    while True:
        await asyncio.sleep(1.0)
        counts = dict(worker.guard.counts)
        if counts != said:
            log.info("progress", **counts)
            said = counts


def _end(reason: str) -> NoReturn:
    log.critical("worker_ends", reason=reason, exit_code=GIVEN_UP)
    os._exit(GIVEN_UP)
