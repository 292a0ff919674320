"""Poll: from the feeds to `stories` on Kafka.

Guarantee: what a feed shows is on Kafka before the feed's state is saved. A crash in between
polls it again and produces the same stories under the same ids.
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import aiohttp
import structlog

from connectors.dial import guarded_connector
from connectors.feed_state import FeedState, Memory
from connectors.kafka import KafkaError, Producer
from connectors.sources.entries import stories
from connectors.sources.entry import NotAFeedError
from connectors.sources.feed import Feed
from connectors.sources.fetch import Failed, Fetched, NotModified, Page, fetch
from connectors.sources.identity import identify
from connectors.sources.parser_pool import ParserPool
from streams.bus import Message, message
from streams.feed_health import FeedHealth
from streams.feed_health import FeedState as State
from streams.story import Story

log = structlog.get_logger()

DICE = random.SystemRandom()
AT_ONCE = 32
AT_ONCE_PER_HOST = 2
SPREAD = 0.1
"""An interval grows by up to this share, so that feeds aren't all polled at once."""
LONGEST_INTERVAL = 6 * 3600.0
KAFKA_PAUSE = 5.0


@dataclass(frozen=True, kw_only=True)
class PollSettings:
    """What poll needs to know. `once` polls every feed a single time, due or not."""

    kafka: str
    prefix: str
    state: Path
    feeds: tuple[Feed, ...]
    user_agent: str
    allow_private: bool = False
    once: bool = False


class Sends(Protocol):
    """Takes messages; returns when Kafka has them all, or raises `KafkaError`."""

    async def send(self, messages: Sequence[Message]) -> None:
        """Send the messages."""
        ...


