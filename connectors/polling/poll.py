"""Poll: from the feeds to `stories` on Kafka, each feed at its own times.

Guarantee: what a feed shows is on Kafka before the feed's state is saved. A crash in between
polls it again and produces the same stories under the same ids.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Hashable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import structlog

from connectors.background import wait_for
from connectors.http.ssrf_guard import Requests, guarded_session
from connectors.kafka import Producer, kafka_answers
from connectors.kafka.retrying_producer import patient
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.canary import sending_canaries
from connectors.polling.clock import steady
from connectors.polling.feed import Feed
from connectors.polling.feed_edits import Edits, polled
from connectors.polling.feed_state import DamagedStateError, FeedStore, Polled, StateError
from connectors.polling.forgetting import forget_removed
from connectors.polling.poll_queue import Agenda
from connectors.polling.poller import OnSent, Poller, ReadWire
from connectors.polling.rebuild import read_back
from connectors.polling.schedule import due, due_edited
from connectors.polling.store import Store
from connectors.polling.wire import read_wire
from connectors.watchdog import Work, watched
from connectors.websub.listening import heard_once_free
from connectors.websub.protocol import WebSubSettings
from connectors.websub.server import WebSub
from streams.contract.kafka_access import KafkaAccess

log = structlog.get_logger()

AT_ONCE = 256
STATE_PAUSE = 60.0
FAULT_PAUSE = 3600.0
LONGEST_SLEEP = 60.0
"""The machine may sleep, and asyncio's clock with it: so times are looked at once a minute."""


@dataclass(frozen=True, kw_only=True)
class PollSettings:
    """What poll needs to know. `once` polls every feed a single time, due or not.

    `feeds` are those to begin with; `edits` brings those that come into force later.
    """

    kafka: KafkaAccess
    prefix: str
    state: Path
    feeds: tuple[Feed, ...]
    user_agent: str
    allow_private: bool = False
    once: bool = False
    websub: WebSubSettings | None = None
    edits: Edits = field(default_factory=Edits)
    canary_every: float | None = None
    """Seconds between two canaries; `None` for none."""
    recheck_alerts: bool = False
    """Whether stories that alerts rest on are asked for again; see `connectors.pages.recheck`."""


async def poll(
    settings: PollSettings,
    stop: asyncio.Event,
    *,
    on_sent: OnSent | None = None,
    read_wire: ReadWire = read_wire,
) -> None:
    """Poll until `stop` is set, or once. Raises `StateError` if the state can't be opened."""
    feeds = list(polled(settings.feeds).values())
    store = Store(lambda: FeedStore(settings.state))
    producer = Producer(settings.kafka, prefix=settings.prefix)
    parser = ParserPool()
    requests = Requests()
    session = guarded_session(
        user_agent=settings.user_agent,
        allow_private=settings.allow_private,
        limit=AT_ONCE,
        traces=[requests.trace()],
    )
    try:
        async with session:
            await store.open()
            hubs = None
            if settings.websub is not None and not settings.once:
                plain = settings.allow_private
                hubs = WebSub(settings.websub, session, store, feeds, plain=plain)
            poller = Poller(
                session=session,
                parser=parser,
                store=store,
                producer=patient(producer),
                on_sent=on_sent,
                read_wire=read_wire,
                hubs=hubs,
            )
            log.info("polling", feeds=len(feeds))
            await read_back(store, settings.kafka, settings.prefix, feeds, stop)
            polling = Polling(poller, store, feeds, once=settings.once)

            def work() -> Work:
                steps = (polling.ended, requests.begun, parser.answered)
                return {**polling.work(steps), **producer.work()}

            pushes = partial(hubs.serving, poller.take_pushed) if hubs else None
            async with (
                watched(work, lambda: kafka_answers(settings.kafka)),
                heard_once_free(pushes) if pushes else nullcontext(),
                sending_canaries(producer.send, None if settings.once else settings.canary_every),
            ):
                if hubs:
                    settings.edits.follow(hubs.follow)
                settings.edits.follow(polling.follow)
                await polling.run(stop)
    finally:
        parser.close()
        await store.close()
        await producer.close()
    log.info("stopped")


class Polls(Protocol):
    """Polls feeds, and tells of those that are polled no more. Raises `StateError`."""

    async def poll_feed(self, feed: Feed) -> Polled:
        """Poll a feed once."""
        ...

    async def leave(self, feed: str, left: Callable[[str], bool]) -> None:
        """Tell that a feed is polled no more, if `left` still says so."""
        ...


