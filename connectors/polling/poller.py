"""One poll of one feed: fetch, parse, identify, send, save.

Guarantee: what a feed shows is on Kafka before the feed's state is saved, and its ids are saved
before that. A crash in between polls it again: the same stories go out under the same ids.
"""

import asyncio
import hashlib
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import aiohttp
import structlog

from connectors.errors import ConnectorError
from connectors.formats.entry import NotAFeedError, NotInTimeError, Parsed
from connectors.http.fetch import NO_VALIDATORS, Failed, NotModified, Page, Validators, fetch
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.batcher import Together
from connectors.polling.detect_new import before_its_page, old_news, understand
from connectors.polling.entry_aliases import mark
from connectors.polling.feed import Feed, FeedKind
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.feed_state import Polled, StateError
from connectors.polling.health import health, removed
from connectors.polling.health_reports import HealthTold
from connectors.polling.next_state import address, remember
from connectors.polling.poll_result import DocumentResult, PollResult
from connectors.polling.store import Store
from connectors.polling.wire import Wire
from connectors.websub.protocol import Offer, offer
from streams.contract.messages import Message, message
from streams.model.feed_health import FeedState
from streams.model.story import Story

log = structlog.get_logger()

DICE = random.SystemRandom()
LARGE_AT_ONCE = 2
MESSAGES_AT_ONCE = 2_000
NOT_MODIFIED = "not modified"
BUSY = "not read in time because this machine is too busy; the next poll tries again"


class Sends(Protocol):
    """Takes messages; returns when Kafka has them all, or raises `KafkaError`."""

    async def send(self, messages: Sequence[Message]) -> None:
        """Send the messages."""
        ...


ReadWire = Callable[
    [Feed, aiohttp.ClientSession, ParserPool, Mapping[str, str]], Awaitable[Wire | Failed]
]
"""Reads the wire files of a feed that aren't as their marks say."""
OnSent = Callable[[Feed, Sequence[Story]], None]
"""Is told a feed's new stories once Kafka has them. Must not block.

It is told before the state is saved: after a crash in between again, but never not at all.
"""


class Hubs(Protocol):
    """The subscriptions at hubs that push feeds."""

    def active(self, feed: str) -> bool:
        """Say whether a hub is to push a feed now."""
        ...

    def offered(self, feed: Feed, offer: Offer) -> None:
        """Hear that a feed offers a hub."""
        ...


