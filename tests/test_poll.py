"""Poll: every story of every feed on Kafka, once, whatever happens on the way."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from connectors.feed_state import Memory
from connectors.kafka import Consumer, ensure_topics
from connectors.poll import LONGEST_INTERVAL, Outcome, PollSettings, poll, remember
from connectors.sources.feed import Feed
from connectors.sources.fetch import Validators
from streams.bus import FEED_HEALTH, STORIES, Topic
from streams.codec import decode
from streams.feed_health import FeedHealth
from streams.feed_health import FeedState as State
from streams.story import Story
from tests.publisher import Publisher, with_publisher
from tests.waiting import until


def settings(address: str, prefix: str, folder: Path, *feeds: Feed) -> PollSettings:
    return PollSettings(
        kafka=address,
        prefix=prefix,
        state=folder / "feeds.sqlite",
        feeds=feeds,
        user_agent="wirewatch tests",
        allow_private=True,
        once=True,
    )


def read(address: str, prefix: str, topic: Topic, count: int) -> list[bytes]:
    found: list[bytes] = []
    with closing(Consumer(address, group=None, topics=[topic], prefix=prefix)) as consumer:

        def enough() -> bool:
            found.extend(record.value or b"" for record in consumer.poll(0.2))
            return len(found) >= count

        until(enough)
        found.extend(record.value or b"" for record in consumer.poll(0.3))
    return found


def test_feeds_go_to_kafka_whole_and_a_second_poll_adds_nothing(
    kafka_address: str, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    guids = [str(number) for number in range(30)]

    async def act(publisher: Publisher) -> None:
        feeds = [publisher.feed(name) for name in ("courier", "gulf", "gone")]
        given = settings(kafka_address, prefix, tmp_path, *feeds)
        await poll(given, asyncio.Event())
        publisher.feeds["courier"].append("new")
        await poll(given, asyncio.Event())

    with_publisher(act, courier=guids[:20], gulf=guids)
    found = [decode(value, Story) for value in read(kafka_address, prefix, STORIES, 51)]
    assert len(found) == len({story.id for story in found}) == 51
    assert [story.headline for story in found if not story.backfill] == ["Story new"]
    health = [decode(value, FeedHealth) for value in read(kafka_address, prefix, FEED_HEALTH, 6)]
    assert {(one.feed, one.state, one.entries, one.stories, one.detail) for one in health} == {
        ("courier", State.OK, 20, 20, ""),
        ("courier", State.OK, 21, 1, ""),
        ("gulf", State.OK, 30, 30, ""),
        ("gulf", State.OK, 0, 0, "not modified"),
        ("gone", State.HTTP_ERROR, 0, 0, "the server says 404 Not Found"),
    }


def test_poll_goes_on_until_it_is_told_to_stop(
    kafka_address: str, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)

    async def act(publisher: Publisher) -> None:
        stop = asyncio.Event()
        feed = Feed(
            id="courier",
            url=f"http://127.0.0.1:{publisher.port}/courier",
            source="Courier",
            interval=0,
        )
        given = settings(kafka_address, prefix, tmp_path, feed)
        polling = asyncio.create_task(poll(PollSettings(**{**vars(given), "once": False}), stop))
        try:
            await asyncio.to_thread(until, lambda: len(publisher.asked) >= 3)
        finally:
            stop.set()
            await polling

    with_publisher(act, courier=["1"])


def test_a_feed_that_is_none_leaves_its_neighbours_alone(
    kafka_address: str, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)

    async def act(publisher: Publisher) -> None:
        closed = Feed(id="closed", url="http://127.0.0.1:9/", source="Closed")
        odd = Feed(id="odd", url="http://[", source="Odd")
        given = settings(
            kafka_address,
            prefix,
            tmp_path,
            closed,
            publisher.feed("gone"),
            odd,
            publisher.feed("courier"),
        )
        await poll(given, asyncio.Event())

    with_publisher(act, courier=["1"])
    assert len(read(kafka_address, prefix, STORIES, 1)) == 1
    states = {
        one.feed: one.state
        for one in (decode(v, FeedHealth) for v in read(kafka_address, prefix, FEED_HEALTH, 4))
    }
    assert states["courier"] is State.OK
    assert {states["closed"], states["gone"], states["odd"]} <= {
        State.UNREACHABLE,
        State.HTTP_ERROR,
    }


FEED = Feed(id="courier", url="https://courier.example/rss", source="Courier", interval=300)
KNOWN = Memory(url=FEED.url, validators=Validators(etag='"1"'), next_poll=0, last_ok=1.0)


def test_a_good_poll_comes_again_after_the_interval() -> None:
    after = remember(KNOWN, FEED, Outcome(state=State.OK), now=1_000, dice=0.5)
    assert after.next_poll == pytest.approx(1_000 + 300 * 1.05)
    assert (after.last_ok, after.failures, after.validators) == (1_000, 0, KNOWN.validators)


def test_failures_wait_longer_each_time_and_never_give_up() -> None:
    memory, waits = KNOWN, []
    for _ in range(40):
        memory = remember(memory, FEED, Outcome(state=State.UNREACHABLE), now=0, dice=0)
        waits.append(memory.next_poll)
    assert waits[:3] == [600, 1_200, 2_400]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_INTERVAL
    assert memory.validators == KNOWN.validators
    assert memory.last_ok == KNOWN.last_ok


def test_a_server_that_asks_for_time_gets_it() -> None:
    outcome = Outcome(state=State.HTTP_ERROR, after=7_200)
    assert remember(KNOWN, FEED, outcome, now=0, dice=0).next_poll == 7_200
