"""The outbox: every alert event for every subscriber, once, until it is delivered.

One SQLite file. `UNIQUE(event, subscriber)` is what makes a repeated event harmless. What is
added survives a power cut; nothing pending is ever deleted. The place in Kafka up to which
`alerts` has been read is in the same file and written in the same transaction, so neither a
position that Kafka forgot nor a crash in between makes old alerts new.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from connectors.delivery.obsolete_events import DeliveryStep, moot
from connectors.delivery.outbox_clearing import clear_away, give_up
from connectors.delivery.outbox_layout import prepare
from connectors.delivery.outbox_positions import Positions
from connectors.delivery.records import Cleared, Delivery, Hold, OutboxEntry, Receiver
from connectors.delivery.settled_deliveries import SettledDeliveries
from connectors.sqlite import check, is_damaged, move_aside, open_file

AT_ONCE = 20
"""Deliveries that are taken up together: each such time waits for the disk."""


class Outbox:
    """The deliveries in one file. Times are seconds since the epoch. For one thread.

    Its methods raise `sqlite3.Error`. `remark` says what there is to say about the file that was
    found; `aside` is where a damaged one went.
    """

    def __init__(self, path: Path, now: float = 0.0) -> None:
        """Open the file, and make it if it isn't there, or is damaged."""
        self.aside: Path | None = None
        try:
            self._open(path, now)
        except sqlite3.DatabaseError as error:
            if not is_damaged(error):
                raise
            self.aside = move_aside(path)
            self._open(path, now)

    def _open(self, path: Path, now: float) -> None:
        self._db = open_file(path, "")
        try:
            check(self._db)
            self.remark = prepare(self._db, now)
            self.positions = Positions(self._db)
            self.settled = SettledDeliveries(self._db)
        except BaseException:
            self._db.close()
            raise

    def meet(self, addresses: Mapping[str, str], since: float) -> None:
        """Remember subscribers by id. A newcomer gets what comes `since` then.

        An address is anything that differs where the receiver does: a receiver that is another
        one now isn't held for what the one before did.
        """
        with self._writing():
            self._db.executemany(
                "INSERT OR IGNORE INTO receivers (subscriber, address, since) VALUES (?, ?, ?)",
                [(name, address, since) for name, address in addresses.items()],
            )
            for name, address in addresses.items():
                self._db.execute(
                    "UPDATE receivers SET address = ?, held_until = 0, failures = 0,"
                    " failing_since = NULL WHERE subscriber = ? AND address <> ?",
                    (address, name, address),
                )

    def receiver(self, subscriber: str) -> Receiver:
        """Return what is known of a receiver."""
        row = self._db.execute(
            "SELECT since, held_until, failures, failing_since FROM receivers WHERE subscriber = ?",
            (subscriber,),
        ).fetchone()
        return Receiver(*row) if row else Receiver(0.0)

    @property
    def is_new(self) -> bool:
        """Whether nobody has been met, and nothing read."""
        return not self._db.execute("SELECT 1 FROM receivers UNION SELECT 1 FROM log").fetchone()

    def add(
        self, entries: Iterable[OutboxEntry], now: float, *, read: Mapping[int, int] | None = None
    ) -> int:
        """Add entries and the offsets `read` up to, all or none; return how many were new."""
        with self._writing():
            before = self._db.total_changes
            self._db.executemany(
                "INSERT OR IGNORE INTO deliveries (event, subscriber, alert, kind, payload, state,"
                ' error, next_try, added, changed, partition, "offset")'
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_row(entry, now) for entry in entries],
            )
            added = self._db.total_changes - before
            self.positions.put(read or {})
        return added

    def take(self, subscriber: str, now: float, limit: int = AT_ONCE) -> list[Delivery]:
        """Return what is to be sent to a subscriber now, oldest first, an alert's in their order.

        Until it is settled or put back, each counts as one that the receiver may have taken: this
        process may end before it knows.
        """
        if self.receiver(subscriber).held_until > now:
            return []
        rows = self._db.execute(
            "SELECT id, event, subscriber, alert, kind, payload,"
            " CAST(attempts AS INTEGER), CAST(first_try AS REAL), maybe_taken"
            " FROM deliveries d INDEXED BY in_order"
            " WHERE subscriber = ? AND state = 'pending' AND next_try <= ?"
            " AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.subscriber = d.subscriber"
            " AND e.alert = d.alert AND d.alert <> '' AND e.state = 'pending' AND e.id < d.id"
            " AND e.next_try > ?) ORDER BY id LIMIT ?",
            (subscriber, now, now, limit),
        ).fetchall()
        if not rows:
            return []
        # Not waited for on the disk: it is there after a kill, and a power cut is rare enough.
        self._db.execute("PRAGMA synchronous = NORMAL")
        try:
            with self._writing():
                self._db.executemany(
                    "UPDATE deliveries SET maybe_taken = 1 WHERE id = ? AND NOT maybe_taken",
                    [(row[0],) for row in rows],
                )
        finally:
            self._db.execute("PRAGMA synchronous = FULL")
        return [Delivery(*row) for row in rows]

    def put_back(self, deliveries: Iterable[Delivery]) -> None:
        """Note that these weren't tried after all."""
        with self._writing():
            self._db.executemany(
                "UPDATE deliveries SET maybe_taken = ? WHERE id = ? AND state = 'pending'",
                [(delivery.maybe_taken, delivery.id) for delivery in deliveries],
            )

    def next_due(self, subscriber: str) -> float | None:
        """Return the time of the next try for a subscriber, if there is any."""
        row = self._db.execute(
            "SELECT min(next_try) FROM deliveries WHERE subscriber = ? AND state = 'pending'",
            (subscriber,),
        ).fetchone()
        return None if row[0] is None else max(row[0], self.receiver(subscriber).held_until)

    def done(self, delivery: Delivery, now: float) -> None:
        """Note that it arrived: the receiver is back, if it was away."""
        with self._writing():
            self._change(delivery, "done", now, now)
            failed = self._db.execute(
                "UPDATE receivers SET held_until = 0, failures = 0, failing_since = NULL"
                " WHERE subscriber = ? AND failures",
                (delivery.subscriber,),
            )
            if failed.rowcount:
                self._db.execute(
                    "UPDATE deliveries SET next_try = ?, away = 0"
                    " WHERE subscriber = ? AND state = 'pending' AND away",
                    (now, delivery.subscriber),
                )

    def retry(
        self,
        delivery: Delivery,
        now: float,
        *,
        at: float,
        error: str,
        away: bool = False,
        maybe_taken: bool = False,
        hold: Hold | None = None,
    ) -> None:
        """Note that it didn't arrive, when to try again, and until when to leave the receiver."""
        maybe = maybe_taken or delivery.maybe_taken
        with self._writing():
            self._change(delivery, "pending", now, at, error=error, away=away, maybe_taken=maybe)
            if hold is not None:
                self._hold(delivery.subscriber, now, hold)

    def fail(self, delivery: Delivery, now: float, *, error: str, hold: Hold | None = None) -> None:
        """Note that it will never arrive; it is kept, with the reason."""
        with self._writing():
            self._change(
                delivery, "failed", now, now, error=error, maybe_taken=delivery.maybe_taken
            )
            if hold is not None:
                self._hold(delivery.subscriber, now, hold)

    def drop_moot(self, subscriber: str, now: float) -> list[tuple[Delivery, str]]:
        """Take out what a subscriber need not hear of any more; return it, with the reasons.

        It looks at the alerts whose turn comes next, and at those that are over.
        """
        due = "WHERE subscriber = ? AND state = 'pending' AND next_try <= ?"
        over = "AND kind IN ('withdrawn', 'closed')"
        first = f"ORDER BY id LIMIT {2 * AT_ONCE}"
        alerts = self._db.execute(
            f"SELECT alert FROM (SELECT alert FROM deliveries INDEXED BY in_order {due} {first})"
            " UNION SELECT alert FROM"
            f" (SELECT alert FROM deliveries INDEXED BY ends {due} {over} {first})",
            (subscriber, now) * 2,
        ).fetchall()
        found: list[tuple[Delivery, str]] = []
        for (alert,) in alerts:
            rows = self._db.execute(
                "SELECT id, kind, state, maybe_taken FROM deliveries"
                " WHERE subscriber = ? AND alert = ? AND alert <> '' ORDER BY id",
                (subscriber, alert),
            )
            reasons = moot([DeliveryStep(*row) for row in rows])
            found += [(self._delivery(number), reason) for number, reason in reasons.items()]
        if found:
            with self._writing():
                self._db.executemany(
                    "UPDATE deliveries SET state = 'moot', payload = NULL, changed = ?, error = ?"
                    " WHERE id = ?",
                    [(now, reason, delivery.id) for delivery, reason in found],
                )
        return found

    def give_up(self, subscriber: str, now: float, *, error: str) -> int:
        """Give up on all that is pending for a subscriber; return how many."""
        with self._writing():
            return give_up(self._db, subscriber, now, error=error, before=now)

    def clear_away(self, now: float, subscribers: Iterable[str]) -> Cleared:
        """Give up on receivers that are away for good, and drop what no repeat can bring back."""
        with self._writing():
            return clear_away(self._db, now, subscribers)

    def pending(self, subscriber: str) -> int:
        """Return how many events wait for a subscriber."""
        (count,) = self._db.execute(
            "SELECT count(*) FROM deliveries WHERE subscriber = ? AND state = 'pending'",
            (subscriber,),
        ).fetchone()
        return int(count)

    def counts(self) -> dict[str, int]:
        """Return the number of deliveries in each state."""
        return dict(self._db.execute("SELECT state, count(*) FROM deliveries GROUP BY state"))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write all of it, or nothing."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield

    def _delivery(self, number: int) -> Delivery:
        row = self._db.execute(
            "SELECT id, event, subscriber, alert, kind, payload, attempts, first_try, maybe_taken"
            " FROM deliveries WHERE id = ?",
            (number,),
        ).fetchone()
        return Delivery(*row)

    def _hold(self, subscriber: str, now: float, hold: Hold) -> None:
        self._db.execute(
            "UPDATE receivers SET held_until = ?, failures = ?,"
            " failing_since = coalesce(failing_since, ?) WHERE subscriber = ?",
            (hold.until, hold.failures, now, subscriber),
        )

    def _change(
        self,
        delivery: Delivery,
        state: str,
        now: float,
        next_try: float,
        *,
        error: str | None = None,
        away: bool = False,
        maybe_taken: bool = False,
    ) -> None:
        self._db.execute(
            "UPDATE deliveries SET state = ?, attempts = ?, next_try = ?, changed = ?, error = ?,"
            " away = ?, maybe_taken = ?, first_try = coalesce(first_try, ?),"
            " payload = CASE ? WHEN 'done' THEN NULL ELSE payload END WHERE id = ?",
            (
                *(state, delivery.attempts + 1, next_try, now, error),
                *(away, maybe_taken, now, state, delivery.id),
            ),
        )


def _row(entry: OutboxEntry, now: float) -> tuple[object, ...]:
    state, payload = ("failed", None) if entry.refused else ("pending", entry.payload)
    return (
        *(entry.event, entry.subscriber, entry.alert, entry.kind, payload, state, entry.refused),
        *(now, now, now, entry.partition, entry.offset),
    )
