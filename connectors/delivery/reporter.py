"""What became of each delivery, told on Kafka's `deliveries`.

First it is sent, then forgotten: a crash in between tells it again, under the same id. While Kafka
is away the reports wait in the outbox's file, and nothing else waits for them.
"""

import asyncio
from contextlib import suppress
from functools import partial

import structlog

from connectors.delivery.outbox.settled_deliveries import AT_ONCE, SettledDeliveries
from connectors.kafka import KafkaError, Producer
from connectors.until_written import until_written
from streams.contract.messages import message

log = structlog.get_logger()

LOOK_SECONDS = 1.0
AGAIN_SECONDS = 10.0
LAST_SECONDS = 1.0
"""What is still to be told at a stop has so long, and the connection to end; the rest is told after
the next start."""


async def report(settled: SettledDeliveries, producer: Producer) -> None:
    """Tell what is settled, for ever."""
    while True:
        try:
            told = await tell(settled, producer)
        except KafkaError as error:
            log.warning("deliveries_not_told", error=str(error), next_try_in=AGAIN_SECONDS)
            await asyncio.sleep(AGAIN_SECONDS)
            continue
        if told < AT_ONCE:
            await asyncio.sleep(LOOK_SECONDS)


async def tell(settled: SettledDeliveries, producer: Producer) -> int:
    """Tell the first of what is settled; return how many. Raises `KafkaError`."""
    reports = settled.first()
    if reports:
        await producer.send([message(report) for report in reports.values()])
        await until_written(partial(settled.forget, list(reports)), "outbox.sqlite")
    return len(reports)


async def tell_the_last(settled: SettledDeliveries, producer: Producer) -> None:
    """Tell what was settled at the very end, if Kafka takes it soon, and let go of it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_SECONDS):
            with suppress(KafkaError):
                await tell(settled, producer)
            await producer.close()
