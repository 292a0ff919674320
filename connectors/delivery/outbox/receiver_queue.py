"""What waits in the outbox for one receiver, and what was decided on it."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from connectors.delivery.outbox.records import Delivery, Parcel
from connectors.delivery.routing.preferences import DAY, HOUR, Preferences
from connectors.delivery.routing.records import (
    AlertSoFar,
    Held,
    Plan,
    PlannedMessage,
    QueuedEvent,
    SentMessage,
    Situation,
)
from streams.model.alert import Kind
from streams.model.story import digest
from streams.model.watch import Severity

DELIVERY = (
    "id, event, subscriber, alert, kind, payload, CAST(attempts AS INTEGER),"
    " CAST(first_try AS REAL), maybe_taken, watch, severity"
)
"""The columns of a `Delivery`."""
_QUEUED = "id, event, alert, kind, watch, severity, reason, added, held, attempts"
FORMER_ADDRESS = "it went to the address that the subscriber had before"
"""What stands beside a delivery that the receiver of today doesn't know of."""
ARRIVED = f"(state = 'done' AND error IS NOT '{FORMER_ADDRESS}')"
_NOT_BLOCKED = (
    " NOT EXISTS (SELECT 1 FROM deliveries e INDEXED BY of_alert WHERE e.subscriber = d.subscriber"
    " AND e.alert = d.alert AND d.alert <> '' AND e.state = 'pending' AND e.id < d.id"
    " AND e.next_try > :now AND e.backoff)"
)
"""An earlier event of its alert waits for its next try: it goes first."""


def waiting(
    db: sqlite3.Connection, subscriber: str, now: float, limit: int, *, held: bool
) -> list[QueuedEvent]:
    """Return what is due for a receiver, oldest first, and what is `held` of the same alerts."""
    given = {"subscriber": subscriber, "now": now, "limit": limit}
    rows = db.execute(
        f"SELECT {_QUEUED} FROM deliveries d INDEXED BY in_order WHERE subscriber = :subscriber"
        " AND state = 'pending' AND next_try <= :now AND message IS NULL AND"
        f"{_NOT_BLOCKED} ORDER BY id LIMIT :limit",
        given,
    ).fetchall()
    due = [_queued(row, due=True) for row in rows]
    if not held:
        return due
    for alert in {event.alert for event in due} - {""}:
        rows = db.execute(
            f"SELECT {_QUEUED} FROM deliveries INDEXED BY of_alert WHERE subscriber = ?"
            " AND alert = ? AND state = 'pending' AND next_try > ? AND held IS NOT NULL"
            " AND NOT backoff AND message IS NULL",
            (subscriber, alert, now),
        ).fetchall()
        due += [_queued(row, due=False) for row in rows]
    return sorted(due, key=lambda event: event.id)


def _queued(row: tuple[Any, ...], *, due: bool) -> QueuedEvent:
    number, event, alert, kind, watch, severity, reason, added, held, attempts = row
    return QueuedEvent(
        id=number,
        event=event,
        alert=alert,
        kind=kind,
        watch=watch,
        severity=Severity(severity),
        reason=reason,
        added=added,
        held=None if held is None else Held(held),
        tried=bool(attempts),
        due=due,
    )


def situation(
    db: sqlite3.Connection,
    subscriber: str,
    queue: Iterable[QueuedEvent],
    preferences: Preferences,
    now: float,
) -> Situation:
    """Return what a receiver has heard: of the alerts that wait, and of late."""
    wanted = dict.fromkeys(event.alert for event in queue)
    return Situation(
        alerts={alert: _so_far(db, subscriber, alert, now) for alert in wanted if alert},
        sent=_sent(db, subscriber, preferences, now),
        group_due=_group_due(db, subscriber, now) if preferences.group_wait else None,
    )


def _so_far(db: sqlite3.Connection, subscriber: str, alert: str, now: float) -> AlertSoFar:
    rows = db.execute(
        f"SELECT kind, {ARRIVED} OR maybe_taken, added FROM deliveries"
        " WHERE subscriber = ? AND alert = ? ORDER BY id",
        (subscriber, alert),
    ).fetchall()
    heard = [kind for kind, was_heard, _ in rows if was_heard]
    withdrawals = [added for kind, _, added in rows if kind == Kind.WITHDRAWN]
    muted = db.execute(
        "SELECT 1 FROM mutes WHERE alert = ? AND subscriber IN ('', ?, ?)",
        (alert, subscriber, person(subscriber)),
    ).fetchone()
    return AlertSoFar(
        known=len(rows) > 1 or any(kind != Kind.WITHDRAWN for kind, _, _ in rows),
        heard=bool(heard),
        withdrawn=bool(heard) and heard[-1] == Kind.WITHDRAWN,
        withdrawals=sum(added > now - DAY for added in withdrawals),
        muted=muted is not None,
    )


def _sent(
    db: sqlite3.Connection, subscriber: str, preferences: Preferences, now: float
) -> tuple[SentMessage, ...]:
    if preferences.hourly_cap is None and not preferences.cooldown:
        return ()
    rows = db.execute(
        "SELECT at, watches, critical FROM sent WHERE subscriber = ? AND at > ?",
        (subscriber, now - max(HOUR, preferences.cooldown)),
    )
    return tuple(
        SentMessage(at, frozenset(names.split()), bool(grave)) for at, names, grave in rows
    )


