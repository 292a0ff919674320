"""Which receivers fail now: those that something waits for, or for whom something was given up."""

import sqlite3

_NOTHING_WAITS = (
    "NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.subscriber = receivers.subscriber AND"
    " (d.state = 'pending' AND (d.attempts > 0 OR d.next_try <= :now)"
    " OR d.state = 'failed' AND d.changed >= receivers.failing_since))"
)


def forget_failing(db: sqlite3.Connection, subscriber: str, now: float) -> None:
    """Call a receiver failing no more when all that it didn't take has become moot.

    When it may be tried again stays as it is.
    """
    db.execute(
        "UPDATE receivers SET failing_since = NULL WHERE subscriber = :subscriber"
        f" AND failing_since IS NOT NULL AND {_NOTHING_WAITS}",
        {"subscriber": subscriber, "now": now},
    )


def forget_who_left(db: sqlite3.Connection, subscribers: set[str]) -> None:
    """Let those who are no subscribers any more neither fail nor be stopped."""
    known = {name for (name,) in db.execute("SELECT subscriber FROM receivers")}
    db.executemany(
        "UPDATE receivers SET failing_since = NULL, stopped_since = NULL, stopped_why = NULL"
        " WHERE subscriber = ?",
        [(name,) for name in known - subscribers],
    )


def last_error(db: sqlite3.Connection, subscriber: str, failing_since: float | None) -> str | None:
    """Return why the last try failed of what waits, or of what was given up since it fails."""
    row = db.execute(
        "SELECT error FROM deliveries WHERE subscriber = ? AND error IS NOT NULL"
        " AND (state = 'pending' OR state = 'failed' AND changed >= ?)"
        " ORDER BY changed DESC LIMIT 1",
        (subscriber, float("inf") if failing_since is None else failing_since),
    ).fetchone()
    return None if row is None else str(row[0])
