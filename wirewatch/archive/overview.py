"""How feeds and watches do, in numbers."""

import sqlite3
from collections import Counter
from datetime import UTC, datetime

import msgspec

from streams.model.feed_health import FeedHealth
from wirewatch.archive.count_rows import SourceRow, WatchCount
from wirewatch.archive.counting import Counted, Step
from wirewatch.archive.packed import first_id, time_of, unpack
from wirewatch.archive.standing import CLOSED, OPEN, WITHDRAWN, standing
from wirewatch.archive.timelines import bounds, sums

MOST_ALERTS = 10_000
"""Alerts whose outlets are counted, the newest of the time asked for."""
_outlets = msgspec.json.Decoder(tuple[str, ...])


def sources(db: sqlite3.Connection, since: datetime, until: datetime) -> tuple[SourceRow, ...]:
    """Return every feed as it was last, and its part in a stretch of whole days, by their ids."""
    stories = sums(db, Counted.FEED, Step.DAY, *bounds(since, until, Step.DAY))
    all_stories = max(sum(stories.values()), 1)
    alerts, all_alerts = _alerts_by_outlet(db, since, until)
    rows = db.execute("SELECT record FROM feeds ORDER BY feed").fetchall()
    return tuple(
        SourceRow(
            health=one,
            stories=stories.get(one.feed, 0),
            story_share=stories.get(one.feed, 0) / all_stories,
            alerts=alerts[one.source],
            alert_share=alerts[one.source] / max(all_alerts, 1),
        )
        for one in (unpack(data, FeedHealth) for (data,) in rows)
    )


def _alerts_by_outlet(
    db: sqlite3.Connection, since: datetime, until: datetime
) -> tuple[Counter[str], int]:
    """Return in how many alerts each outlet is, and how many alerts there are."""
    rows = db.execute(
        "SELECT outlets FROM alerts WHERE id >= ? AND id < ? AND NOT shadow"
        " ORDER BY id DESC LIMIT ?",
        (first_id(since), first_id(until), MOST_ALERTS),
    )
    counts, total = Counter[str](), 0
    for (outlets,) in rows:
        counts.update(set(_outlets.decode(outlets)))
        total += 1
    return counts, total


def watch_counts(
    db: sqlite3.Connection, since: datetime, now: datetime | None = None
) -> tuple[WatchCount, ...]:
    """Return how many alerts each watch opened since a time, by how they stand now."""
    stands = standing(now or datetime.now(UTC))
    rows = db.execute(
        "SELECT watch, max(id),"
        f" sum(NOT shadow AND {stands} = '{OPEN}'), sum(NOT shadow AND {stands} = '{WITHDRAWN}'),"
        f" sum(NOT shadow AND {stands} = '{CLOSED}'), sum(shadow)"
        " FROM alerts INDEXED BY alerts_by_state WHERE id >= ? GROUP BY watch ORDER BY watch",
        (first_id(since),),
    )
    return tuple(
        WatchCount(
            watch=watch,
            open=is_open,
            withdrawn=withdrawn,
            closed=closed,
            shadow=shadow,
            last=time_of(last),
        )
        for watch, last, is_open, withdrawn, closed, shadow in rows
    )
