"""While feeds come, go and change, each is polled at its time, and no other is disturbed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.polling.feed import Feed
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.feed_state import FeedStore, Polled
from connectors.polling.health import removed
from connectors.polling.poll import Polling
from connectors.polling.poll_queue import Agenda
from connectors.polling.schedule import due_edited
from connectors.polling.store import Store
from streams.model.feed_health import FeedState as State
from tests.connectors.polling.test_feed_state import HEALTH
from tests.support.waiting import until
from wirewatch.feedlist.feed_tables import row

NOW = 1_000_000.0
FEED = Feed(id="courier", url="https://courier.example/rss", source="Courier", interval=300)
WELL = FeedMemory(url=FEED.url, last_ok=NOW, next_poll=NOW + 200)
FAILED = replace(WELL, failures=3)
HEADERS = (("X-Key", "new"),)


@pytest.mark.parametrize(
    ("memory", "changes", "at"),
    [
        (WELL, {"source": "Another", "full_text": True, "tags": ("a",)}, NOW + 200),
        (WELL, {"interval": 600}, NOW + 200),
        (WELL, {"interval": 60}, NOW + 60),
        (FAILED, {"interval": 60}, NOW + 200),
        (WELL, {"headers": HEADERS}, NOW + 200),
        (FAILED, {"headers": HEADERS}, NOW),
        (WELL, {"url": "https://courier.example/atom"}, NOW),
    ],
)
def test_an_edit_polls_early_only_where_it_must(
    memory: FeedMemory, changes: dict[str, object], at: float
) -> None:
    edited = replace(FEED, **changes)
    assert due_edited(memory, FEED, edited, NOW + 200, NOW) == at


def feeds(*names: str, host: str = "one") -> list[Feed]:
    return [Feed(id=name, url=f"https://{host}.example/{name}", source=name) for name in names]


def test_feeds_are_taken_off_with_their_times_wherever_they_wait() -> None:
    agenda = Agenda()
    for at, one in enumerate(feeds("a", "b", "c", "d")):
        agenda.add(one, float(at))
    first, second = agenda.take(2.0), agenda.take(2.0)
    assert (first, second) == tuple(feeds("a", "b"))
    assert agenda.take(2.0) is None, "c waits for its host"
    assert agenda.drop({"a", "c", "d", "e"}) == {"c": 0.0, "d": 3.0}
    for one in feeds("a", "b"):
        agenda.done(one)
    assert agenda.take(9.0) is None
    assert agenda.next_time() is None


def test_a_host_whose_feeds_are_gone_holds_up_no_other() -> None:
    agenda = Agenda()
    waiting, other = feeds("a", "b", "c"), feeds("d", host="other")
    for one in waiting:
        agenda.add(one, 0.0)
    assert agenda.take(0.0) == waiting[0]
    agenda.drop({"b", "c"})
    agenda.add(other[0], 0.0)
    assert agenda.take(0.0) == other[0]


class Turns:
    """Stands for the poller: each poll lasts until it is let go, and each feed comes hourly."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.begun: list[Feed] = []
        self.left: list[str] = []
        self.go = asyncio.Event()

    async def poll_feed(self, feed: Feed) -> Polled:
        self.begun.append(feed)
        await self.go.wait()
        now = time.time()
        memory = FeedMemory(url=feed.url, last_ok=now, next_poll=now + 3600, wait=3600)
        polled = Polled(memory=memory, health=replace(HEALTH, feed=feed.id), now=now)
        await self._store.save(polled)
        return polled

    async def leave(self, feed: str, left: Callable[[str], bool]) -> None:
        if left(feed):
            self.left.append(feed)

    async def until(self, *begun: str) -> None:
        """Wait until exactly these polls have begun, and nothing more is about to."""
        await asyncio.to_thread(until, lambda: [feed.id for feed in self.begun] == list(begun))
        for _ in range(20):
            await asyncio.sleep(0)
        assert [feed.id for feed in self.begun] == list(begun)


