"""Receivers that want nothing any more (410, 550): which they are, and their second chance.

A stop is kept with the receiver, not with an event: it holds over later alerts and a restart, until
a person resumes it or its address is another one.
"""

import sqlite3
from dataclasses import dataclass

UNSENT = "the subscriber is stopped: "
"""What stands before the reason at an event that wasn't tried for it."""
FIRST_LAYOUT = 4
"""The layout of the outbox from which on it knows of stops."""


@dataclass(frozen=True, slots=True)
class ReceiverStop:
    """Since when a receiver gets nothing any more, and what it answered."""

    since: float
    why: str


def stop(db: sqlite3.Connection, subscriber: str, now: float, why: str) -> None:
    """Note that a receiver wants nothing any more, as part of what is being written."""
    db.execute(
        "UPDATE receivers SET stopped_since = ?, stopped_why = ?, held_until = 0, failures = 0,"
        " failing_since = NULL WHERE subscriber = ?",
        (now, why, subscriber),
    )


def stop_of(db: sqlite3.Connection, subscriber: str) -> ReceiverStop | None:
    """Return a receiver's stop, if it is stopped."""
    row = db.execute(
        "SELECT stopped_since, stopped_why FROM receivers"
        " WHERE subscriber = ? AND stopped_since IS NOT NULL",
        (subscriber,),
    ).fetchone()
    return None if row is None else ReceiverStop(*row)


def stops(db: sqlite3.Connection) -> dict[str, ReceiverStop]:
    """Return all that are stopped, by name."""
    rows = db.execute(
        "SELECT subscriber, stopped_since, stopped_why FROM receivers"
        " WHERE stopped_since IS NOT NULL ORDER BY subscriber"
    )
    return {name: ReceiverStop(since, why) for name, since, why in rows}


def unsent(db: sqlite3.Connection, subscriber: str) -> int:
    """Return how many events that failed `wirewatch deliver retry` can send once more."""
    (count,) = db.execute(
        "SELECT count(*) FROM deliveries WHERE state = 'failed' AND payload IS NOT NULL"
        " AND (subscriber = ? OR subscriber GLOB ? || '/*')",
        (subscriber, subscriber),
    ).fetchone()
    return int(count)


def resume_stopped(db: sqlite3.Connection, subscriber: str) -> bool:
    """Let deliver try what was stopped, of one channel or all; return whether anything was."""
    changed = db.execute(
        "UPDATE receivers SET stopped_since = NULL, stopped_why = NULL"
        " WHERE (subscriber = ? OR subscriber GLOB ? || '/*') AND stopped_since IS NOT NULL",
        (subscriber, subscriber),
    )
    return changed.rowcount > 0
