"""What came of the tries, as part of what is being written into the outbox."""

import sqlite3

from connectors.delivery.outbox.obsolete_events import DeliveryStep, moot
from connectors.delivery.outbox.receiver_queue import ARRIVED, DELIVERY
from connectors.delivery.outbox.records import Delivery, Parcel, ReceiverBackoff


def change(
    db: sqlite3.Connection,
    parcel: Parcel,
    state: str,
    now: float,
    next_try: float,
    *,
    error: str | None = None,
    away: bool = False,
    maybe_taken: bool = False,
) -> None:
    """Write what became of each event of a message."""
    tried = state == "pending"
    db.executemany(
        "UPDATE deliveries SET state = ?, attempts = ?, next_try = ?, changed = ?, error = ?,"
        " away = ?, maybe_taken = ?, backoff = ?, first_try = coalesce(first_try, ?),"
        " payload = CASE ? WHEN 'done' THEN NULL ELSE payload END"
        " WHERE id = ? AND state = 'pending'",
        [
            (
                *(state, one.attempts + 1, next_try, now, error, away),
                state != "done" and (maybe_taken or one.maybe_taken),
                *(tried, now, state, one.id),
            )
            for one in parcel.deliveries
        ],
    )


def put_back(db: sqlite3.Connection, parcel: Parcel) -> None:
    """Note that a message wasn't tried after all."""
    db.executemany(
        "UPDATE deliveries SET maybe_taken = ? WHERE id = ? AND state = 'pending'",
        [(one.maybe_taken, one.id) for one in parcel.deliveries],
    )
    open_again(db, parcel)


def open_again(db: sqlite3.Connection, parcel: Parcel) -> None:
    """Let a message of several be made anew, unless the receiver may have it as it is."""
    if len(parcel.deliveries) > 1 and not parcel.maybe_taken:
        db.execute(
            "UPDATE deliveries SET message = NULL WHERE subscriber = ? AND message = ?"
            " AND state = 'pending'",
            (parcel.subscriber, parcel.id),
        )


def hold(db: sqlite3.Connection, subscriber: str, now: float, given: ReceiverBackoff) -> None:
    """Leave a receiver alone for a while."""
    db.execute(
        "UPDATE receivers SET held_until = ?, failures = ?,"
        " failing_since = coalesce(failing_since, ?) WHERE subscriber = ?",
        (given.until, given.failures, now, subscriber),
    )


def is_back(db: sqlite3.Connection, subscriber: str, now: float) -> None:
    """Note that a receiver took something: what found it away is due, if it was."""
    failed = db.execute(
        "UPDATE receivers SET held_until = 0, failures = 0, failing_since = NULL"
        " WHERE subscriber = ? AND failures",
        (subscriber,),
    )
    if failed.rowcount:
        db.execute(
            "UPDATE deliveries SET next_try = ?, away = 0"
            " WHERE subscriber = ? AND state = 'pending' AND away",
            (now, subscriber),
        )


def no_more_needed(
    db: sqlite3.Connection, subscriber: str, now: float, limit: int
) -> list[tuple[Delivery, str]]:
    """Return what a subscriber need not hear of any more, with the reasons.

    It looks at the alerts whose turn comes next, and at those that are over.
    """
    due = "WHERE subscriber = ? AND state = 'pending' AND next_try <= ?"
    over = "AND kind IN ('withdrawn', 'closed')"
    first = f"ORDER BY id LIMIT {limit}"
    alerts = db.execute(
        f"SELECT alert FROM (SELECT alert FROM deliveries INDEXED BY in_order {due} {first})"
        " UNION SELECT alert FROM"
        f" (SELECT alert FROM deliveries INDEXED BY ends {due} {over} {first})",
        (subscriber, now) * 2,
    ).fetchall()
    # What an outbox that was lost told, nobody knows (`Outbox.meet`).
    all_known = db.execute(
        "SELECT 1 FROM receivers WHERE subscriber = ? AND since > 0", (subscriber,)
    ).fetchone()
    found: list[tuple[Delivery, str]] = []
    for (alert,) in alerts:
        rows = db.execute(
            f"SELECT id, kind, state, {ARRIVED} OR maybe_taken, reason FROM deliveries"
            " WHERE subscriber = ? AND alert = ? AND alert <> '' ORDER BY id",
            (subscriber, alert),
        )
        reasons = moot([DeliveryStep(*row) for row in rows], all_known=all_known is not None)
        found += [(_delivery(db, number), reason) for number, reason in reasons.items()]
    return found


def drop(db: sqlite3.Connection, found: list[tuple[Delivery, str]], now: float) -> None:
    """Take out what isn't sent, each with its reason."""
    db.executemany(
        "UPDATE deliveries SET state = 'moot', payload = NULL, changed = ?, error = ? WHERE id = ?",
        [(now, reason, delivery.id) for delivery, reason in found],
    )


def _delivery(db: sqlite3.Connection, number: int) -> Delivery:
    row = db.execute(f"SELECT {DELIVERY} FROM deliveries WHERE id = ?", (number,)).fetchone()
    return Delivery(*row)
