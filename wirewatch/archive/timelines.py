"""How many stories there were when: of pairs, topics, countries and feeds."""

import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

from wirewatch.archive.count_rows import Bucket, PairCount
from wirewatch.archive.counting import Counted, Step, hour_of, pair_with_topic, time_of_hour
from wirewatch.archive.index_text import asked, facet
from wirewatch.archive.packed import first_id, time_of
from wirewatch.archive.spikes import FEWEST, PAST, Spike, judged_from, spikes
from wirewatch.archive.standing import OPEN

STRETCHES = 4
"""How many stretches of time before make up what is usual."""
HOURLY = 3 * Step.DAY
"""The longest stretch in hours that is counted by hours; longer ones by days."""
MOST_PAIRS = 5_000
_SUMS = (
    "SELECT name, sum(stories) FROM counts WHERE kind = ? AND step = ? AND at >= ? AND at < ?"
    " GROUP BY +name"
)
"""The plus keeps SQLite from going through all times of every name, to have the names in order."""


def timeline(
    db: sqlite3.Connection, kind: Counted, name: str, since: datetime, until: datetime, step: Step
) -> tuple[Bucket, ...]:
    """Return the stories of each hour or day that begins before `until`, nought included.

    The first is the one that `since` is in. Days are those of UTC.
    """
    first, last = bounds(since, until, step)
    rows = db.execute(
        "SELECT at, stories FROM counts WHERE kind = ? AND name = ? AND step = ?"
        " AND at >= ? AND at < ?",
        (kind, name, step, first, last),
    )
    return _buckets(dict(rows.fetchall()), first, last, step)


def pair_topic_timeline(
    db: sqlite3.Connection, pair: str, topic: str, since: datetime, until: datetime, step: Step
) -> tuple[Bucket, ...]:
    """Return the stories with a pair and a topic, as `timeline` does; whatever their roles."""
    if step is Step.DAY:
        name = pair_with_topic(pair, topic)
        return timeline(db, Counted.PAIR_TOPIC, name, since, until, step)
    first, last = bounds(since, until, step)
    match = asked("", (facet("pair", pair), facet("topic", topic)))
    # An edit gives a story a later id, never an earlier one than its hour.
    rows = db.execute(
        "SELECT f.hour FROM texts t CROSS JOIN facts f ON f.id = t.rowid"
        " WHERE texts MATCH ? AND t.rowid >= ?",
        (match, first_id(time_of_hour(first * step))),
    )
    return _buckets(Counter(hour // step for (hour,) in rows), first, last, step)


def topics_of_pair(
    db: sqlite3.Connection, pair: str, since: datetime, until: datetime, limit: int
) -> tuple[str, ...]:
    """Return the topics that a pair has most stories with in whole days; whatever their roles."""
    first, last = bounds(since, until, Step.DAY)
    names = pair_with_topic(pair, "")
    rows = db.execute(
        "SELECT substr(name, ?) FROM counts WHERE kind = ? AND name > ? AND name < ? AND step = ?"
        " AND at >= ? AND at < ? GROUP BY name ORDER BY sum(stories) DESC, name LIMIT ?",
        (
            len(names) + 1,
            *(Counted.PAIR_TOPIC, names, pair_with_topic(pair, chr(sys.maxunicode))),
            *(Step.DAY, first, last, limit),
        ),
    )
    return tuple(topic for (topic,) in rows)


def pair_counts(
    db: sqlite3.Connection, since: datetime, until: datetime, kind: Counted = Counted.PAIR
) -> tuple[PairCount, ...]:
    """Return the pairs with stories in a stretch of time, those with most first, and what is usual.

    The stretch is of whole hours up to three days, and of whole days from there on.
    """
    hours = hour_of(until) - hour_of(since)
    step = Step.HOUR if hours <= HOURLY else Step.DAY
    first, last = bounds(since, until, step)
    now = sums(db, kind, step, first, last)
    begun = db.execute(
        "SELECT min(at) FROM counts WHERE kind = ? AND step = ?", (Counted.ALL, step)
    ).fetchone()[0]
    there = 0 if begun is None else min((first - begun) // max(last - first, 1), STRETCHES)
    before = sums(db, kind, step, first - there * (last - first), first) if there > 0 else {}
    ordered = sorted(now.items(), key=lambda one: (-one[1], one[0]))
    return tuple(
        PairCount(
            pair=pair, stories=count, usual=before.get(pair, 0) / there if there > 0 else None
        )
        for pair, count in ordered[:MOST_PAIRS]
    )


def spikes_of(
    db: sqlite3.Connection, kind: Counted, since: datetime, until: datetime
) -> Mapping[str, tuple[Spike, ...]]:
    """Return the spikes of all pairs, or topics, in a stretch of whole days, by their names.

    Each is judged by its own past, as `wirewatch.archive.spikes` says.
    """
    first, last = bounds(since, until, Step.DAY)
    begun, looked = first - PAST, looked_since(db)
    counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for name, at, stories in db.execute(
        "SELECT name, at, stories FROM counts WHERE kind = ? AND step = ? AND at >= ? AND at < ?",
        (kind, Step.DAY, begun, last),
    ):
        counts[name][at] = stories
    found = {
        name: spikes(_buckets(days, begun, last, Step.DAY), last - first, looked)
        for name, days in sorted(counts.items())
        if max(days.values()) >= FEWEST
    }
    return {name: judged for name, judged in found.items() if judged}


def looked_since(db: sqlite3.Connection) -> datetime:
    """Return since when the archive has all stories that were seen, whenever they were published.

    Older ones that only an open alert rests on don't count: the others of their time are gone.
    """
    first = db.execute(
        "SELECT f.id FROM facts f WHERE NOT EXISTS"
        " (SELECT 1 FROM members m JOIN alerts a ON a.alert = m.alert"
        " WHERE m.story = f.story AND a.state = ?) ORDER BY f.id LIMIT 1",
        (OPEN,),
    ).fetchone()
    if first is None:
        first = db.execute("SELECT min(id) FROM stories").fetchone()
    return time_of(first[0] or 0)


def spikes_told_from(db: sqlite3.Connection, now: datetime) -> datetime | None:
    """Return from which day on spikes can be told, if it is too early for that now."""
    first = judged_from(looked_since(db))
    return first if first > now else None


def sums(
    db: sqlite3.Connection, kind: Counted, step: Step, first: int, last: int
) -> dict[str, int]:
    """Return the stories of each name from one step on up to another."""
    parts = [(step, first, last)]
    if step is Step.HOUR and (days := (-(-first // Step.DAY), last // Step.DAY))[0] < days[1]:
        # What whole days have need not be added up by the hour.
        begun, ended = (day * Step.DAY for day in days)
        parts = [(step, first, begun), (Step.DAY, *days), (step, ended, last)]
    counts: dict[str, int] = {}
    for one in parts:
        for name, stories in db.execute(_SUMS, (kind, *one)):
            counts[name] = counts.get(name, 0) + stories
    return counts


def bounds(since: datetime, until: datetime, step: Step) -> tuple[int, int]:
    """Return the first step, and the one after the last."""
    whole = hour_of(until) // step
    return hour_of(since) // step, whole + (time_of_hour(whole * step) < until)


def _buckets(counts: dict[int, int], first: int, last: int, step: Step) -> tuple[Bucket, ...]:
    return tuple(
        Bucket(at=time_of_hour(at * step), stories=counts.get(at, 0)) for at in range(first, last)
    )
