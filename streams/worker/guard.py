"""The one guard around every agent: nothing is let go before its results are delivered.

Only success calls a chunk done, so that its offsets are committed. What can't be processed goes
to `dead_letters`: a record whose step raises, and a result that Kafka will never take. All
else passes, and is tried again for as long as that takes: while Kafka is away waiting is right, and
while it isn't the watchdog ends a worker whose chunks don't get on.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import msgspec
import structlog
from faust.exceptions import FaustError

from streams.backoff import Backoff, Tries
from streams.contract.dead_letter import dead_letter
from streams.contract.headers import SHADOW, kind_of, of_canary, require_known
from streams.contract.messages import Message, is_told, messages
from streams.contract.topics import DEAD_LETTERS
from streams.worker.batch import Chunk, Progress, Record

log = structlog.get_logger()

Later = asyncio.Future[list[msgspec.Struct]]
"""What will be made of a record: the rest of its chunk doesn't wait for it."""
Step = Callable[[Record, datetime], Iterable[msgspec.Struct] | Later]
"""What a stage makes of a record at a time. Raising means that it never will."""

DELIVERY_SECONDS = 30.0
BACKOFF = Backoff((0.5, 1.0, 2.0, 4.0, 8.0, 10.0))
STOP_SECONDS = 2.5
"""How long a chunk may still take when the worker is to stop: above what its reader takes then."""
BREATHE_SECONDS = 0.02
"""How long steps may hold the event loop, so that a chunk of long texts starves no one."""
PASSING_STEPS = (FaustError, OSError, MemoryError)
"""What a step raises because of the machine or of Kafka, whatever the record says."""


class TooLargeError(Exception):
    """Kafka will never take this message: it is over the topic's limit."""


class Sender(Protocol):
    """The way out: takes messages, and says of each whether it was delivered."""

    async def deliver(
        self, messages: Sequence[Message], seconds: float
    ) -> list[BaseException | None]:
        """Send the messages; give `None` for each that Kafka has, else what went wrong."""
        ...


Results = list[tuple[Record, Message]]
"""What came of a chunk: each message with the record that it came of."""
Ready = Callable[[Iterable[int]], Awaitable[None]]
"""Makes what a stage remembers of partitions ready. Raises if it can't be read."""
Save = Callable[[], Awaitable[None]]
"""Saves a stage's state. Raises if it isn't saved."""


