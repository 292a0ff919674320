"""A Kafka that takes what it is asked and never answers."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

from connectors.kafka import KafkaError
from tests.support.waiting import PATIENCE


class SilentConsumer:
    """Stands in for a consumer: whoever makes one waits until the test is over."""

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self._asked, self._over = threading.Event(), threading.Event()

    def __call__(self, *_: object, **__: object) -> None:
        """Wait, then fail as a Kafka that is away does."""
        self._asked.set()
        self._over.wait()
        raise KafkaError("away")

    async def stopped_while_asked(
        self, service: Callable[[asyncio.Event], Coroutine[None, None, None]]
    ) -> None:
        """Run a service, tell it to stop once it has asked, and wait for its end."""
        stop = asyncio.Event()
        running = asyncio.create_task(service(stop))
        await asyncio.to_thread(self._asked.wait)
        stop.set()
        await asyncio.wait_for(running, PATIENCE)

    def release(self) -> None:
        """Let whoever waits go on."""
        self._over.set()


@contextmanager
def silent_consumer() -> Iterator[SilentConsumer]:
    """Give one, and leave no thread waiting."""
    silent = SilentConsumer()
    try:
        yield silent
    finally:
        silent.release()