def play(folder: Path, act: Callable[[Turns, Polling], Awaitable[None]], *begin: Feed) -> Turns:
    async def main() -> Turns:
        store = Store(lambda: FeedStore(folder / "feeds.sqlite"))
        await store.open()
        turns, stop = Turns(store), asyncio.Event()
        polling = Polling(turns, store, begin)
        running = asyncio.create_task(polling.run(stop))
        try:
            await act(turns, polling)
        finally:
            stop.set()
            await running
            await store.close()
        return turns

    return asyncio.run(main())


async def ended(polling: Polling) -> None:
    """Wait until no poll is under way."""
    await asyncio.to_thread(until, lambda: not polling._asked)


def test_what_is_added_is_polled_at_once_and_what_is_there_is_not(tmp_path: Path) -> None:
    a, b = feeds("a", "b")

    async def act(turns: Turns, polling: Polling) -> None:
        turns.go.set()
        await turns.until("a")
        await ended(polling)
        polling.follow([a, b])
        await turns.until("a", "b")

    play(tmp_path, act, a)


def test_a_feed_removed_or_paused_is_polled_no_more_and_that_is_told(tmp_path: Path) -> None:
    a, b, c = feeds("a", "b", "c")

    async def act(turns: Turns, polling: Polling) -> None:
        await turns.until("a", "b")
        polling.follow([a, replace(b, paused=True)])  # c waits for its host, b is asked
        turns.go.set()
        await ended(polling)
        await turns.until("a", "b")
        assert sorted(turns.left) == ["b", "c"]

    play(tmp_path, act, a, b, c)


def test_a_feed_that_comes_back_keeps_its_time(tmp_path: Path) -> None:
    a, b = feeds("a", "b")

    async def act(turns: Turns, polling: Polling) -> None:
        await turns.until("a")
        polling.follow([b])
        polling.follow([a, b])  # while it is still asked
        turns.go.set()
        await turns.until("a", "b")
        await ended(polling)
        polling.follow([b])
        await turns.until("a", "b")
        polling.follow([a, b])
        await turns.until("a", "b")
        assert turns.left == ["a"]

    play(tmp_path, act, a)


def test_a_new_address_counts_at_once_and_other_edits_at_the_next_poll(tmp_path: Path) -> None:
    (a,) = feeds("a")
    moved = replace(a, url="https://two.example/a")
    named = replace(moved, source="Another")

    async def act(turns: Turns, polling: Polling) -> None:
        await turns.until("a")
        polling.follow([moved])  # while it is asked at its old address
        await turns.until("a")
        turns.go.set()
        await turns.until("a", "a")
        assert turns.begun[-1] == moved
        await ended(polling)
        polling.follow([named])
        await turns.until("a", "a")

    play(tmp_path, act, a)


def test_what_left_while_nothing_ran_is_told_at_the_start(tmp_path: Path) -> None:
    a, b = feeds("a", "b")

    async def act(turns: Turns, polling: Polling) -> None:
        turns.go.set()
        await turns.until("a", "b")
        await ended(polling)

    async def again(turns: Turns, _: Polling) -> None:
        await asyncio.to_thread(until, lambda: turns.left)
        assert turns.left == ["b"]

    play(tmp_path, act, a, b)
    play(tmp_path, again, a)


def test_the_health_of_a_feed_that_left_says_so() -> None:
    told = removed(replace(HEALTH, stories=3, push="on", interval=60.0))
    assert (told.state, told.state.readable) == (State.REMOVED, False)
    assert (told.stories, told.push, told.interval, told.next_poll) == (0, "", None, None)
    assert told.last_ok == HEALTH.last_ok
    back, paused = row(FEED, told), row(replace(FEED, paused=True), told)
    assert (back.state, back.last_ok) == ("new", None), "it is polled again soon"
    assert (paused.state, paused.detail, paused.last_ok) == ("paused", "", HEALTH.last_ok)
