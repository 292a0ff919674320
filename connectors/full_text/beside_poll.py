"""Run full text beside poll: open what it needs, and close it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connectors.dial import guarded_session
from connectors.full_text.queue import Queue
from connectors.full_text.service import AT_ONCE, FullText
from connectors.kafka import Producer
from connectors.poll import Patient, PollSettings
from connectors.polling.poller import OnSent
from connectors.sources.parser_pool import ParserPool

FILE = "full_text.sqlite"
SECONDS = 10.0
"""That taking the text out of a page may take, of CPU."""
WORKER = (sys.executable, "-m", "connectors.full_text.worker")


@asynccontextmanager
async def full_text(settings: PollSettings, stop: asyncio.Event) -> AsyncIterator[OnSent | None]:
    """Run beside poll, for feeds that want it; give what poll tells its stories to."""
    if not any(feed.full_text for feed in settings.feeds):
        yield None
        return
    queue = Queue(settings.state.with_name(FILE))
    producer = Producer(settings.kafka, prefix=settings.prefix)
    extractor = ParserPool(workers=1, seconds=SECONDS, program=WORKER)
    session = guarded_session(
        user_agent=settings.user_agent, allow_private=settings.allow_private, limit=AT_ONCE
    )
    try:
        async with session:
            texts = FullText(
                session=session,
                extractor=extractor,
                producer=Patient(producer),
                queue=queue,
                feeds=settings.feeds,
            )
            running = asyncio.create_task(texts.run(stop))
            try:
                yield texts.on_sent
                if settings.once:
                    await texts.settle(stop)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    finally:
        extractor.close()
        queue.close()
        await producer.close()
