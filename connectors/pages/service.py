"""Fetch the pages of stories, and send each story again with its text.

The headline never waits: a story is on Kafka before its page is asked for. Guarantee: a page is
wanted until its text is on Kafka, or the reason why there is none is written down. A crash in
between fetches the page again, and sends the same version.
"""

import asyncio
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import aiohttp
import structlog

from connectors.background import wait_for
from connectors.formats.entry import NotAFeedError
from connectors.http.fetch import Failed, Limits, Page, fetch
from connectors.http.robots import denied
from connectors.http.robots_cache import Sites
from connectors.pages import page_policy
from connectors.pages.page_queue import Queue, Wanted
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.feed import Feed
from connectors.polling.poller import Sends
from connectors.sqlite import is_damaged
from streams.contract.messages import message
from streams.model.story import Story, gone

log = structlog.get_logger()

LIMITS = Limits(seconds=20.0, body_bytes=5 * 1024 * 1024)
AT_ONCE = 4
MOST_HOSTS = 64
"""Hosts that are fetched from, or left in peace for a moment, at the same time."""
PAUSE = 3.0
"""Seconds between two pages of one host, if its robots.txt doesn't ask for more."""
LONGEST_SLEEP = 30.0
QUEUE_PAUSE = 60.0
"""Seconds to wait when the queue's file can't be read or written."""
HTML = ("text/html", "application/xhtml+xml")