class Poller:
    """Polls feeds, one by one or side by side."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        parser: ParserPool,
        store: Store,
        producer: Sends,
        on_sent: OnSent | None = None,
        read_wire: ReadWire | None = None,
        hubs: Hubs | None = None,
    ) -> None:
        """Take the tools; they are opened and closed by who made them."""
        self._session = session
        self._parser = parser
        self._store = store
        self._send = Together(producer.send, most=MESSAGES_AT_ONCE)
        self._on_sent = on_sent
        self._read_wire = read_wire
        self._hubs = hubs
        # A document of a hundred thousand entries must not hold up the event loop.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reading")
        self._room = asyncio.Semaphore(LARGE_AT_ONCE)
        self._told = HealthTold()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def poll_feed(self, feed: Feed) -> Polled:
        """Poll a feed once. Raises `KafkaError` or `StateError`, and then has saved nothing."""
        async with self._locks[feed.id]:
            began = time.time()
            memory = self._store.memory(feed)
            try:
                outcome = await self._polled(feed, memory)
            except ConnectorError:
                raise
            except Exception as error:  # a fault of ours, met in one feed: told where people look
                log.exception("poll_failed", feed=feed.id)
                fault = f"a fault of wirewatch: {type(error).__name__}, see the log"
                outcome = PollResult(state=FeedState.NOT_A_FEED, detail=fault)
            return await self._keep(feed, memory, outcome, began)

    async def take_pushed(self, feed: Feed, page: Page) -> Polled:
        """Take a body that a hub pushed, as if it had been polled. Raises as `poll_feed` does."""
        async with self._locks[feed.id]:
            began = time.time()
            memory = self._store.memory(feed)
            outcome = replace(await self._page(feed, page, memory, whole=False), by_hub=True)
            if outcome.read is not None:
                # Where to subscribe its own server says: it has headers that a push hasn't.
                outcome = replace(outcome, read=replace(outcome.read, offer=None))
            return await self._keep(feed, memory, outcome, began)

    async def leave(self, feed: str, left: Callable[[str], bool]) -> None:
        """Tell that a feed is polled no more, once what is under way of it has come to its end.

        `left` says then whether that is still so. Raises as `poll_feed` does.
        """
        async with self._locks[feed]:
            last = await self._store.health_of(feed)
            if last is None or last.state is FeedState.REMOVED or not left(feed):
                return
            told = removed(last)
            await self._send([message(told)])
            self._told.forget(feed)
            await self._store.save_health(told)
        log.info("feed_left", feed=feed)

    async def _keep(
        self, feed: Feed, memory: FeedMemory, outcome: PollResult, now: float
    ) -> Polled:
        """Send what is new, and once Kafka has it remember the poll.

        Its time is that when it began: how long it took must not make the next one late.
        """
        pushed = self._hubs is not None and self._hubs.active(feed.id)
        after = remember(memory, feed, outcome, now=now, dice=DICE.random(), pushed=pushed)
        told = health(feed, after, outcome, now, pushed=pushed)
        read = outcome.read
        news = read.news if read else ()
        first = map(before_its_page, news) if self._awaits_pages(feed) else news
        is_news = self._told.is_news(told)
        polled = Polled(memory=after, health=told, now=now, seen=read.seen if read else ())
        await self._store.reserve(polled, {story.id for story in news})
        if is_news:
            await self._send([*map(message, first), message(told)])
        if self._on_sent is not None and news:
            self._on_sent(feed, news)
        await self._store.save(polled)
        if self._hubs is not None and read is not None and read.offer is not None:
            self._hubs.offered(feed, read.offer)
        if is_news:
            self._told.tell(told, time.time() - now)
        return polled

    def _awaits_pages(self, feed: Feed) -> bool:
        return feed.full_text and self._on_sent is not None

    async def _polled(self, feed: Feed, memory: FeedMemory) -> PollResult:
        if feed.kind is FeedKind.WIRE:
            return await self._wire(feed, memory)
        began = time.monotonic()
        fetched = await fetch(
            self._session,
            address(memory),
            _asked_with(memory),
            headers=feed.headers,
            home=feed.url,
            room=self._room,
        )
        seconds = time.monotonic() - began
        match fetched:
            case Failed():
                return _failed(fetched)
            case NotModified():
                return PollResult(detail=NOT_MODIFIED, moved_to=fetched.moved_to, seconds=seconds)
            case Page():
                return replace(await self._page(feed, fetched, memory), seconds=seconds)

    async def _page(
        self, feed: Feed, page: Page, memory: FeedMemory, *, whole: bool = True
    ) -> PollResult:
        digest = hashlib.sha256(page.body).hexdigest()
        if digest == memory.digest and not memory.rest and not memory.embargo_ended(time.time()):
            return PollResult(
                detail=NOT_MODIFIED, validators=page.validators, moved_to=page.moved_to
            )
        try:
            start = memory.rest if whole else 0  # what a hub pushes is another document
            parsed = await self._parser.parse(page.body, page.url, page.content_type, start)
            whole = whole and not start and not parsed.rest
            read = await self._read(feed, parsed, memory, whole=whole)
        except NotInTimeError:
            return PollResult(detail=BUSY, moved_to=page.moved_to, unread=True)
        except NotAFeedError as error:
            return PollResult(state=FeedState.NOT_A_FEED, detail=str(error))
        asked = [seconds for seconds in (parsed.interval, page.fresh_for) if seconds]
        read = replace(
            read,
            digest=digest,
            rest=parsed.rest,
            validators=page.validators,
            asked=max(asked, default=None),
            offer=offer(page.links, parsed.hubs, parsed.address, page.url),
        )
        return PollResult(
            read=read,
            moved_to=page.moved_to,
            detail="; ".join(parsed.remarks),
            more=bool(parsed.rest),
        )

    async def _wire(self, feed: Feed, memory: FeedMemory) -> PollResult:
        if self._read_wire is None:
            return PollResult(state=FeedState.NOT_A_FEED, detail="no reader for wire files")
        try:
            wire = await self._read_wire(feed, self._session, self._parser, memory.marks)
        except NotInTimeError:
            return PollResult(detail=BUSY, unread=True)
        if isinstance(wire, Failed):
            return _failed(wire)
        try:
            read = await self._read(feed, wire.parsed, memory, whole=False)
        except NotAFeedError as error:
            return PollResult(state=FeedState.NOT_A_FEED, detail=str(error))
        read = replace(read, marks=wire.marks)
        return PollResult(read=read, detail="; ".join(wire.faults), more=wire.more)

    async def _read(
        self, feed: Feed, parsed: Parsed, memory: FeedMemory, *, whole: bool = True
    ) -> DocumentResult:
        """Tell a document's stories and which of them are new. Raises `NotAFeedError`."""
        first = memory.last_ok is None or memory.backlog
        now = datetime.fromtimestamp(time.time(), UTC)
        loop = asyncio.get_running_loop()
        try:
            marked = await loop.run_in_executor(self._thread, mark, parsed.entries, feed.id)
            aliases = {alias for one in marked for alias in one.aliases.values()}
            ids = {story for one in marked for story in one.ids}
            known = await self._store.known(feed.id, aliases, ids)
            understood = partial(
                understand, feed, parsed, marked, known, now, first=first, whole=whole
            )
            read = await loop.run_in_executor(self._thread, understood)
        except StateError:
            raise
        except Exception as error:  # a fault of ours, met in one feed, must not stop the others
            log.exception("feed_not_understood", feed=feed.id)
            raise NotAFeedError(f"not understood: {type(error).__name__}, see the log") from error
        for fault in read.faults:
            log.error("entry_not_understood", feed=feed.id, exc_info=fault)
        return old_news(read, memory.known_since)


def _asked_with(memory: FeedMemory) -> Validators:
    """Return the validators to ask with: none after a page that was no feed, or was read in part.

    "Not modified" would then say only that the page is still the one that wasn't read, or whose
    embargo has ended since.
    """
    unread = memory.state is FeedState.NOT_A_FEED or memory.rest
    wanted = unread or memory.embargo_ended(time.time())
    return NO_VALIDATORS if wanted else memory.validators


def _failed(failed: Failed) -> PollResult:
    return PollResult(
        state=failed.state,
        detail=failed.reason,
        after=failed.after,
        status=failed.status,
        ours=failed.ours,
    )
