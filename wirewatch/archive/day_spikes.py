"""The spikes of a day in the archive that watches ask for and weren't told of yet."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from streams.model.alert import AlertEvent
from streams.model.tags import TaggedStory
from streams.model.watch import Watch
from wirewatch.archive.counting import Counted, Step, hour_of, pair_with_topic
from wirewatch.archive.index_text import asked, facet
from wirewatch.archive.packed import first_id, unpack
from wirewatch.archive.spike_alerts import (
    PairDay,
    asked_of,
    found_spike,
    spike_event,
    spike_event_id,
)
from wirewatch.archive.spikes import FEWEST, PAST, spike_over
from wirewatch.archive.timelines import looked_since, timeline

_DAY = timedelta(days=1)


def new_spikes(
    db: sqlite3.Connection,
    watches: Iterable[Watch],
    told: Collection[str],
    day: date,
    now: datetime,
) -> list[AlertEvent]:
    """Return the events to tell of a day: one for each watch and pair.

    What is in the archive, or `told` by its id, is told already.
    """
    wanted: defaultdict[tuple[str, str], list[Watch]] = defaultdict(list)
    for watch, pair, topic in asked_of(watches):
        wanted[pair, topic].append(watch)
    midnight = datetime.combine(day, time(), UTC)
    busy = {kind: _busy(db, kind, midnight) for kind in (Counted.PAIR, Counted.PAIR_TOPIC)}
    looked = looked_since(db)
    found: dict[str, AlertEvent] = {}
    for (pair, topic), theirs in wanted.items():
        kind = Counted.PAIR_TOPIC if topic else Counted.PAIR
        name = pair_with_topic(pair, topic) if topic else pair
        if name not in busy[kind]:
            continue
        *before, this = timeline(db, kind, name, midnight - PAST * _DAY, midnight + _DAY, Step.DAY)
        past = tuple(one.stories for one in before if one.at >= looked)
        if spike_over(past, this.stories) is None:
            continue
        ids = {spike_event_id(watch.id, pair, day): watch for watch in theirs}
        untold = {
            event: watch
            for event, watch in ids.items()
            if event not in told and event not in found and not _is_told(db, event)
        }
        if not untold:  # else a day's stories would be read every few seconds
            continue
        stories = _stories(db, pair, topic, midnight)
        spike = found_spike(
            PairDay(pair=pair, topic=topic, day=day, past=past, stories=stories), now
        )
        if spike is None:
            continue
        found.update({event: spike_event(watch, spike, now) for event, watch in untold.items()})
    return list(found.values())


def _busy(db: sqlite3.Connection, kind: Counted, day: datetime) -> frozenset[str]:
    """Return what has enough stories on a day for a spike."""
    rows = db.execute(
        "SELECT name FROM counts WHERE kind = ? AND step = ? AND at = ? AND stories >= ?",
        (kind, Step.DAY, hour_of(day) // Step.DAY, FEWEST),
    )
    return frozenset(name for (name,) in rows)


def _stories(db: sqlite3.Connection, pair: str, topic: str, day: datetime) -> Iterator[TaggedStory]:
    """Return the newest version of each story that counts for a pair, or a pair and topic."""
    facets = (facet("pair", pair), *((facet("topic", topic),) if topic else ()))
    # An edit gives a story a later id, never an earlier one than its hour.
    rows = db.execute(
        "SELECT s.record FROM texts t CROSS JOIN facts f ON f.id = t.rowid"
        " JOIN stories s ON s.id = t.rowid"
        " WHERE texts MATCH ? AND t.rowid >= ? AND f.hour >= ? AND f.hour < ?",
        (asked("", facets), first_id(day), hour_of(day), hour_of(day + _DAY)),
    )
    for (record,) in rows:
        yield unpack(record, TaggedStory)


def _is_told(db: sqlite3.Connection, event: str) -> bool:
    return db.execute("SELECT 1 FROM events WHERE event = ?", (event,)).fetchone() is not None