class FullText:
    """Fetches the pages of stories: a few at once, one of a host, and not right after another."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        extractor: ParserPool,
        producer: Sends,
        queue: Queue,
        feeds: Iterable[Feed],
        pause: float = PAUSE,
    ) -> None:
        """Take the tools; they are closed by who made them."""
        self._session = session
        self._extractor = extractor
        self._producer = producer
        self._queue = queue
        self._feeds = {feed.id: feed for feed in feeds}
        self._pause = pause
        self._sites = Sites(session)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._busy: set[str] = set()
        self._news = asyncio.Event()
        self._changed = asyncio.Event()

    def follow(self, feeds: Sequence[Feed]) -> None:
        """Go by another list of feeds."""
        self._feeds = {feed.id: feed for feed in feeds}

    def on_sent(self, feed: Feed, stories: Sequence[Story]) -> None:
        """Take stories that are on Kafka, and want the pages of those whose feed asks for it."""
        if not feed.full_text:
            return
        pages, withdrawn = page_policy.wanted(stories)
        try:
            self._queue.add(pages, time.time())
            for story in withdrawn:
                self._queue.drop(story)
        except sqlite3.Error as error:  # no reason to stop polling
            log.warning("full_text_not_kept", feed=feed.id, error=str(error))
            self._begin_anew_if(error)
        self._news.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch pages until `stop` is set."""
        tasks = {asyncio.create_task(self._wake_when(stop))}
        try:
            while not stop.is_set():
                self._news.clear()
                try:
                    for wanted in self._due():
                        self._busy.add(wanted.host)
                        task = asyncio.create_task(self._turn(wanted))
                        tasks.add(task)
                        task.add_done_callback(tasks.discard)
                    await self._sleep()
                except sqlite3.Error as error:
                    await asyncio.sleep(self._waits(error))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _due(self) -> list[Wanted]:
        room = MOST_HOSTS - len(self._busy)
        return self._queue.due(time.time(), busy=self._busy, limit=room)

    def _waits(self, error: sqlite3.Error) -> float:
        """Say that the queue's file can't be used; return the seconds to wait."""
        log.warning("full_text_waits", error=str(error), next_try_in=QUEUE_PAUSE)
        self._begin_anew_if(error)
        return QUEUE_PAUSE

    def _begin_anew_if(self, error: sqlite3.Error) -> None:
        """Begin a new file if this one is damaged: no waiting mends that."""
        if is_damaged(error):
            with suppress(sqlite3.Error, OSError):  # it is told at the next turn
                self._queue.begin_anew()

    async def settle(self, stop: asyncio.Event) -> None:
        """Wait until no page is due, or `stop` is set; pages to be tried later stay behind."""
        while not stop.is_set() and self._queue.due(time.time(), busy=(), limit=1):
            self._changed.clear()
            await self._changed.wait()

    async def _sleep(self) -> None:
        """Sleep until a page may be due, or something has changed."""
        full = len(self._busy) >= MOST_HOSTS
        at = None if full else self._queue.next_due(busy=self._busy)
        seconds = LONGEST_SLEEP if at is None else min(max(at - time.time(), 0.0), LONGEST_SLEEP)
        await wait_for(self._news, seconds)

    async def _wake_when(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._changed.set()

    async def _turn(self, wanted: Wanted) -> None:
        """Fetch a page, then leave its host in peace for a moment."""
        try:
            async with self._slots:
                wait = await self._tried(wanted)
            self._changed.set()
            await asyncio.sleep(wait)
        finally:
            self._busy.discard(wanted.host)
            self._wake()

    async def _tried(self, wanted: Wanted) -> float:
        """Fetch a page, whatever comes of it; give the seconds to leave its host in peace."""
        story = wanted.story
        try:
            await self.fetch_page(wanted)
        except sqlite3.Error as error:
            return self._waits(error)
        except Exception:  # a fault of ours, met in one page, must not stop the others
            log.exception("full_text_failed", feed=story.feed, story=story.id)
            self._queue.fail(wanted, time.time(), reason="a fault of wirewatch: see the log")
        return max(self._pause, self._sites.pause(story.url or ""))

    async def fetch_page(self, wanted: Wanted) -> None:
        """Fetch a story's page, and send the story with its text or note why not."""
        story, feed = wanted.story, self._feeds.get(wanted.story.feed)
        if feed is None or not feed.full_text:
            await self._fail(wanted, "its feed doesn't ask for it any more")
            return
        fetched = await fetch(
            self._session,
            story.url or "",
            limits=LIMITS,
            headers=feed.headers,
            home=feed.url,
            may=self._sites.may,
        )
        match fetched:
            case Page():
                await self._take(wanted, fetched)
            case Failed():
                await self._not_now(wanted, fetched)
            case _:
                await self._fail(wanted, "no page came")

    async def _take(self, wanted: Wanted, page: Page) -> None:
        if (word := denied(page.robots)) is not None:
            await self._fail(wanted, f"the page says {word}")
            return
        kind = page.content_type.partition(";")[0].strip().lower()
        if kind and kind not in HTML:
            await self._fail(wanted, f"not a web page, but {kind[:40]}")
            return
        try:
            parsed = await self._extractor.parse(page.body, page.url, page.content_type)
        except NotAFeedError as error:
            await self._fail(wanted, str(error))
            return
        entry = parsed.entries[0]
        if (reason := page_policy.not_its_own(wanted.story, page.url, entry)) is not None:
            await self._fail(wanted, reason)
            return
        told = page_policy.with_text(wanted.story, entry)
        if told is None:
            await self._fail(wanted, "the feed itself gave as much")
        elif self._queue.is_wanted(wanted.story):  # else a newer version came meanwhile
            await self._producer.send([message(told)])
            self._queue.done(wanted, time.time())
            log.info("full_text", feed=told.feed, story=told.id, characters=len(told.body))

    async def _not_now(self, wanted: Wanted, failed: Failed) -> None:
        if page_policy.taken_back(failed, wanted.reason):
            await self._take_back(wanted, failed)
            return
        wait = page_policy.pause(failed, wanted.attempts + 1)
        if wait is None:
            await self._fail(wanted, failed.reason)
            return
        now = time.time()
        self._queue.retry(wanted, now, at=now + wait, reason=failed.reason)

    async def _take_back(self, wanted: Wanted, failed: Failed) -> None:
        if self._queue.is_wanted(wanted.story):
            await self._producer.send([message(gone(wanted.story, datetime.now(UTC)))])
            self._queue.fail(wanted, time.time(), reason=failed.reason)
            log.warning("story_gone", feed=wanted.story.feed, story=wanted.story.id)

    async def _fail(self, wanted: Wanted, reason: str) -> None:
        if wanted.story.edited and self._queue.is_wanted(wanted.story):
            # What was kept back until its page would come: see `before_its_page`.
            await self._producer.send([message(wanted.story)])
        self._queue.fail(wanted, time.time(), reason=reason)
        story = wanted.story
        log.info("no_full_text", feed=story.feed, story=story.id, reason=reason)