class Polling:
    """The polls of all feeds: a task for each that is under way, a heap for the others."""

    def __init__(
        self, poller: Polls, store: Store, feeds: Sequence[Feed], *, once: bool = False
    ) -> None:
        """Put each feed down for when it is due, or for now if it is to be polled once."""
        self._poller = poller
        self._once = once
        self._store = store
        self._agenda = Agenda()
        self._left = len(feeds)
        self._feeds = {feed.id: feed for feed in feeds}
        self._asked: set[str] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._beside: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self.ended = 0
        """How many polls came to an end, good or bad."""
        now, clock = steady(), time.time()
        for feed in feeds:
            self._agenda.add(feed, now if once else self._due(feed, now, clock))

    def follow(self, feeds: Sequence[Feed]) -> None:
        """Go by another list: what stays as it was keeps its time, and so does what is under way.

        A feed that is asked right now is put down again, or not, when its poll has ended.
        """
        now, clock = steady(), time.time()
        before, self._feeds = self._feeds, polled(feeds)
        edited = [feed for feed in self._feeds.values() if before.get(feed.id) != feed]
        left = before.keys() - self._feeds.keys()
        times = self._agenda.drop(left | {feed.id for feed in edited})
        for feed in edited:
            if feed.id not in self._asked:
                if (old := before.get(feed.id)) is None:
                    at = self._due(feed, now, clock)
                else:
                    at = self._due_edited(old, feed, times.get(feed.id, now), now)
                self._agenda.add(feed, at)
        self._leave(left - self._asked)
        self._changed.set()

    def _due(self, feed: Feed, now: float, clock: float) -> float:
        """Return when a feed is due by what was written down, by the clock that people set."""
        return now + due(self._store.memory(feed), feed, clock) - clock

    def _due_edited(self, old: Feed, feed: Feed, at: float, now: float) -> float:
        """Return when a feed is due that was due `at` before its edit."""
        return due_edited(self._store.memory(feed), old, feed, at, now)

    def _leave(self, feeds: Iterable[str]) -> None:
        """Tell that feeds are polled no more, beside the polls: Kafka may be away for long."""

        async def tell() -> None:
            leaving = (self._poller.leave(feed, lambda one: one not in self._feeds) for feed in ids)
            for result in await asyncio.gather(*leaving, return_exceptions=True):
                if isinstance(result, Exception):  # it is told at the next start
                    log.warning("feed_health_not_told", error=str(result))

        if ids := list(feeds):
            self._do_beside(tell())

    def _do_beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _leave_since(self) -> None:
        """Tell of feeds that left the list while nothing ran."""
        try:
            told = await self._store.health()
        except StateError as error:
            log.warning("feed_health_not_told", error=str(error))
        else:
            self._leave(health.feed for health in told if health.feed not in self._feeds)

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set, or each feed once. Raises `StateError` in the latter case."""
        stopping = asyncio.create_task(self._wake_when(stop))
        self._do_beside(self._leave_since())
        self._do_beside(forget_removed(self._store, lambda: frozenset(self._feeds)))
        try:
            while not stop.is_set() and not (self._once and self._left == 0):
                self._changed.clear()
                self._start()
                await self._sleep()
                self._end()
        finally:
            stopping.cancel()
            tasks = self._running | self._beside
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def work(self, steps: Hashable) -> Work:
        """Return what is to be done now, for the watchdog; `steps` change as polls get on."""
        if self._running:
            return {"polls are under way and none gets on": steps}
        at = self._agenda.next_time()
        return {"polls are due and none begins": at} if at and at < steady() else {}

    def _start(self) -> None:
        while len(self._running) < AT_ONCE:
            feed = self._agenda.take(steady())
            if feed is None:
                return
            self._asked.add(feed.id)
            task = asyncio.create_task(self._turn(feed))
            self._running.add(task)
            task.add_done_callback(lambda _: self._changed.set())

    async def _sleep(self) -> None:
        """Sleep until a feed may be due, a poll has ended, or it's time to stop."""
        at = self._agenda.next_time() if len(self._running) < AT_ONCE else None
        seconds = LONGEST_SLEEP if at is None else at - steady()
        await wait_for(self._changed, min(max(seconds, 0.0), LONGEST_SLEEP))

    def _end(self) -> None:
        for task in [task for task in self._running if task.done()]:
            self._running.discard(task)
            self.ended += 1
            task.result()

    async def _turn(self, feed: Feed) -> None:
        """Poll a feed and put it down for the next time."""
        began = steady()
        try:
            polled = await self._poller.poll_feed(feed)
            at = began + polled.memory.wait
        except DamagedStateError:
            raise  # the next start moves the file aside
        except StateError as error:
            if self._once:
                raise
            # Its stories are on Kafka, and come again under the same ids until this is mended.
            log.warning("state_not_saved", feed=feed.id, error=str(error), next_try_in=STATE_PAUSE)
            at = steady() + STATE_PAUSE
        except Exception:  # a fault of ours, met in one feed, must not stop the others
            log.exception("poll_failed", feed=feed.id, next_try_in=FAULT_PAUSE)
            at = steady() + FAULT_PAUSE
        finally:
            self._agenda.done(feed)
            self._asked.discard(feed.id)
        self._left -= 1
        if self._once:
            return
        as_is = self._feeds.get(feed.id)
        if as_is is None:
            self._leave([feed.id])
        else:
            self._agenda.add(as_is, self._due_edited(feed, as_is, at, steady()))

    async def _wake_when(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._changed.set()
