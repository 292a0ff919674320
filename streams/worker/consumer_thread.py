"""The thread that Kafka's consumer runs in: how it starts, how long fetches wait, how it stops."""

import asyncio
from typing import Any

from aiokafka.errors import KafkaError
from faust.transport.drivers import aiokafka as driver
from mode import Service

from streams.worker.fetch_waits import adapt_waits

HEAR_SECONDS = 1.0


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Starts as soon as Kafka answers, and lets fetches wait as long as is right for each."""

    transport: Any  # the worker's own

    async def on_start(self) -> None:
        """Start the consumer of aiokafka."""
        if await self.transport.outages.until_started("connect the consumer", self, self._connect):
            adapt_waits(self._ensure_consumer())

    async def _connect(self) -> None:
        if self._consumer is not None:
            await self._consumer.stop()
        await super().on_start()

    @Service.task
    async def _hear_errors(self) -> None:
        """Take up what aiokafka couldn't do in its group, so that it tries again.

        It waits until somebody has heard of it, at the next fetch; Faust fetches past that, and
        not at all in a rebalance.
        """
        while not self.should_stop:
            await self.sleep(HEAR_SECONDS)
            coordinator: Any = getattr(self._consumer, "_coordinator", None)
            if coordinator is not None:
                try:
                    coordinator.check_errors()
                except KafkaError as error:
                    self.transport.outages.note("belong to the group", error)

    async def on_thread_stop(self) -> None:
        """Stop the consumer of aiokafka, with what would keep it waiting given up before.

        While the group waits for a lost member, that takes as long as a session of Kafka. And a
        fetch that pauses after a fault is cancelled by aiokafka in such a way that the stop itself
        ends there, halfway.
        """
        coordinator: Any = getattr(self._consumer, "_coordinator", None)
        fetcher: Any = getattr(self._consumer, "_fetcher", None)
        # Nothing is left for them to do: what is done is committed, and static members stay.
        await _given_up(getattr(coordinator, "_coordination_task", None))
        await _given_up(getattr(fetcher, "_fetch_task", None))
        fetches: set[asyncio.Task[None]] = getattr(fetcher, "_pending_tasks", set())
        await _given_up(*fetches)
        fetches.clear()
        await super().on_thread_stop()


async def _given_up(*tasks: asyncio.Task[None] | None) -> None:
    """Cancel tasks, and wait until they have ended."""
    there = [task for task in tasks if task is not None]
    for task in there:
        task.cancel()
    if there:
        await asyncio.wait(there)
