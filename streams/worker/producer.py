"""Faust's producer, for a Kafka that may be away: neither its start nor a write ends the worker."""

import asyncio
from contextlib import suppress
from typing import Any

from faust.transport.drivers import aiokafka as driver
from faust.transport.producer import ProducerBuffer
from faust.types import FutureMessage

from streams.worker.outages import PASSING

FLUSH_SECONDS = 0.25
"""What Kafka has at a stop to take what it was sent. What waits longer is of chunks that were given
up, and comes again after the next start."""
CANCEL_SECONDS = 0.05


class WaitingBuffer(ProducerBuffer):
    """What tables write, on its way to Kafka."""

    async def _send_pending(self, fut: FutureMessage) -> None:
        """Send a write, or let the one who waits for it know: else the worker would end."""
        try:
            await super()._send_pending(fut)
        except PASSING as error:
            if not fut.done():
                fut.set_exception(error)
                fut.exception()  # asyncio would complain of it where nobody waits any more


class WaitingProducer(driver.Producer):
    """Starts as soon as Kafka answers."""

    transport: Any  # the worker's own

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Faust
        """Put our buffer in the place of Faust's."""
        super().__init__(*args, **kwargs)
        self.buffer = WaitingBuffer(loop=self.loop, beacon=self.beacon)
        self.buffer.app = self.app

    async def on_start(self) -> None:
        """Connect."""
        await self.add_runtime_dependency(self.buffer)
        await self.transport.outages.until_started("connect the producer", self, self._connect)

    async def flush(self) -> None:
        """Wait until Kafka has all; at a stop a moment only."""
        if not self.app.should_stop:
            await super().flush()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_SECONDS):
                await super().flush()

    async def on_stop(self) -> None:
        """Let go of Kafka, soon whatever it does: aiokafka waits until all is taken or too old."""
        sender: Any = getattr(self._producer, "_sender", None)
        stopping = asyncio.ensure_future(super().on_stop())
        done, _ = await asyncio.wait({stopping}, timeout=FLUSH_SECONDS)
        sending = None if done or sender is None else sender.sender_task
        # Told once to end, it waits for the answer to each request; told again, for one less.
        while sending is not None and not sending.done():
            sending.cancel()
            await asyncio.wait({sending}, timeout=CANCEL_SECONDS)
        await stopping

    async def _connect(self) -> None:
        self._producer = producer = self._new_producer()
        try:
            await producer.start()
        except BaseException:
            self._producer = None
            await producer.stop()
            raise
        self.beacon.add(producer)