def _group_due(db: sqlite3.Connection, subscriber: str, now: float) -> float | None:
    row = db.execute(
        "SELECT min(next_try) FROM deliveries WHERE subscriber = ? AND state = 'pending'"
        " AND held = ? AND NOT backoff AND next_try > ?",
        (subscriber, Held.GROUP_WAIT, now),
    ).fetchone()
    return None if row[0] is None else float(row[0])


def write_plan(db: sqlite3.Connection, subscriber: str, made: Plan, now: float) -> list[Parcel]:
    """Write down what was decided, as part of what is being written; return what is to be sent."""
    db.executemany(
        "UPDATE deliveries SET state = 'moot', payload = NULL, changed = ?, error = ? WHERE id = ?",
        [(now, reason, number) for number, reason in made.dropped.items()],
    )
    db.executemany(
        "UPDATE deliveries SET next_try = ?, held = ?, backoff = 0 WHERE id = ?",
        [(hold.until, hold.why, number) for number, hold in made.held.items()],
    )
    return [_parcel(db, subscriber, message, now) for message in made.messages]


def _parcel(db: sqlite3.Connection, subscriber: str, message: PlannedMessage, now: float) -> Parcel:
    """Return a message's parcel; what it is made of is fixed until its receiver refused it."""
    ids = [event.id for event in message.events]
    marks = ",".join("?" * len(ids))
    rows = db.execute(f"SELECT {DELIVERY} FROM deliveries WHERE id IN ({marks}) ORDER BY id", ids)
    deliveries = tuple(Delivery(*row) for row in rows)
    if len(deliveries) == 1:
        return Parcel(deliveries[0].event, deliveries, message.why)
    name = digest(("message", subscriber, *(one.event for one in deliveries)))
    db.execute(
        f"UPDATE deliveries SET message = ?, next_try = ?, held = ? WHERE id IN ({marks})",
        (name, now, message.why, *ids),
    )
    return Parcel(name, deliveries, message.why)


def sealed(db: sqlite3.Connection, subscriber: str, now: float) -> list[Parcel]:
    """Return the messages of several events that are to be tried again now, as they were."""
    names = db.execute(
        "SELECT message, max(held), min(id) FROM deliveries INDEXED BY in_message"
        " WHERE subscriber = ? AND state = 'pending' AND message IS NOT NULL AND next_try <= ?"
        " GROUP BY message ORDER BY min(id)",
        (subscriber, now),
    ).fetchall()
    found = []
    for name, held, _ in names:
        rows = db.execute(
            f"SELECT {DELIVERY} FROM deliveries INDEXED BY in_message WHERE subscriber = ?"
            " AND message = ? AND state = 'pending' ORDER BY id",
            (subscriber, name),
        )
        deliveries = tuple(Delivery(*row) for row in rows)
        found.append(Parcel(name, deliveries, None if held is None else Held(held)))
    return found


def count_sent(db: sqlite3.Connection, parcel: Parcel, now: float) -> None:
    """Count a message that was taken, as part of what is being written."""
    watches = sorted({one.watch for one in parcel.deliveries})
    critical = any(one.severity == Severity.CRITICAL for one in parcel.deliveries)
    db.execute(
        "INSERT INTO sent (subscriber, at, watches, critical) VALUES (?, ?, ?, ?)",
        (parcel.subscriber, now, " ".join(watches), critical),
    )


def pending(db: sqlite3.Connection, subscriber: str) -> int:
    """Return how many events wait for a subscriber."""
    (count,) = db.execute(
        "SELECT count(*) FROM deliveries WHERE subscriber = ? AND state = 'pending'", (subscriber,)
    ).fetchone()
    return int(count)


def knows(db: sqlite3.Connection, subscriber: str, alert: str) -> bool:
    """Say whether there is or was anything of an alert for a subscriber."""
    row = db.execute(
        "SELECT 1 FROM deliveries WHERE subscriber = ? AND alert = ? LIMIT 1", (subscriber, alert)
    ).fetchone()
    return row is not None


def decide_again(db: sqlite3.Connection, subscriber: str, now: float) -> None:
    """Make due what waits for a subscriber's hour, as part of what is being written."""
    db.execute(
        "UPDATE deliveries SET next_try = ? WHERE subscriber = ? AND state = 'pending'"
        " AND held IS NOT NULL AND NOT backoff AND message IS NULL AND next_try > ?",
        (now, subscriber, now),
    )


def move(db: sqlite3.Connection, subscriber: str, address: str, since: float) -> None:
    """Go by another receiver, if the address is another one: it has heard of nothing.

    A file of the first release doesn't say which address it was. What an outbox that was lost told
    (`since` 0) was told to the receiver before.
    """
    known = db.execute(
        "SELECT address FROM receivers WHERE subscriber = ?", (subscriber,)
    ).fetchone()
    if known is None or known[0] == address:
        return
    db.execute(
        "UPDATE receivers SET address = ?, held_until = 0, failures = 0, failing_since = NULL,"
        " stopped_since = NULL, stopped_why = NULL,"
        " since = CASE since WHEN 0 THEN ? ELSE since END WHERE subscriber = ?",
        (address, since, subscriber),
    )
    if not known[0]:
        return
    db.execute(
        "UPDATE deliveries SET error = CASE state WHEN 'done' THEN ? ELSE error END,"
        " maybe_taken = 0 WHERE subscriber = ? AND (state = 'done' OR maybe_taken)",
        (FORMER_ADDRESS, subscriber),
    )


def person(subscriber: str) -> str:
    """Return whose channel it is: `anna` of `anna/mail`."""
    return subscriber.partition("/")[0]
