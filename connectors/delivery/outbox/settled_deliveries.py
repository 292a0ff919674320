"""Deliveries that are over and not yet told on Kafka, as the outbox's file has them.

Triggers write them down with the change that settles them, whatever makes it: so none is left out.
"""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from streams.model.delivery import DeliveryReport, DeliveryResult

_COLUMNS = "event, alert, kind, subscriber, state, changed, attempts, error"
_NEW = ", ".join(f"NEW.{name}" for name in _COLUMNS.split(", "))
_LAYOUT = (
    "CREATE TABLE IF NOT EXISTS settled (id INTEGER PRIMARY KEY, event TEXT, alert TEXT, kind TEXT,"
    " subscriber TEXT, state TEXT, changed REAL, attempts INTEGER, error TEXT)",
    "CREATE TRIGGER IF NOT EXISTS settled_later AFTER UPDATE OF state ON deliveries"
    " WHEN OLD.state = 'pending' AND NEW.state <> 'pending'"
    f" BEGIN INSERT INTO settled ({_COLUMNS}) VALUES ({_NEW}); END",
    "CREATE TRIGGER IF NOT EXISTS settled_at_once AFTER INSERT ON deliveries"
    " WHEN NEW.state <> 'pending'"
    f" BEGIN INSERT INTO settled ({_COLUMNS}) VALUES ({_NEW}); END",
)
_RESULTS = {
    "done": DeliveryResult.DELIVERED,
    "failed": DeliveryResult.FAILED,
    "moot": DeliveryResult.NOT_NEEDED,
}
AT_ONCE = 500


class SettledDeliveries:
    """What is still to be told, oldest first. Its methods raise `sqlite3.Error`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use an open outbox."""
        self._db = db
        with db:
            for statement in _LAYOUT:
                db.execute(statement)

    def first(self, limit: int = AT_ONCE) -> dict[int, DeliveryReport]:
        """Return the first of them, by the numbers to forget them by."""
        rows = self._db.execute(
            f"SELECT id, {_COLUMNS} FROM settled ORDER BY id LIMIT ?", (limit,)
        ).fetchall()
        return {
            number: DeliveryReport(
                event=event,
                alert=alert,
                kind=kind,
                subscriber=subscriber,
                result=_RESULTS[state],
                at=datetime.fromtimestamp(changed, UTC),
                attempts=attempts,
                reason=error or "",
            )
            for number, event, alert, kind, subscriber, state, changed, attempts, error in rows
        }

    def forget(self, numbers: Iterable[int]) -> None:
        """Drop what has been told."""
        with self._db:
            self._db.executemany("DELETE FROM settled WHERE id = ?", [(one,) for one in numbers])
