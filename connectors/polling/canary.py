"""Send canaries: made-up stories by which deliver sees that the way is open."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog

from connectors.kafka import KafkaError
from streams.contract.messages import Message, message
from streams.model.canary import canary_story

log = structlog.get_logger()


Send = Callable[[Sequence[Message]], Awaitable[None]]


@asynccontextmanager
async def sending_canaries(send: Send, every: float | None) -> AsyncIterator[None]:
    """Send one at once and then every so many seconds, while what is inside runs; or none."""
    sending = asyncio.create_task(_send(send, every)) if every else None
    try:
        yield
    finally:
        if sending is not None:
            sending.cancel()


async def _send(send: Send, every: float) -> None:
    """Send for ever. One that Kafka didn't take isn't sent again: the next one says as much."""
    while True:
        try:
            await send([message(canary_story(datetime.now(UTC)))])
        except KafkaError as error:
            log.warning("canary_not_sent", error=str(error))
        await asyncio.sleep(every)
