"""What the outbox knows beside the events: who is paused, what is muted, what is told again."""

import sqlite3

from connectors.delivery.outbox.receiver_queue import person
from connectors.delivery.outbox.records import Parcel, RepeatDue
from connectors.delivery.routing.records import REPEAT
from streams.model.alert import Kind
from streams.model.watch import Severity

ENDS = (Kind.WITHDRAWN, Kind.CLOSED)


def pause(db: sqlite3.Connection, subscriber: str, now: float, until: float | None) -> None:
    """Send nothing to a subscriber, or by one channel, until then or until it is resumed."""
    db.execute(
        "INSERT OR REPLACE INTO pauses (subscriber, since, until) VALUES (?, ?, ?)",
        (subscriber, now, until),
    )


def resume(db: sqlite3.Connection, subscriber: str) -> bool:
    """Send again; return whether it was paused. A subscriber is resumed with all its channels."""
    changed = db.execute(
        "DELETE FROM pauses WHERE subscriber = ? OR subscriber GLOB ? || '/*'",
        (subscriber, subscriber),
    )
    return changed.rowcount > 0


def paused_until(db: sqlite3.Connection, subscriber: str, now: float) -> float | None:
    """Return until when a receiver is paused, infinity for good; `None` if it isn't."""
    rows = db.execute(
        "SELECT until FROM pauses WHERE subscriber IN (?, ?)", (subscriber, person(subscriber))
    ).fetchall()
    ends = [float("inf") if until is None else float(until) for (until,) in rows]
    return max((end for end in ends if end > now), default=None)


def mute(db: sqlite3.Connection, subscriber: str, alert: str, now: float) -> None:
    """Tell a subscriber no more of an alert than its withdrawal; an empty name means everybody."""
    db.execute(
        "INSERT OR IGNORE INTO mutes (subscriber, alert, since) VALUES (?, ?, ?)",
        (subscriber, alert, now),
    )


def unmute(db: sqlite3.Connection, subscriber: str, alert: str) -> bool:
    """Tell all of it again; return whether it was muted. An empty name means everybody."""
    changed = db.execute(
        "DELETE FROM mutes WHERE alert = ? AND (subscriber = ? OR ? = '')",
        (alert, subscriber, subscriber),
    )
    return changed.rowcount > 0


def muted_for(db: sqlite3.Connection, alert: str) -> list[str]:
    """Return for whom an alert is muted, in order; an empty name means everybody."""
    rows = db.execute("SELECT subscriber FROM mutes WHERE alert = ? ORDER BY subscriber", (alert,))
    return [subscriber for (subscriber,) in rows]


def muted_by(db: sqlite3.Connection, subscriber: str) -> dict[str, float]:
    """Return the alerts that a receiver isn't told of, with since when, the last one first."""
    rows = db.execute(
        "SELECT alert, min(since) FROM mutes WHERE subscriber IN ('', ?, ?)"
        " GROUP BY alert ORDER BY 2 DESC, alert",
        (subscriber, person(subscriber)),
    )
    return dict(rows.fetchall())


def alerts_like(db: sqlite3.Connection, beginning: str, most: int = 2) -> list[str]:
    """Return the alerts in the outbox whose ids begin so."""
    rows = db.execute(
        "SELECT DISTINCT alert FROM deliveries WHERE substr(alert, 1, ?) = ? LIMIT ?",
        (len(beginning), beginning, most),
    )
    return [alert for (alert,) in rows]


def remember_repeat(db: sqlite3.Connection, parcel: Parcel, due: float) -> None:
    """Note when the critical alerts of a message that was taken are to be told once more."""
    for one in parcel.deliveries:
        if one.severity != Severity.CRITICAL or one.kind in ENDS or not one.alert:
            continue
        db.execute(
            "INSERT INTO repeats (subscriber, alert, payload, due) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (subscriber, alert) DO UPDATE SET due = excluded.due, payload ="
            " CASE ? WHEN ? THEN payload ELSE excluded.payload END",
            (one.subscriber, one.alert, one.payload, due, one.kind, REPEAT),
        )


def due_repeats(db: sqlite3.Connection, subscriber: str, now: float) -> list[RepeatDue]:
    """Return the open alerts that are to be told once more now, as part of what is being written.

    Each counts as told with that; what is over is forgotten.
    """
    rows = db.execute(
        "SELECT alert, payload, count, (SELECT kind FROM deliveries d"
        " WHERE d.subscriber = r.subscriber AND d.alert = r.alert AND d.kind <> ?"
        " ORDER BY id DESC LIMIT 1)"
        " FROM repeats r WHERE subscriber = ? AND due <= ?",
        (REPEAT, subscriber, now),
    ).fetchall()
    found = []
    for alert, payload, count, last in rows:
        given = (subscriber, alert)
        if last in ENDS:
            db.execute("DELETE FROM repeats WHERE subscriber = ? AND alert = ?", given)
            continue
        db.execute(
            "UPDATE repeats SET due = NULL, count = count + 1 WHERE subscriber = ? AND alert = ?",
            given,
        )
        found.append(RepeatDue(alert, bytes(payload), count + 1))
    return found


def next_repeat(db: sqlite3.Connection, subscriber: str) -> float | None:
    """Return when the next alert is to be told once more."""
    row = db.execute("SELECT min(due) FROM repeats WHERE subscriber = ?", (subscriber,)).fetchone()
    return None if row[0] is None else float(row[0])
