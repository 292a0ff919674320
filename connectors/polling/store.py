"""The feeds' state, off the event loop: one thread for the file, many polls in one commit."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import structlog

from connectors.polling.batcher import Together
from connectors.polling.feed import Feed
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.feed_state import FeedStore, Polled
from connectors.polling.identity import KnownEntries
from connectors.websub.protocol import Subscription
from streams.model.feed_health import FeedHealth

log = structlog.get_logger()

MOST = 256
"""Polls in one commit: each waits for the disk, whatever it holds."""
ResultT = TypeVar("ResultT")


class Store:
    """What is known of all feeds, also at hand. Its methods raise `StateError`."""

    def __init__(self, state: Callable[[], FeedStore]) -> None:
        """Take what opens the state; `open` calls it, in the file's own thread."""
        self._open = state
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="feed-state")
        self._state: FeedStore | None = None
        self._memories: dict[str, FeedMemory] = {}
        self._reserving = Together(self._reserve, most=MOST)
        self._saving = Together(self._save, most=MOST)
        self._telling = Together(self._save_health, most=MOST)

    async def open(self) -> None:
        """Open the file and read what is known of the feeds."""
        self._state = await self._run(self._open)
        if self._state.remark:
            log.warning("feed_state", remark=self._state.remark)
        self._memories = await self._run(self._state.memories)

    def memory(self, feed: Feed) -> FeedMemory:
        """Return what is known of a feed. A new address starts anew, but is no first poll."""
        known = self._memories.get(feed.id)
        if known is None:
            return FeedMemory(url=feed.url)
        if known.url != feed.url:
            return FeedMemory(url=feed.url, last_ok=known.last_ok, last_new=known.last_new)
        return known

    def knows(self, feed: str) -> bool:
        """Say whether anything is known of a feed."""
        return feed in self._memories

    def has_moved(self, feed: Feed) -> bool:
        """Say whether a feed has another address than when it was last polled."""
        known = self._memories.get(feed.id)
        return known is not None and known.url != feed.url

    async def known(self, feed: str, aliases: Iterable[int], ids: Iterable[str]) -> KnownEntries:
        """Return the stories of a feed that go by some of the aliases, or have one of the ids."""
        return await self._run(lambda: self._opened.known(feed, aliases, ids))

    async def reserve(self, polled: Polled, news: Collection[str]) -> None:
        """Remember the ids of the stories about to be sent. On the disk when this returns."""
        unsent = tuple(one for one in polled.seen if one.story.id in news)
        await self._reserving([replace(polled, seen=unsent)] if unsent else [])

    async def save(self, polled: Polled) -> None:
        """Remember a poll. On the disk when this returns."""
        await self._saving([polled])

    async def forget_feeds(self, listed: Collection[str], before: float) -> list[str]:
        """Forget feeds that aren't listed and were last polled before a time; give them."""
        forgotten = await self._run(lambda: self._opened.forget_feeds(listed, before))
        for feed in forgotten:
            self._memories.pop(feed, None)
        return forgotten

    async def health(self) -> list[FeedHealth]:
        """Return what was last told of each feed."""
        return await self._run(self._opened.health)

    async def health_of(self, feed: str) -> FeedHealth | None:
        """Return what was last told of a feed, `None` if nothing was."""
        return await self._run(lambda: self._opened.health_of(feed))

    async def save_health(self, told: FeedHealth) -> None:
        """Remember what was told of a feed that was not polled."""
        await self._telling([told])

    async def subscriptions(self) -> list[Subscription]:
        """Return the feeds' subscriptions at hubs."""
        return await self._run(self._opened.subscriptions)

    async def save_subscription(self, subscription: Subscription) -> None:
        """Remember a feed's subscription."""
        await self._run(lambda: self._opened.save_subscription(subscription))

    async def forget_subscription(self, feed: str) -> None:
        """Forget a feed's subscription."""
        await self._run(lambda: self._opened.forget_subscription(feed))

    async def close(self) -> None:
        """Close the file, after what is being saved."""
        if self._state is not None:
            await self._run(self._state.close)
        self._thread.shutdown()

    async def _reserve(self, polls: Sequence[Polled]) -> None:
        await self._run(lambda: self._opened.reserve(polls))

    async def _save(self, polls: Sequence[Polled]) -> None:
        await self._run(lambda: self._opened.save(polls))
        for poll in polls:
            self._memories[poll.feed] = poll.memory

    async def _save_health(self, told: Sequence[FeedHealth]) -> None:
        await self._run(lambda: self._opened.save_health(told))

    @property
    def _opened(self) -> FeedStore:
        if self._state is None:
            raise RuntimeError("the feed state isn't open")
        return self._state

    async def _run(self, work: Callable[[], ResultT]) -> ResultT:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
