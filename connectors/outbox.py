"""The outbox: every alert event for every subscriber, once, until it is delivered.

One SQLite file. `UNIQUE(event, subscriber)` is what makes a repeated event harmless. What is
added survives a power cut; nothing is ever deleted before it is delivered or given up on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from connectors.sqlite import open_file

SCHEDULE = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds before each try, after the one before: Standard Webhooks' own, three days in all."""
SPREAD = 0.2
"""A pause grows by up to this share, so that receivers aren't met by everyone at once."""
KEEP_SECONDS = 90 * 24 * 3600.0
"""How long a delivered event is remembered, to know its repeat."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY,
    event TEXT NOT NULL,
    subscriber TEXT NOT NULL,
    payload BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try REAL NOT NULL,
    changed REAL NOT NULL,
    error TEXT,
    away INTEGER NOT NULL DEFAULT 0,
    UNIQUE (event, subscriber)
);
CREATE INDEX IF NOT EXISTS due ON deliveries (subscriber, state, next_try);
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one subscriber. `attempts` have been made."""

    id: int
    event: str
    subscriber: str
    payload: bytes
    attempts: int


def pause(attempts: int, *, after: float | None, dice: float) -> float | None:
    """Give the seconds before the next try, or `None` when there are no more.

    `attempts` have been made; `after` is what the receiver asked for; `dice` is 0..1.
    """
    if attempts >= len(SCHEDULE):
        return None
    return max(SCHEDULE[attempts] * (1 + SPREAD * dice), after or 0.0)


class Outbox:
    """The deliveries in one file. Times are seconds since the epoch. For one thread."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make it if it isn't there."""
        self._db = open_file(path, _SCHEMA)

    def add(self, items: Iterable[tuple[str, str, bytes]], now: float) -> int:
        """Add (event, subscriber, payload) rows, all or none; give how many were new."""
        before = self._db.total_changes
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "INSERT OR IGNORE INTO deliveries (event, subscriber, payload, next_try, changed)"
                " VALUES (?, ?, ?, ?, ?)",
                [(event, subscriber, payload, now, now) for event, subscriber, payload in items],
            )
        return self._db.total_changes - before

    def due(self, subscriber: str, now: float, limit: int = 20) -> list[Delivery]:
        """Give what is to be sent to a subscriber now, oldest first."""
        rows = self._db.execute(
            "SELECT id, event, subscriber, payload, attempts FROM deliveries"
            " WHERE subscriber = ? AND state = 'pending' AND next_try <= ? ORDER BY id LIMIT ?",
            (subscriber, now, limit),
        )
        return [Delivery(*row) for row in rows]

    def next_due(self, subscriber: str) -> float | None:
        """Give the time of the next try for a subscriber, if there is any."""
        row = self._db.execute(
            "SELECT min(next_try) FROM deliveries WHERE subscriber = ? AND state = 'pending'",
            (subscriber,),
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def done(self, delivery: Delivery, now: float) -> None:
        """Note that it arrived. What found the receiver away is due at once: it's back."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._change(delivery, "done", now, next_try=now)
            self._db.execute(
                "UPDATE deliveries SET next_try = ?, away = 0"
                " WHERE subscriber = ? AND state = 'pending' AND away",
                (now, delivery.subscriber),
            )

    def retry(
        self, delivery: Delivery, now: float, *, at: float, error: str, away: bool = False
    ) -> None:
        """Note that it didn't arrive, and when to try again."""
        self._change(delivery, "pending", now, next_try=at, error=error, away=away)

    def fail(self, delivery: Delivery, now: float, *, error: str) -> None:
        """Note that it will never arrive; it is kept, with the reason."""
        self._change(delivery, "failed", now, next_try=now, error=error)

    def forget(self, now: float) -> None:
        """Drop what was delivered so long ago that no repeat can come."""
        self._db.execute(
            "DELETE FROM deliveries WHERE state = 'done' AND changed < ?", (now - KEEP_SECONDS,)
        )

    def counts(self) -> dict[str, int]:
        """Give the number of deliveries in each state."""
        return dict(self._db.execute("SELECT state, count(*) FROM deliveries GROUP BY state"))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _change(
        self,
        delivery: Delivery,
        state: str,
        now: float,
        *,
        next_try: float,
        error: str | None = None,
        away: bool = False,
    ) -> None:
        self._db.execute(
            "UPDATE deliveries SET state = ?, attempts = ?, next_try = ?, changed = ?, error = ?,"
            " away = ? WHERE id = ?",
            (state, delivery.attempts + 1, next_try, now, error, away, delivery.id),
        )
