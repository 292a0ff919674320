"""Weeks of one story a day, a day with many, and what is told of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from streams.model.alert import AlertEvent
from streams.model.tags import TaggedStory
from streams.model.watch import Watch
from tests.support.samples import NOON, WATCH, sample_story, sample_tagged, sample_tags
from wirewatch.archive.spike_alerts import PairDay, found_spike, spike_event

DAY = timedelta(days=1)
PAST_DAYS = 28
BURST = 17
ASKING = msgspec.structs.replace(WATCH, spikes=True)
HEADLINES = (
    "US and Cambodia weigh a return to joint drills",
    "US and Cambodia weigh a return to joint drills, say ministers",
    "Five things to know of the US and Cambodia and their joint drills",
)


def about(name: str, at: datetime, pair: str = "KH-US", **facts: object) -> TaggedStory:
    """Return a story of a pair with the topic defense."""
    given = {"first_seen": at, "published": at, **facts}
    story = msgspec.structs.replace(sample_story(name), **given)
    tags = sample_tags(sample_story(name))
    a, b = pair.split("-")
    tied = msgspec.structs.replace(tags.pairs[0], a=a, b=b)
    return msgspec.structs.replace(
        sample_tagged(), story=story, tags=msgspec.structs.replace(tags, pairs=(tied,))
    )


def weeks(now: datetime, pair: str = "KH-US") -> Iterator[TaggedStory]:
    """Return a story of each day before."""
    for day in range(1, PAST_DAYS + 1):
        yield about(f"{pair}-{day}", now - day * DAY, pair)


def burst(
    now: datetime, pair: str = "KH-US", *, name: str = "now", **facts: object
) -> Iterator[TaggedStory]:
    """Return the many stories of a day, of two outlets."""
    for number in range(BURST):
        told = {"headline": HEADLINES[number % 3], "source": ("Gulf Wire", "Delta")[number % 2]}
        yield about(f"{pair}-{name}-{number}", now, pair, **{**told, **facts})


def sample_spike(watch: Watch = ASKING) -> AlertEvent:
    """Return what is told of a Monday with seventeen stories."""
    day = PairDay(
        pair="KH-US", topic="defense", day=NOON.date(), past=(3,) * 56, stories=burst(NOON)
    )
    found = found_spike(day, NOON)
    assert found is not None
    return spike_event(watch, found, NOON)
