"""The one guard around every agent: nothing is let go before its results are delivered.

Faust acknowledges whatever leaves an agent's body, by return, exception or cancellation
(faust-streaming/faust#527). So nothing leaves it early: what can't be processed goes to
`dead_letters`, what can't be sent is sent again, and if that goes on for too long the
process ends, to be started again from the committed offset.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import msgspec
import structlog

from streams.app.record import Chunk, Record
from streams.bus import DEAD_LETTERS, SHADOW, Message, messages
from streams.dead_letter import dead_letter

log = structlog.get_logger()

Step = Callable[[Record, datetime], Iterable[msgspec.Struct]]
"""What a stage makes of a record at a time. Raising means that it never will."""

DELIVERY_SECONDS = 30.0
GIVE_UP_SECONDS = 120.0
PAUSE_SECONDS = (0.5, 10.0)
BREATHE_EVERY = 50
"""Records between two turns of the event loop, so that a long chunk starves no one."""


class TooLargeError(Exception):
    """Kafka will never take this message: it is over the topic's limit."""


class Sender(Protocol):
    """The way out: takes messages, and says of each whether it was delivered."""

    async def deliver(
        self, messages: Sequence[Message], seconds: float
    ) -> list[BaseException | None]:
        """Send the messages; give `None` for each that Kafka has, else what went wrong."""
        ...


@dataclass
class Guard:
    """Runs a stage's steps over chunks. `end` ends the process with the reason given."""

    sender: Sender
    end: Callable[[str], None]
    counts: Counter[str] = field(default_factory=Counter)

    async def run(
        self,
        stage: str,
        chunk: Chunk,
        step: Step,
        save: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Take a chunk through a step, deliver what comes out, then `save` the state.

        A cancelled agent would acknowledge the chunk, so a cancellation waits for the end.
        """
        work = asyncio.ensure_future(self._run(stage, chunk, step, save))
        cancelled = False
        while not work.done():
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                cancelled = True
        work.result()
        if cancelled:
            raise asyncio.CancelledError

    async def _run(
        self,
        stage: str,
        chunk: Chunk,
        step: Step,
        save: Callable[[], Awaitable[None]] | None,
    ) -> None:
        results: list[tuple[Record, Message]] = []
        for index, record in enumerate(chunk, start=1):
            results += [(record, out) for out in self._step(stage, record, step)]
            if index % BREATHE_EVERY == 0:
                await asyncio.sleep(0)
        await self._deliver(stage, results)
        if save is not None:
            await save()
        self.counts[f"{stage}_in"] += len(chunk)
        self.counts[f"{stage}_out"] += sum(out.topic is not DEAD_LETTERS for _, out in results)
        # Told apart, since deliver passes them over.
        if shadows := sum(SHADOW in out.headers for _, out in results):
            self.counts[f"{stage}_shadow"] += shadows

    def _step(self, stage: str, record: Record, step: Step) -> list[Message]:
        try:
            return [out for result in step(record, datetime.now(UTC)) for out in messages(result)]
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

    async def _deliver(self, stage: str, results: list[tuple[Record, Message]]) -> None:
        """Send until Kafka has every message, or end the process."""
        loop = asyncio.get_running_loop()
        began, pause = loop.time(), PAUSE_SECONDS[0]
        while results:
            errors = await self.sender.deliver([out for _, out in results], DELIVERY_SECONDS)
            failed = [
                (record, out, error)
                for (record, out), error in zip(results, errors, strict=True)
                if error is not None
            ]
            if not failed:
                return
            log.warning(
                "not_delivered", stage=stage, messages=len(failed), error=repr(failed[0][2])
            )
            results = [
                (record, self._poison(stage, record, error))
                if isinstance(error, TooLargeError)
                else (record, out)
                for record, out, error in failed
            ]
            if loop.time() - began > GIVE_UP_SECONDS:
                self.end(f"{stage}: Kafka took nothing for {GIVE_UP_SECONDS:.0f} s")
            await asyncio.sleep(pause)
            pause = min(2 * pause, PAUSE_SECONDS[1])
