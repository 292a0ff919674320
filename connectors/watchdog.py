"""The progress watchdog: a service that stands still says so by ending.

A client of Kafka can stall without an error, and a task can wait for ever for what nobody will
send. Ending the process cures all of it: whoever started it starts it again, and it goes on where
Kafka and its own files say that it was. While Kafka doesn't answer, waiting is right.

A service says what it has to do, and how far it is with each:

    def work() -> Work:
        return {"stories wait to be acknowledged": producer.acknowledged} if producer.busy else {}

    async with watched(work, lambda: kafka_answers(kafka)):
        ...
"""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NoReturn

import structlog

log = structlog.get_logger()

GIVEN_UP = 70
"""Exit code of a service that ended itself to be started again (EX_SOFTWARE of sysexits.h)."""
PATIENCE = 90.0
LOOK_EVERY = 5.0

Work = Mapping[str, Hashable]
"""What there is to do, in words that end "... for 90 s" well, each with a mark that changes
whenever it gets on. What isn't in it has nothing to do, and may rest as long as it likes."""


@dataclass
class Waits:
    """Remembers since when each piece of work hasn't got on. Pure."""

    patience: float
    """Seconds without progress after which a wait is a standstill."""
    _since: dict[str, tuple[Hashable, float]] = field(default_factory=dict)
    _looked: float | None = None

    def look(self, work: Work, now: float) -> None:
        """See what got on. `now` is of a clock that is never set."""
        if self._looked is not None and now - self._looked > self.patience / 2:
            self._since.clear()  # this process itself was stopped, or the machine slept
        self._looked = now
        self._since = {
            what: self._since[what] if self._since.get(what, (None,))[0] == mark else (mark, now)
            for what, mark in work.items()
        }

    def doubtful(self, now: float) -> bool:
        """Say whether something has waited for so long that Kafka should be asked if it answers."""
        return any(now - since >= self.patience / 3 for _, since in self._since.values())

    def reason(self, now: float) -> str | None:
        """Return why to end, `None` if nothing has waited too long."""
        for what, (_, since) in self._since.items():
            if now - since >= self.patience:
                return f"{what} for {now - since:.0f} s though Kafka answers"
        return None

    def forget(self) -> None:
        """Start anew: Kafka is away, so waiting is right."""
        self._since.clear()


def end(reason: str) -> NoReturn:
    """End the process at once, with the reason in the log."""
    log.critical("service_ends", reason=reason, exit_code=GIVEN_UP)
    os._exit(GIVEN_UP)


@asynccontextmanager
async def watched(
    work: Callable[[], Work],
    kafka_answers: Callable[[], bool],
    *,
    patience: float = PATIENCE,
    every: float = LOOK_EVERY,
    give_up: Callable[[str], object] = end,
) -> AsyncIterator[None]:
    """Watch over what runs inside: end the process when it stands still though Kafka answers.

    `work` is asked in the event loop; an event loop that stands still is noticed too, since a
    thread does the watching. `kafka_answers` is called in that thread, and may block for a while.
    """
    watch = _Watch(work, kafka_answers, Waits(patience), every, give_up)
    asking = asyncio.create_task(watch.ask())
    thread = threading.Thread(target=watch.run, name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        watch.stopped.set()
        asking.cancel()


class _Watch:
    """The event loop tells how far the work is, a thread of its own judges that."""

    def __init__(
        self,
        work: Callable[[], Work],
        kafka_answers: Callable[[], bool],
        waits: Waits,
        every: float,
        give_up: Callable[[str], object],
    ) -> None:
        self._work = work
        self._kafka_answers = kafka_answers
        self._waits = waits
        self._every = every
        self._give_up = give_up
        self._told: Work = {}
        self._turns = 0
        self.stopped = threading.Event()

    async def ask(self) -> None:
        """Ask for the work again and again, for as long as the event loop turns."""
        while True:
            self._told = dict(self._work())
            self._turns += 1
            await asyncio.sleep(self._every)

    def run(self) -> None:
        while not self.stopped.wait(self._every):
            self._waits.look({**self._told, "the event loop stands still": self._turns}, _now())
            if not self._waits.doubtful(_now()):
                continue
            if not self._kafka_answers():
                log.warning("kafka_does_not_answer")
                self._waits.forget()
            elif (reason := self._waits.reason(_now())) and not self.stopped.is_set():
                self._give_up(reason)


def _now() -> float:
    return time.monotonic()
