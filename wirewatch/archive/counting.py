"""What is counted of a story: the facts behind facets, and its place in the timelines.

A story counts in the hour in which it was seen first, whatever edits come later. What a feed held
already when it was polled for the first time counts when it was published, if that is known: else a
new feed would look like a burst of news.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum

import msgspec

from streams.model.story import Story
from streams.model.tags import Relation, TaggedStory
from wirewatch.archive.index_text import primary

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
HOURS_A_DAY = 24


class Step(IntEnum):
    """The length of what a timeline counts in, in hours."""

    HOUR = 1
    DAY = HOURS_A_DAY


class Counted(StrEnum):
    """What stories are counted by."""

    ALL = "all"
    PAIR = "pair"
    """However the two countries meet."""
    BETWEEN = "between"
    """Pairs of which one acts on the other, or both together."""
    TOPIC = "topic"
    """Only what a story is about, not what it mentions."""
    COUNTRY = "country"
    FEED = "feed"
    PAIR_TOPIC = "pair_topic"
    """A pair with a topic, the background too, as `KH-US defense`: by days alone."""


class StoryFacts(msgspec.Struct, frozen=True):
    """A row of `facts`. Its lists have blanks between; `pairs` are as `KH-US:between`.

    Of `topics`, those in the background have a `~` before them.
    """

    story: str
    hour: int
    language: str
    outlet: str
    feed: str
    countries: str
    pairs: str
    topics: str


def facts_of(shown: TaggedStory, versions: Iterable[Story]) -> StoryFacts:
    """Return the facts of a story, by the version that is shown and all that are known."""
    story, tags = shown.story, shown.tags
    return StoryFacts(
        story=story.id,
        hour=hour_of(min(map(_counted_at, versions), default=story.first_seen)),
        language=primary(story.language or tags.language or ""),
        outlet=story.source,
        feed=story.feed,
        countries=_listed(one.code for one in tags.countries),
        pairs=_listed(f"{one.name}:{one.relation}" for one in tags.pairs),
        topics=_listed(f"{'~' if one.background else ''}{one.slug}" for one in tags.topics),
    )


def _counted_at(story: Story) -> datetime:
    if story.backfill and story.published is not None:
        return min(story.published, story.first_seen)
    return story.first_seen


def _listed(names: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(names))


def hour_of(at: datetime) -> int:
    """Return the hour of a time, counted from 1970; a time before that is in the first."""
    return max((at - _EPOCH) // _HOUR, 0)


def time_of_hour(hour: int) -> datetime:
    """Return when an hour begins."""
    return _EPOCH + hour * _HOUR


def pair_with_topic(pair: str, topic: str) -> str:
    """Return the name under which a pair with a topic is counted."""
    return f"{pair} {topic}"


def _names(facts: StoryFacts) -> Iterator[tuple[Counted, str]]:
    """Return all that a story counts for."""
    yield Counted.ALL, ""
    yield Counted.FEED, facts.feed
    for code in facts.countries.split():
        yield Counted.COUNTRY, code
    for slug in facts.topics.split():
        if not slug.startswith("~"):
            yield Counted.TOPIC, slug
    pairs = [pair.partition(":") for pair in facts.pairs.split()]
    topics = dict.fromkeys(slug.removeprefix("~") for slug in facts.topics.split())
    for name in dict.fromkeys(name for name, _, _ in pairs):
        yield Counted.PAIR, name
        for slug in topics:
            yield Counted.PAIR_TOPIC, pair_with_topic(name, slug)
    for name, _, relation in pairs:
        if relation == Relation.BETWEEN:
            yield Counted.BETWEEN, name


def count(db: sqlite3.Connection, number: int, facts: StoryFacts) -> None:
    """Add the facts of a story that has this number, and count it."""
    db.execute(
        "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (number, *msgspec.structs.astuple(facts)),
    )
    _add(db, facts, 1)


def uncount(db: sqlite3.Connection, number: int) -> None:
    """Take the facts of a story away, and count it no more."""
    row = db.execute(
        "DELETE FROM facts WHERE id = ? RETURNING story, hour, language, outlet, feed, countries,"
        " pairs, topics",
        (number,),
    ).fetchone()
    if row is not None:
        _add(db, StoryFacts(*row), -1)


def _add(db: sqlite3.Connection, facts: StoryFacts, more: int) -> None:
    places = [
        (kind, step, facts.hour // step, name)
        for kind, name in _names(facts)
        for step in (Step if kind is not Counted.PAIR_TOPIC else (Step.DAY,))
    ]
    db.executemany(
        "INSERT INTO counts VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET stories = stories + excluded.stories",
        [(*place, more) for place in places],
    )
    if more < 0:
        db.executemany(
            "DELETE FROM counts WHERE kind = ? AND step = ? AND at = ? AND name = ?"
            " AND stories <= 0",
            places,
        )
