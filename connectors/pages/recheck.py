"""Ask again for the pages of stories that alerts rest on: one that is gone takes its story back.

Guarantee: only what a publisher says twice (HTTP 410) counts, and it goes to `stories` as a new
version, under the same id whenever it is found. Nothing is saved: what is to be asked for is
known from the events in `alerts`. A check that falls into the time when nothing ran is left out.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import structlog

from connectors.background import in_thread, wait_for
from connectors.http.fetch import Failed, Fetched, Limits, fetch
from connectors.http.robots_cache import Sites
from connectors.http.ssrf_guard import guarded_session
from connectors.kafka import Consumer, KafkaError, Producer, Received
from connectors.kafka.errors import AWAY
from connectors.kafka.retrying_producer import patient
from connectors.pages.recheck_schedule import AFTER, Recheck, Rechecks
from connectors.pages.service import PAUSE
from connectors.polling.feed import Feed
from connectors.polling.poll import PollSettings
from connectors.polling.poller import Sends
from streams.backoff import Tries
from streams.contract.codec import DecodeError, decode
from streams.contract.messages import message
from streams.contract.topics import ALERTS
from streams.model.alert import AlertEvent
from streams.model.feed_health import FeedState

log = structlog.get_logger()

LIMITS = Limits(seconds=20.0, body_bytes=64 * 1024)
"""More of a page than this says nothing new: it is there."""
NO_HEAD = (405, 501)
"""What servers say that don't know HEAD."""
AT_ONCE = 4
POLL_SECONDS = 0.5
FAULT_PAUSE = 60.0
CONNECT_SECONDS = 5.0
FETCH_SECONDS = 5.0
"""Between two questions to Kafka while nothing comes."""


class Rechecker:
    """Asks for pages: a few at once, one of a host, and not right after another."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        producer: Sends,
        feeds: Iterable[Feed],
        clock: Callable[[], float] = time.time,
        pause: float = PAUSE,
    ) -> None:
        """Take the tools; they are closed by who made them. `clock` gives seconds since 1970."""
        self._session = session
        self._producer = producer
        self._feeds: dict[str, Feed] = {}
        self.follow(feeds)
        self._clock = clock
        self._pause = pause
        self._sites = Sites(session)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.rechecks = Rechecks()

    def follow(self, feeds: Iterable[Feed]) -> None:
        """Go by another list of feeds: their headers go along where a page is at home."""
        self._feeds = {feed.id: feed for feed in feeds}

    def hear(self, records: Iterable[Received]) -> None:
        """Take in what `alerts` holds. What is no event is deliver's to report."""
        for record in records:
            try:
                event = decode(record.value, AlertEvent)
            except DecodeError:
                continue
            self.rechecks.hear(event, record.timestamp.timestamp(), self._clock())

    def start_due(self) -> None:
        """Begin to ask for what is due, as far as there is room."""
        room = AT_ONCE - len(self._tasks)
        for recheck in self.rechecks.due(self._clock(), busy=self._tasks, limit=room):
            self._tasks[recheck.host] = asyncio.create_task(self._turn(recheck))

    async def settle(self) -> None:
        """Wait for the answers to what was asked."""
        await asyncio.gather(*self._tasks.values())

    async def cancel(self) -> None:
        """Wait for no answer any more."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _turn(self, recheck: Recheck) -> None:
        """Ask for a page, then leave its host in peace for a moment."""
        try:
            await self._ask(recheck)
            await asyncio.sleep(max(self._pause, self._sites.pause(recheck.story.url or "")))
        except Exception:  # a fault of ours, met in one page, must not stop the others
            log.exception("recheck_failed", feed=recheck.story.feed, story=recheck.story.id)
            self.rechecks.answered(recheck, self._clock(), is_gone=False)
        finally:
            del self._tasks[recheck.host]

    async def _ask(self, recheck: Recheck) -> None:
        # The answer that decides is read whole: a challenge page shows in its text alone.
        fetched = await self._fetch(recheck, "GET" if recheck.suspected else "HEAD")
        if isinstance(fetched, Failed) and fetched.status in NO_HEAD:
            fetched = await self._fetch(recheck, "GET")
        is_gone = isinstance(fetched, Failed) and fetched.state is FeedState.GONE
        told = self.rechecks.answered(recheck, self._clock(), is_gone=is_gone)
        if told is not None:
            await self._producer.send([message(told)])
            self.rechecks.sent(recheck)
            log.warning("story_gone", feed=told.feed, story=told.id)

    async def _fetch(self, recheck: Recheck, method: str) -> Fetched:
        feed = self._feeds.get(recheck.story.feed)
        return await fetch(
            self._session,
            recheck.story.url or "",
            limits=LIMITS,
            headers=feed.headers if feed is not None else (),
            home=feed.url if feed is not None else None,
            may=self._sites.may,
            method=method,
        )


@asynccontextmanager
async def rechecking(settings: PollSettings) -> AsyncIterator[None]:
    """Run beside poll, if that goes on and the operator wants it."""
    if settings.once or not settings.recheck_alerts:
        yield
        return
    producer = Producer(settings.kafka, prefix=settings.prefix)
    session = guarded_session(
        user_agent=settings.user_agent, allow_private=settings.allow_private, limit=AT_ONCE
    )
    ended = asyncio.Event()
    try:
        async with session:
            rechecker = Rechecker(session=session, producer=patient(producer), feeds=settings.feeds)
            settings.edits.follow(rechecker.follow)
            running = asyncio.create_task(run(rechecker, settings, ended))
            try:
                yield
            finally:
                ended.set()
                await running
    finally:
        await producer.close()


async def run(rechecker: Rechecker, settings: PollSettings, ended: asyncio.Event) -> None:
    """Ask for what is due until `ended` is set; when Kafka is away, try again for ever."""
    tries = Tries(AWAY)
    try:
        while not ended.is_set():
            try:
                await _follow(rechecker, settings, ended, tries)
            except KafkaError as error:
                seconds = tries.failed()
                log.warning("recheck_waits", error=str(error), next_try_in=seconds)
                await wait_for(ended, seconds)
            except Exception:  # a fault of ours must not stop the polls
                log.exception("recheck_failed", next_try_in=FAULT_PAUSE)
                await wait_for(ended, FAULT_PAUSE)
    finally:
        await rechecker.cancel()


async def _follow(
    rechecker: Rechecker, settings: PollSettings, ended: asyncio.Event, tries: Tries
) -> None:
    """Hear the events of the last days and those that come, and ask for what is due."""
    consumer = await in_thread(_consumer, settings)
    all_heard = False
    try:
        while not ended.is_set():
            records = await in_thread(consumer.poll, POLL_SECONDS)
            tries.worked()
            rechecker.hear(records)
            all_heard = all_heard or not records
            if all_heard:  # before, a story may have been withdrawn long ago
                rechecker.start_due()
    finally:
        await in_thread(consumer.close)


def _consumer(settings: PollSettings) -> Consumer:
    consumer = Consumer(
        settings.kafka,
        group=None,
        topics=[ALERTS],
        prefix=settings.prefix,
        seconds=CONNECT_SECONDS,
        fetch_wait=FETCH_SECONDS,
    )
    consumer.go_back(ALERTS, datetime.now(UTC) - timedelta(seconds=AFTER[-1]))
    return consumer