async def poll(settings: PollSettings, stop: asyncio.Event) -> None:
    """Poll until `stop` is set, or once."""
    state = FeedState(settings.state)
    producer = Producer(settings.kafka, prefix=settings.prefix)
    parser = ParserPool()
    connector = guarded_connector(allow_private=settings.allow_private)
    agent = {"User-Agent": settings.user_agent}
    try:
        async with aiohttp.ClientSession(connector=connector, headers=agent) as session:
            poller = Poller(session=session, parser=parser, state=state, producer=producer)
            log.info("polling", feeds=len(settings.feeds))
            await poller.run(settings.feeds, stop, once=settings.once)
    finally:
        parser.close()
        state.close()
        await producer.close()
    log.info("stopped")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a poll of a feed brought: its stories, or why there are none."""

    state: State
    detail: str = ""
    stories: tuple[Story, ...] = ()
    entries: int = 0
    page: Page | None = None
    after: float | None = None


class Poller:
    """Polls feeds: a few at once, and fewer of one host."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        parser: ParserPool,
        state: FeedState,
        producer: Sends,
    ) -> None:
        """Take the tools; they are closed by who made them."""
        self._session = session
        self._parser = parser
        self._state = state
        self._producer = producer
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._hosts: defaultdict[str | None, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE_PER_HOST)
        )

    async def run(self, feeds: Sequence[Feed], stop: asyncio.Event, *, once: bool) -> None:
        """Poll the feeds, each at its own times, until `stop` is set; or each once."""
        each = self._until_sent if once else self._for_ever
        async with asyncio.TaskGroup() as group:
            polling = [group.create_task(each(feed)) for feed in feeds]
            ending = group.create_task(_end_when(stop, polling))
            await asyncio.wait(polling)
            ending.cancel()

    async def _for_ever(self, feed: Feed) -> None:
        while True:
            memory = self._state.memory(feed.id, feed.url)
            await asyncio.sleep(max(0.0, memory.next_poll - time.time()))
            await self._until_sent(feed)

    async def _until_sent(self, feed: Feed) -> None:
        """Poll a feed; while Kafka is away, nothing is saved and the feed is polled again."""
        while True:
            try:
                async with self._slots, self._hosts[_host(feed.url)]:
                    await self.poll_feed(feed)
            except KafkaError as error:
                log.warning("kafka_away", feed=feed.id, error=str(error), next_try_in=KAFKA_PAUSE)
                await asyncio.sleep(KAFKA_PAUSE)
            else:
                return

    async def poll_feed(self, feed: Feed) -> None:
        """Poll a feed once. Raises `KafkaError`, and then has saved nothing."""
        began = time.monotonic()
        memory = self._state.memory(feed.id, feed.url)
        fetched = await fetch(self._session, feed.url, memory.validators)
        now = datetime.now(UTC)
        outcome = await self._outcome(feed, fetched, now, first_fetch=memory.last_ok is None)
        news = self._state.news(outcome.stories)
        after = remember(memory, feed, outcome, now=now.timestamp(), dice=DICE.random())
        health = FeedHealth(
            feed=feed.id,
            source=feed.source,
            state=outcome.state,
            detail=outcome.detail,
            polled=now,
            last_ok=None if after.last_ok is None else datetime.fromtimestamp(after.last_ok, UTC),
            entries=outcome.entries,
            stories=len(news),
        )
        await self._producer.send([*map(message, news), message(health)])
        self._state.save(feed.id, after, outcome.stories, now.timestamp())
        facts = {"detail": outcome.detail} if outcome.detail else {}
        log.info(
            "feed_polled",
            feed=feed.id,
            state=outcome.state.value,
            entries=outcome.entries,
            stories=len(news),
            ms=round(1000 * (time.monotonic() - began)),
            **facts,
        )

    async def _outcome(
        self, feed: Feed, fetched: Fetched, now: datetime, *, first_fetch: bool
    ) -> Outcome:
        match fetched:
            case Failed():
                return Outcome(state=fetched.state, detail=fetched.reason, after=fetched.after)
            case NotModified():
                return Outcome(state=State.OK, detail="not modified")
            case Page():
                return await self._read(feed, fetched, now, first_fetch=first_fetch)

    async def _read(self, feed: Feed, page: Page, now: datetime, *, first_fetch: bool) -> Outcome:
        try:
            parsed = await self._parser.parse(page.body, page.url, page.content_type)
        except NotAFeedError as error:
            return Outcome(state=State.NOT_A_FEED, detail=str(error))
        try:
            ids = identify(feed.id, parsed.entries)
            found = stories(feed, parsed, ids, now, first_fetch=first_fetch)
        except Exception as error:  # a fault of ours, met in one feed, must not stop the others
            log.exception("feed_not_understood", feed=feed.id)
            return Outcome(state=State.NOT_A_FEED, detail=f"not understood: {error!r}")
        return Outcome(
            state=State.OK,
            detail=f"{parsed.lost} entries could not be read" if parsed.lost else "",
            stories=tuple(found),
            entries=len(parsed.entries),
            page=page,
        )


def _host(url: str) -> str | None:
    """Give the host of a URL, `None` for what is no URL: fetching it will say so."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


async def _end_when(stop: asyncio.Event, tasks: Iterable[asyncio.Task[None]]) -> None:
    await stop.wait()
    for task in tasks:
        task.cancel()


def remember(memory: Memory, feed: Feed, outcome: Outcome, *, now: float, dice: float) -> Memory:
    """Give the feed's memory after a poll. A failure keeps what was known before it.

    After failures the interval grows; the feed is never given up.
    """
    if outcome.state is State.OK:
        validators = outcome.page.validators if outcome.page else memory.validators
        wait = feed.interval * (1 + SPREAD * dice)
        return Memory(url=feed.url, validators=validators, next_poll=now + wait, last_ok=now)
    failures = memory.failures + 1
    wait = min(feed.interval * (1 + SPREAD * dice) * 2 ** min(failures, 20), LONGEST_INTERVAL)
    wait = max(wait, outcome.after or 0.0)
    return replace(memory, url=feed.url, next_poll=now + wait, failures=failures)
