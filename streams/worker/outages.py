"""Kafka that is away is waited for: what was asked of it is asked again, which is counted and told.

Faust and aiokafka let some of what an absent broker raises through, and that would end the worker.
A restart would cure it, but would begin everything anew; waiting is right.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog
from aiokafka.errors import KafkaError, KafkaTimeoutError
from faust.exceptions import FaustError
from mode import Service

log = structlog.get_logger()

Answer = TypeVar("Answer")

PASSING = (KafkaError, FaustError, TimeoutError)
"""What Kafka's absence and a rebalance raise."""
PAUSE_SECONDS = 1.0
TELL_EVERY = 30.0


@dataclass
class Outages:
    """Counts what Kafka didn't answer, and tells of it now and then."""

    clock: Callable[[], float] = time.monotonic
    times: int = 0
    _told: float | None = None

    def note(self, what: str, error: BaseException) -> None:
        """Count that something failed and is tried again; tell it, if that was long ago."""
        self.times += 1
        now = self.clock()
        if self._told is None or now - self._told >= TELL_EVERY:
            log.warning("kafka_away", what=what, error=repr(error), times=self.times)
            self._told = now

    async def until_answered(self, what: str, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return Kafka's answer, however often it takes to ask. Raises what asking can't mend."""
        while True:
            try:
                return await ask()
            except PASSING as error:
                if not is_passing(error):
                    raise
                self.note(what, error)
            await asyncio.sleep(PAUSE_SECONDS)

    async def until_started(
        self, what: str, service: Service, start: Callable[[], Awaitable[None]]
    ) -> bool:
        """Start a part of a service, however often it takes; say whether it isn't to stop before.

        What `start` began is cancelled when the service is to stop.
        """
        while not service.should_stop:
            try:
                if not (await service.wait(start())).stopped:
                    return True
            except PASSING as error:
                if not is_passing(error):
                    raise
                self.note(what, error)
                await service.sleep(PAUSE_SECONDS)
        return False


def is_passing(error: BaseException) -> bool:
    """Say whether an error passes by itself, as that no broker answers: a missing right doesn't.

    An answer that aiokafka doesn't know is a plain `KafkaError`.
    """
    if isinstance(error, KafkaError):
        return error.retriable or type(error) in {KafkaError, KafkaTimeoutError}
    return True
