"""Run full text beside poll: open what it needs once a feed asks for it, and close it."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from connectors.http.ssrf_guard import guarded_session
from connectors.kafka import Producer
from connectors.kafka.retrying_producer import patient
from connectors.pages.page_queue import Queue
from connectors.pages.service import AT_ONCE, FullText
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.feed import Feed
from connectors.polling.poll import PollSettings
from connectors.polling.poller import OnSent
from streams.model.story import Story

log = structlog.get_logger()

FILE = "full_text.sqlite"
SECONDS = 10.0
"""That taking the text out of a page may take, of CPU."""
WORKER = (sys.executable, "-P", "-m", "connectors.pages.worker")


@asynccontextmanager
async def full_text(settings: PollSettings, stop: asyncio.Event) -> AsyncIterator[OnSent]:
    """Run beside poll, for feeds that want it; give what poll tells its stories to."""
    async with AsyncExitStack() as stack:
        beside = _Beside(settings, stop, stack)
        beside.start(settings.feeds)
        settings.edits.follow(beside.follow)
        yield beside.on_sent
        if settings.once and beside.texts is not None:
            await beside.texts.settle(stop)


class _Beside:
    """Full text, as soon as there is a feed that asks for it; `stack` closes it."""

    def __init__(self, settings: PollSettings, stop: asyncio.Event, stack: AsyncExitStack) -> None:
        self.texts: FullText | None = None
        self._settings = settings
        self._stop = stop
        self._stack = stack

    def start(self, feeds: Sequence[Feed]) -> None:
        if not any(feed.full_text for feed in feeds):
            return
        try:
            self.texts = self._open(feeds)
        except (sqlite3.Error, OSError) as error:  # no reason to stop polling
            again = "once that is mended, start poll again"
            log.warning("full_text_not_opened", file=FILE, error=str(error), remedy=again)

    def follow(self, feeds: Sequence[Feed]) -> None:
        if self.texts is not None:
            self.texts.follow(feeds)
            return
        self.start(feeds)

    def on_sent(self, feed: Feed, stories: Sequence[Story]) -> None:
        if self.texts is not None:
            self.texts.on_sent(feed, stories)

    def _open(self, feeds: Sequence[Feed]) -> FullText:
        settings, stack = self._settings, self._stack
        queue = Queue(settings.state.with_name(FILE))
        stack.callback(queue.close)
        producer = Producer(settings.kafka, prefix=settings.prefix)
        stack.push_async_callback(producer.close)
        extractor = ParserPool(workers=1, seconds=SECONDS, program=WORKER)
        stack.callback(extractor.close)
        session = guarded_session(
            user_agent=settings.user_agent, allow_private=settings.allow_private, limit=AT_ONCE
        )
        stack.push_async_callback(session.close)
        texts = FullText(
            session=session,
            extractor=extractor,
            producer=patient(producer),
            queue=queue,
            feeds=feeds,
        )
        running = asyncio.create_task(texts.run(self._stop))
        stack.push_async_callback(_end, running)
        return texts


async def _end(running: "asyncio.Task[None]") -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
