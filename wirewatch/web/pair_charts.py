"""How many stories a pair of countries had when, with spikes marked."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from wirewatch.archive.count_rows import Bucket
from wirewatch.archive.counting import Counted, Step
from wirewatch.archive.retention import is_full, limits_of
from wirewatch.archive.rows import StoryQuery
from wirewatch.archive.spikes import LEAST_PAST, PAST, Spike, kept_too_short, spikes
from wirewatch.archive.story_search import story_facets
from wirewatch.archive.timelines import (
    looked_since,
    pair_topic_timeline,
    spikes_told_from,
    timeline,
    topics_of_pair,
)
from wirewatch.config.settings import Settings
from wirewatch.web import wording
from wirewatch.web.charts import BarChart, Count, bar_chart
from wirewatch.web.pair_periods import ChartPeriod, written

Address = Callable[[dict[str, str]], str]
"""The address of the stories that some questions ask for."""
TOPICS = 6
"""Topics of a pair that get a chart of their own."""
FEW = 10.0
"""Below it a number that is expected is told with its tenths."""


class PairChart(NamedTuple):
    """A chart, and what it counts: `link` leads to all of it."""

    name: str
    stories: int
    chart: BarChart
    spikes: tuple[Spike, ...]
    link: str


def pair_charts(
    db: sqlite3.Connection, pair: str, period: ChartPeriod, now: datetime, address: Address
) -> tuple[PairChart, ...]:
    """Return the charts of a pair: of all stories, of those between the two, and of each topic."""
    first = period.since(now)
    begun = first - timedelta(days=PAST) if period.step is Step.DAY else first
    looked = looked_since(db)

    def drawn(name: str, asked: dict[str, str], buckets: Sequence[Bucket]) -> PairChart:
        asked = {"pair": pair, **asked}
        by_day = period.step is Step.DAY
        found = spikes(buckets, period.number, looked) if by_day else ()
        shown = buckets[-period.number :]
        since = {"since": written(first, period.step)}
        return PairChart(
            name=name,
            stories=sum(one.stories for one in shown),
            chart=_chart(shown, found, period, lambda of: address({**asked, **of})),
            spikes=found,
            link=address({**asked, **since}),
        )

    of_pair, between = (
        timeline(db, kind, pair, begun, now, period.step)
        for kind in (Counted.PAIR, Counted.BETWEEN)
    )
    of_topics = [
        (topic, pair_topic_timeline(db, pair, topic, begun, now, period.step))
        for topic in _topics(db, pair, period, now)
    ]
    return (
        drawn("All stories with both", {}, of_pair),
        drawn("Between them", {"relation": "between"}, between),
        *(drawn(topic, {"topic": topic}, buckets) for topic, buckets in of_topics),
    )


def _topics(
    db: sqlite3.Connection, pair: str, period: ChartPeriod, now: datetime
) -> tuple[str, ...]:
    first = period.since(now)
    if period.step is Step.DAY:
        return topics_of_pair(db, pair, first, now, TOPICS)
    facets = story_facets(db, StoryQuery(pair=pair, since=first))
    return tuple(one.value for one in facets.topic[:TOPICS])


def last_spike(
    db: sqlite3.Connection, kind: Counted, pair: str, days: int, now: datetime
) -> Spike | None:
    """Return the last spike of a pair in so many days, today included."""
    told = timeline(db, kind, pair, now - timedelta(PAST + days), now, Step.DAY)
    found = spikes(told, days, looked_since(db))
    return found[-1] if found else None


def no_spikes_yet(db: sqlite3.Connection, settings: Settings, now: datetime) -> str:
    """Return why no day can be called a spike now, and from when on or by which setting it can.

    It is empty where days can.
    """
    first = spikes_told_from(db, now)
    if first is None:
        return ""
    if never := kept_too_short(settings.archive_days):
        return f"{never[:1].upper()}{never[1:]}."
    size = limits_of(settings).size
    if size is not None and is_full(db, size):
        return (
            f"No spike can be called: a day is judged by the {LEAST_PAST} days before it at least,"
            f" and keep_gb = {settings.archive_gb:g} under [archive] in wirewatch.toml has no room"
            " for so many. Set it higher, or to 0 for no end."
        )
    return (
        f"Too early to call spikes until {wording.day(first)}: a day is judged by the two weeks"
        " before it at least, and the archive doesn't go back so far."
    )


def expected(spike: Spike) -> str:
    """Return what a spike's past let expect, in words."""
    told = spike.expected
    return f"{told:.1f} expected" if told < FEW else f"{told:.0f} expected"


def _chart(
    buckets: Sequence[Bucket],
    found: Sequence[Spike],
    period: ChartPeriod,
    address: Address,
) -> BarChart:
    by_day = {one.at: one for one in found}
    counts = []
    for one in buckets:
        spike = by_day.get(one.at)
        ends = one.at + period.length
        of = {"since": written(one.at, period.step), "until": written(ends, period.step)}
        counts.append(
            Count(
                start=one.at,
                value=one.stories,
                marked=spike is not None,
                note="" if spike is None else f"spike: {expected(spike)}",
                link=address(of),
            )
        )
    return bar_chart(counts, period.length)
