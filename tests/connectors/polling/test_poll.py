"""Poll: every story of every feed on Kafka, once, whatever happens on the way."""

import asyncio
from contextlib import closing
from pathlib import Path

from connectors.kafka import Consumer, ensure_topics
from connectors.polling.feed import Feed
from connectors.polling.poll import PollSettings, poll
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import FEED_HEALTH, STORIES, Topic
from streams.model.feed_health import FeedHealth
from streams.model.feed_health import FeedState as State
from streams.model.story import Story
from tests.support.publisher import Publisher, with_publisher
from tests.support.waiting import until


def settings(address: KafkaAccess, prefix: str, folder: Path, *feeds: Feed) -> PollSettings:
    return PollSettings(
        kafka=address,
        prefix=prefix,
        state=folder / "feeds.sqlite",
        feeds=feeds,
        user_agent="wirewatch tests",
        allow_private=True,
        once=True,
    )


def read(address: KafkaAccess, prefix: str, topic: Topic, count: int) -> list[bytes]:
    found: list[bytes] = []
    with closing(Consumer(address, group=None, topics=[topic], prefix=prefix)) as consumer:

        def enough() -> bool:
            found.extend(record.value or b"" for record in consumer.poll(0.2))
            return len(found) >= count

        until(enough)
        found.extend(record.value or b"" for record in consumer.poll(0.3))
    return found


def test_feeds_go_to_kafka_whole_and_a_second_poll_adds_nothing(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
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
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
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
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
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
    told = [states[name] for name in ("closed", "gone", "odd")]
    assert told == [State.UNREACHABLE, State.HTTP_ERROR, State.REFUSED]
