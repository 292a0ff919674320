"""What happened to alerts, in the order in which the archive learnt of it."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from streams.model.alert import AlertEvent
from wirewatch.archive.packed import milliseconds, unpack


class EventPlace(NamedTuple):
    """An event's number in the archive, and its id: another archive numbers otherwise."""

    number: int
    event: str


class MissedEvent(NamedTuple):
    """An event after a place, and its alert."""

    place: EventPlace
    alert: str


def newest_event(db: sqlite3.Connection) -> EventPlace | None:
    """Return the place of the event that came last; `None` if there is none."""
    row = db.execute("SELECT number, event FROM events ORDER BY number DESC LIMIT 1").fetchone()
    return None if row is None else EventPlace(*row)


def event_at(db: sqlite3.Connection, number: int) -> str | None:
    """Return the id of the event with a number."""
    row = db.execute("SELECT event FROM events WHERE number = ?", (number,)).fetchone()
    return None if row is None else str(row[0])


def last_events(db: sqlite3.Connection, alerts: Iterable[str]) -> dict[str, AlertEvent]:
    """Return the last event of each alert by the alert's id."""
    found = {}
    for name in alerts:
        row = db.execute(
            "SELECT record FROM events WHERE alert = ? ORDER BY number DESC LIMIT 1", (name,)
        ).fetchone()
        if row is not None:
            found[name] = unpack(row[0], AlertEvent)
    return found


def events_after(db: sqlite3.Connection, number: int, limit: int) -> list[MissedEvent]:
    """Return the events after a number, the oldest first."""
    rows = db.execute(
        "SELECT number, event, alert FROM events WHERE number > ? ORDER BY number LIMIT ?",
        (number, limit),
    )
    return [MissedEvent(EventPlace(at, event), alert) for at, event, alert in rows]


def records_after(
    db: sqlite3.Connection, number: int, limit: int
) -> list[tuple[EventPlace, AlertEvent]]:
    """Return the events after a number with their places, the oldest first."""
    rows = db.execute(
        "SELECT number, event, record FROM events WHERE number > ? ORDER BY number LIMIT ?",
        (number, limit),
    )
    return [(EventPlace(at, name), unpack(data, AlertEvent)) for at, name, data in rows]


def place_before(db: sqlite3.Connection, since: datetime) -> EventPlace | None:
    """Return the place after which all events are that happened since a time.

    Some among them may have happened before it: the archive learns of events in another order.
    """
    (first,) = db.execute(
        "SELECT min(number) FROM events WHERE at >= ?", (milliseconds(since),)
    ).fetchone()
    if first is None:
        return newest_event(db)
    row = db.execute(
        "SELECT number, event FROM events WHERE number < ? ORDER BY number DESC LIMIT 1", (first,)
    ).fetchone()
    return None if row is None else EventPlace(*row)


def first_numbers(db: sqlite3.Connection, alerts: Iterable[str]) -> dict[str, int]:
    """Return the number of each alert's first event by the alert's id."""
    found = {}
    for name in alerts:
        (number,) = db.execute("SELECT min(number) FROM events WHERE alert = ?", (name,)).fetchone()
        if number is not None:
            found[name] = number
    return found