@dataclass
class Guard:
    """Runs a stage's steps over chunks."""

    sender: Sender
    counts: Counter[str] = field(default_factory=Counter)
    _under_way: set[asyncio.Future[None]] = field(default_factory=set)
    _stopping: bool = False

    async def run(
        self,
        stage: str,
        chunk: Chunk,
        step: Step,
        *,
        ready: Ready | None = None,
        save: Save | None = None,
    ) -> None:
        """Make the state `ready`, take a chunk through a step, deliver what comes out, and `save`.

        Nothing but `stop` cuts it short: a cancellation of the agent waits for the end.
        """
        if self._stopping:
            return
        work = asyncio.ensure_future(self._run(stage, chunk, step, ready, save))
        self._under_way.add(work)
        work.add_done_callback(self._under_way.discard)
        cancelled = False
        while not work.done():
            try:
                await asyncio.wait({work})
            except asyncio.CancelledError:
                cancelled = True
        if not work.cancelled():
            work.result()
        if cancelled:
            raise asyncio.CancelledError

    async def until_idle(self) -> None:
        """Return once no chunk is worked on."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def stop(self) -> None:
        """Take no chunk any more, and give up those that don't end soon.

        A chunk of long texts on a slow machine, or one that waits for an absent Kafka, would keep
        the worker from stopping. It isn't done, so that it comes again after the next start.
        """
        self._stopping = True
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.until_idle()
        except TimeoutError:
            late = set(self._under_way)
            for work in late:
                work.cancel()
            log.info("chunks_given_up", chunks=len(late))
            await asyncio.wait(late)

    async def _run(
        self, stage: str, chunk: Chunk, step: Step, ready: Ready | None, save: Save | None
    ) -> None:
        if ready is not None:
            partitions = {record.partition for record in chunk}
            await self._until_done(stage, "not_read", partial(ready, partitions))
        later: list[tuple[Record, Later]] = []
        results = [one async for one in self._results(stage, chunk, step, later)]
        await self._deliver(stage, results)
        if save is not None:
            await self._until_done(stage, "not_saved", save)
        # A canary waits for no reader, and counts for nothing.
        canaries = sum(of_canary(record.headers) for record in chunk)
        self._count(stage, len(chunk) - len(later) - canaries, results)
        if later:
            work = asyncio.ensure_future(self._finish(stage, chunk.progress, later))
            self._under_way.add(work)
            work.add_done_callback(self._under_way.discard)
        else:
            chunk.progress.done = True

    async def _finish(
        self, stage: str, progress: Progress, later: Sequence[tuple[Record, Later]]
    ) -> None:
        """Deliver what takes longer as it comes, then call the chunk done that it came in."""
        waiting = list(later)
        while waiting:
            await asyncio.wait({one for _, one in waiting}, return_when=asyncio.FIRST_COMPLETED)
            ready = [(record, one.result()) for record, one in waiting if one.done()]
            waiting = [(record, one) for record, one in waiting if not one.done()]
            for record, result in ready:
                out: Results = [(record, one) for made in result for one in messages(made)]
                await self._deliver(stage, out)
                self._count(stage, 1, out)
                progress.steps += 1
        progress.done = True

    def _count(self, stage: str, records: int, results: Results) -> None:
        self.counts[f"{stage}_in"] += records
        told = [out for _, out in results if out.topic is not DEAD_LETTERS and is_told(out)]
        going_on = [out for out in told if not of_canary(out.headers)]
        self.counts[f"{stage}_out"] += len(going_on)
        # Told apart, since deliver passes them over.
        if shadows := sum(SHADOW in out.headers for out in going_on):
            self.counts[f"{stage}_shadow"] += shadows
        # A notice goes to every partition: it is none of what people call a match.
        if notices := sum(kind_of(out.headers) == "notice" for out in going_on):
            self.counts[f"{stage}_notices"] += notices

    async def _results(
        self, stage: str, chunk: Chunk, step: Step, later: list[tuple[Record, Later]]
    ) -> AsyncIterator[tuple[Record, Message]]:
        """Step through a chunk, with a turn of the event loop now and then.

        What has no result yet goes into `later`.
        """
        breathed = time.monotonic()
        for record in chunk:
            result = await self._step(stage, record, step)
            if isinstance(result, asyncio.Future):
                later.append((record, result))
                continue
            for out in result:
                yield record, out
            chunk.progress.steps += 1
            if time.monotonic() - breathed > BREATHE_SECONDS:
                await asyncio.sleep(0)
                breathed = time.monotonic()

    async def _step(self, stage: str, record: Record, step: Step) -> list[Message] | Later:
        retries = Retries(self, stage)
        while True:
            try:
                require_known(record.headers)
                now = datetime.now(UTC)
                made = step(record, now)
                if isinstance(made, asyncio.Future):
                    return made
                return [out for result in made for out in messages(result)]
            except PASSING_STEPS as error:
                await retries.wait("step_failed", error)
            except Exception as error:  # noqa: BLE001 - the guard is what nothing may get past
                # A step is a pure function: what it raises once, it raises always.
                return [self._poison(stage, record, error)]

    def _poison(self, stage: str, record: Record, error: BaseException) -> Message:
        self.counts["dead_letters"] += 1
        log.error(
            "dead_letter",
            stage=stage,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            error=f"{type(error).__name__}: {error}"[:500],
        )
        return dead_letter(
            stage=stage,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            value=record.value,
            headers=record.headers,
            error=error,
        )

    async def _deliver(self, stage: str, results: Results) -> None:
        """Return once Kafka has every message."""
        retries = Retries(self, stage)
        while results:
            errors = await self._send([out for _, out in results])
            failed = [
                (record, out, error)
                for (record, out), error in zip(results, errors, strict=True)
                if error is not None
            ]
            results = [
                (record, self._poison(stage, record, error))
                if isinstance(error, TooLargeError)
                else (record, out)
                for record, out, error in failed
            ]
            if failed:
                await retries.wait("not_delivered", failed[0][2], messages=len(failed))

    async def _send(self, out: Sequence[Message]) -> Sequence[BaseException | None]:
        try:
            return await self.sender.deliver(out, DELIVERY_SECONDS)
        except Exception as error:  # noqa: BLE001 - only success may let a chunk go
            return [error] * len(out)

    async def _until_done(
        self, stage: str, failed: str, work: Callable[[], Awaitable[None]]
    ) -> None:
        retries = Retries(self, stage)
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - only success may let a chunk go
                await retries.wait(failed, error)
            else:
                return


class Retries:
    """Tries again with growing pauses."""

    def __init__(self, guard: Guard, stage: str) -> None:
        """Begin now."""
        self._guard = guard
        self._stage = stage
        self._tries = Tries(BACKOFF)

    async def wait(self, event: str, error: BaseException, **facts: object) -> None:
        """Log what failed, count it, and wait before the next try."""
        log.warning(event, stage=self._stage, error=repr(error), **facts)
        self._guard.counts["retries"] += 1
        await asyncio.sleep(self._tries.failed())
