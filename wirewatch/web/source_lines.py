"""Sources as the page shows them: how each is doing, and what it brought."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from connectors.delivery.coverage.decision import Source, behind
from connectors.delivery.coverage.memory import Brought
from connectors.delivery.coverage.sources import Missing
from connectors.polling.feed import Feed
from streams.model.feed_health import FeedHealth, FeedState
from streams.model.watch import Watch
from wirewatch.archive.count_rows import SourceRow
from wirewatch.archive.counting import Counted, Step
from wirewatch.archive.overview import sources
from wirewatch.archive.timelines import timeline
from wirewatch.feedlist import feed_tables
from wirewatch.web.charts import BarChart, Count, bar_chart, spark_chart

WEEK = timedelta(days=7)
DAYS = timedelta(days=30)
HOURS = timedelta(hours=48)
SPARK = timedelta(days=14)
_STATE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        feed_tables.NEW: "not read yet",
        FeedState.SLOW: "slow to answer",
        FeedState.SILENT: "brings nothing",
        FeedState.MOVED: "has moved",
        FeedState.UNREACHABLE: "no answer",
        FeedState.HTTP_ERROR: "answers with an error",
        FeedState.BROKEN: "answer can't be read",
        FeedState.BLOCKED: "blocks us",
        FeedState.GONE: "gone for good",
        FeedState.REFUSED: "address not allowed",
        FeedState.NOT_A_FEED: "no feed there",
    }
)
"""What editors read; the other states' own names say it."""


class SourceLine(NamedTuple):
    """A feed: its state and what is to be said of it, and its part in the last seven days."""

    row: feed_tables.Row
    failing: bool
    """It can't be read now."""
    gap: bool
    """Stories of it may have been missed of late."""
    remarks: tuple[str, ...]
    found: SourceRow | None
    """`None` if the archive has never heard of it."""

    @property
    def words(self) -> str:
        """The state in words."""
        return state_words(self.row.state)


class Coverage(NamedTuple):
    """How well the sources behind a watch can be read: those that are missing, with how."""

    watch: Watch
    of: int
    missing: tuple[tuple[FeedHealth, Missing, datetime], ...]


def source_lines(db: sqlite3.Connection, feeds: Iterable[Feed], now: datetime) -> list[SourceLine]:
    """Return a line for every feed, those first that need somebody."""
    found = {one.health.feed: one for one in sources(db, now - WEEK, now)}
    lines = [_line(feed, found.get(feed.id), now) for feed in feeds]
    return sorted(
        lines, key=lambda line: (-line.failing, -line.gap, line.row.source.casefold(), line.row.id)
    )


def _line(feed: Feed, found: SourceRow | None, now: datetime) -> SourceLine:
    row = feed_tables.row(feed, None if found is None else found.health)
    return SourceLine(
        row=row,
        failing=feed_tables.is_bad(row.state),
        gap=feed_tables.has_gap(row, now),
        remarks=tuple(feed_tables.remarks(row, now)),
        found=found,
    )


def coverage(
    watches: Iterable[Watch], lines: Sequence[SourceLine], brought: Brought, now: datetime
) -> list[Coverage]:
    """Return how well each watch is covered; watches that tell nobody are left out."""
    health = {
        line.row.id: line.found.health
        for line in lines
        if line.found is not None and not line.row.paused
    }
    return [
        _covered(watch, behind(watch, health, brought.get(watch.id, {}), now))
        for watch in watches
        if not watch.shadow
    ]


def _covered(watch: Watch, stand: Sequence[Source]) -> Coverage:
    missing = tuple(
        (one.health, one.trouble.how, one.trouble.since) for one in stand if one.trouble is not None
    )
    return Coverage(watch, len(stand), missing)


def state_words(state: str) -> str:
    """Return a feed's state in plain words."""
    return _STATE_WORDS.get(state) or feed_tables.state_words(state)


def counted_states(lines: Iterable[SourceLine]) -> Mapping[str, int]:
    """Return how many feeds are in each state, those of most first."""
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.row.state] = counts.get(line.row.state, 0) + 1
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def names_of_several(lines: Iterable[SourceLine]) -> frozenset[str]:
    """Return the names that several feeds have: their ids tell these apart."""
    counts = Counter(line.row.source for line in lines)
    return frozenset(name for name, count in counts.items() if count > 1)


def spark(db: sqlite3.Connection, feed: str, now: datetime) -> BarChart:
    """Return a feed's stories of each of the last fourteen days, as a chart of a line's height."""
    return spark_chart(_counts(db, feed, now - SPARK, now, Step.DAY), timedelta(days=1))


def by_day(db: sqlite3.Connection, feed: str, now: datetime) -> BarChart:
    """Return a feed's stories of each of the last thirty days."""
    return bar_chart(_counts(db, feed, now - DAYS, now, Step.DAY), timedelta(days=1))


def by_hour(db: sqlite3.Connection, feed: str, now: datetime) -> BarChart:
    """Return a feed's stories of each of the last 48 hours."""
    return bar_chart(_counts(db, feed, now - HOURS, now, Step.HOUR), timedelta(hours=1))


def _counts(
    db: sqlite3.Connection, feed: str, since: datetime, until: datetime, step: Step
) -> list[Count]:
    buckets = timeline(db, Counted.FEED, feed, since, until, step)
    return [Count(bucket.at, bucket.stories) for bucket in buckets]
