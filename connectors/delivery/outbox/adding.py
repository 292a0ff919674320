"""How entries get into the outbox, as part of what is being written."""

import sqlite3
from collections.abc import Iterable

from connectors.delivery.outbox.records import OutboxEntry
from connectors.delivery.outbox.stopped import UNSENT, ReceiverStop, stops


def insert(db: sqlite3.Connection, entries: Iterable[OutboxEntry], now: float) -> int:
    """Add entries, once each; return how many were new."""
    before, stopped = db.total_changes, stops(db)
    db.executemany(
        "INSERT OR IGNORE INTO deliveries (event, subscriber, alert, kind, payload, state,"
        ' error, next_try, added, changed, partition, "offset", watch, severity, reason)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_row(entry, now, stopped.get(entry.subscriber)) for entry in entries],
    )
    return db.total_changes - before


def _row(entry: OutboxEntry, now: float, stopped: ReceiverStop | None) -> tuple[object, ...]:
    """Return an entry's row: one for a receiver that is stopped is kept for a person's `retry`."""
    state, error = ("pending", None) if stopped is None else ("failed", UNSENT + stopped.why)
    return (
        *(entry.event, entry.subscriber, entry.alert, entry.kind, entry.payload, state, error),
        *(now, now, now, entry.partition, entry.offset),
        *(entry.watch, entry.severity, entry.reason),
    )
