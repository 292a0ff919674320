"""The outbox: every alert event for every subscriber, once, until it is delivered.

One SQLite file. `UNIQUE(event, subscriber)` makes a repeated event harmless; a subscriber with
several channels has a row for each. What is added survives a power cut; nothing pending is deleted.
The place in Kafka up to which `alerts` has been read is written in the same transaction, so neither
a position that Kafka forgot nor a crash in between makes old alerts new.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from connectors.delivery.outbox import receiver_queue, routing, settling
from connectors.delivery.outbox.adding import insert
from connectors.delivery.outbox.clearing import clear_away, give_up
from connectors.delivery.outbox.failing import forget_failing, forget_who_left
from connectors.delivery.outbox.layout import prepare
from connectors.delivery.outbox.positions import Positions
from connectors.delivery.outbox.records import (
    Cleared,
    Delivery,
    OutboxEntry,
    Parcel,
    Receiver,
    ReceiverBackoff,
    RepeatDue,
)
from connectors.delivery.outbox.settled_deliveries import SettledDeliveries
from connectors.delivery.outbox.stopped import UNSENT, ReceiverStop, stop, stop_of
from connectors.delivery.routing.plan import plan
from connectors.delivery.routing.preferences import EVERYTHING_AT_ONCE, Preferences
from connectors.sqlite import check, open_file, opened_or_anew

log = structlog.get_logger()

AT_ONCE = 20
"""Messages that are taken up together: each such time waits for the disk."""
DECIDED_AT_ONCE = 1_000
"""Events that are decided on together, where they may wait or go as one."""

ResultT = TypeVar("ResultT")


class Outbox:
    """The deliveries in one file. Times are seconds since the epoch. For one thread.

    Its methods raise `sqlite3.Error`. `aside` is where a file went that was found damaged.
    """

    def __init__(self, path: Path, now: float = 0.0) -> None:
        """Open the file, and make it if it isn't there, or is damaged."""
        _, self.aside = opened_or_anew(path, partial(self._open, path, now))
        if self.aside is not None:
            tell_aside(path, self.aside)

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
        """Remember all subscribers by id. A newcomer gets what comes `since` then.

        An address is anything that differs where the receiver does: a receiver that is another
        one now isn't held for what the one before did, and has heard nothing of what that one was
        told.
        """
        with self._writing():
            self._db.executemany(
                "INSERT OR IGNORE INTO receivers (subscriber, address, since) VALUES (?, ?, ?)",
                [(name, address, since) for name, address in addresses.items()],
            )
            for name, address in addresses.items():
                receiver_queue.move(self._db, name, address, since)
            forget_who_left(self._db, set(addresses))

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
            added = insert(self._db, entries, now)
            self.positions.put(read or {})
        return added

    def take(
        self,
        subscriber: str,
        now: float,
        limit: int = AT_ONCE,
        preferences: Preferences = EVERYTHING_AT_ONCE,
    ) -> list[Parcel]:
        """Decide on what is due for a subscriber; return what is to be sent now, in its order.

        Until it is settled or put back, each counts as one that the receiver may have taken: this
        process may end before it knows.
        """
        if self.receiver(subscriber).held_until > now:
            return []
        db, waits = self._db, not preferences.sends_at_once
        parcels = receiver_queue.sealed(db, subscriber, now)[:limit]
        count = DECIDED_AT_ONCE if waits else limit
        queue = receiver_queue.waiting(db, subscriber, now, count, held=waits)
        if not (parcels or queue):
            return []
        about = receiver_queue.situation(db, subscriber, queue, preferences, now)
        made = plan(queue, about, preferences, now, most=limit - len(parcels))
        # Not waited for on the disk: it is there after a kill, and a power cut is rare enough.
        self._db.execute("PRAGMA synchronous = NORMAL")
        try:
            with self._writing():
                parcels += receiver_queue.write_plan(self._db, subscriber, made, now)
                if made.dropped:
                    forget_failing(self._db, subscriber, now)
                self._db.executemany(
                    "UPDATE deliveries SET maybe_taken = 1 WHERE id = ? AND NOT maybe_taken",
                    [(one.id,) for parcel in parcels for one in parcel.deliveries],
                )
        finally:
            self._db.execute("PRAGMA synchronous = FULL")
        return parcels

    def put_back(self, parcels: Iterable[Parcel]) -> None:
        """Note that these weren't tried after all."""
        with self._writing():
            for parcel in parcels:
                settling.put_back(self._db, parcel)

    def next_due(self, subscriber: str, after: float = 0.0) -> float | None:
        """Return the time of the next try for a subscriber after then, if there is any."""
        row = self._db.execute(
            "SELECT min(next_try) FROM deliveries WHERE subscriber = ? AND state = 'pending'"
            " AND next_try > ?",
            (subscriber, after),
        ).fetchone()
        repeat = routing.next_repeat(self._db, subscriber)
        due = min((time for time in (row[0], repeat) if time is not None), default=None)
        return None if due is None else max(due, self.receiver(subscriber).held_until)

    def done(self, parcel: Parcel, now: float, *, repeat_at: float | None = None) -> None:
        """Note that it arrived: the receiver is back, if it was away.

        What is critical in it is told once more at `repeat_at`, if its alert is open then.
        """
        with self._writing():
            settling.change(self._db, parcel, "done", now, now)
            receiver_queue.count_sent(self._db, parcel, now)
            if repeat_at is not None:
                routing.remember_repeat(self._db, parcel, repeat_at)
            settling.is_back(self._db, parcel.subscriber, now)

    def retry(
        self,
        parcel: Parcel,
        now: float,
        *,
        at: float,
        error: str,
        away: bool = False,
        maybe_taken: bool = False,
        hold: ReceiverBackoff | None = None,
    ) -> None:
        """Note that it didn't arrive, when to try again, and until when to leave the receiver."""
        with self._writing():
            settling.change(
                self._db,
                parcel,
                "pending",
                now,
                at,
                error=error,
                away=away,
                maybe_taken=maybe_taken,
            )
            if not maybe_taken:
                settling.open_again(self._db, parcel)
            if hold is not None:
                settling.hold(self._db, parcel.subscriber, now, hold)

    def fail(
        self, parcel: Parcel, now: float, *, error: str, hold: ReceiverBackoff | None = None
    ) -> None:
        """Note that it will never arrive; it is kept, with the reason."""
        with self._writing():
            settling.change(self._db, parcel, "failed", now, now, error=error)
            if hold is not None:
                settling.hold(self._db, parcel.subscriber, now, hold)

    def decide_again(self, subscriber: str, now: float) -> None:
        """Look anew at what waits for a subscriber's hour: it asks for something else now."""
        with self._writing():
            receiver_queue.decide_again(self._db, subscriber, now)

    def add_repeats(
        self, subscriber: str, now: float, entry: Callable[[str, RepeatDue], OutboxEntry | None]
    ) -> None:
        """Add an entry for each open critical alert that is to be told once more now."""
        if (routing.next_repeat(self._db, subscriber) or now + 1) > now:
            return
        with self._writing():
            for repeat in routing.due_repeats(self._db, subscriber, now):
                if (made := entry(subscriber, repeat)) is not None:
                    insert(self._db, [made], now)

    def paused_until(self, subscriber: str, now: float) -> float | None:
        """Return until when a subscriber is paused, infinity for good; `None` if it isn't."""
        return routing.paused_until(self._db, subscriber, now)

    def stopped(self, subscriber: str) -> ReceiverStop | None:
        """Return since when and why a receiver gets nothing any more, if it is stopped."""
        return stop_of(self._db, subscriber)

    def change_by_hand(self, change: Callable[[sqlite3.Connection], ResultT]) -> ResultT:
        """Write what a person asked for (`routing`)."""
        with self._writing():
            return change(self._db)

    def knows(self, subscriber: str, alert: str) -> bool:
        """Say whether there is or was anything of an alert for a subscriber."""
        return receiver_queue.knows(self._db, subscriber, alert)

    def drop_moot(
        self, subscriber: str, now: float, limit: int = 2 * AT_ONCE
    ) -> list[tuple[Delivery, str]]:
        """Take out what a subscriber need not hear of any more; return it, with the reasons.

        It looks at the alerts whose turn comes next, and at those that are over.
        """
        found = settling.no_more_needed(self._db, subscriber, now, limit)
        if found:
            with self._writing():
                settling.drop(self._db, found, now)
                forget_failing(self._db, subscriber, now)
        return found

    def stop(self, subscriber: str, now: float, *, reason: str, tried: Parcel | None = None) -> int:
        """Note that a receiver wants nothing any more, which it said when something was `tried`.

        All else that is pending for it is given up; returns how many.
        """
        with self._writing():
            if tried is not None:
                settling.change(self._db, tried, "failed", now, now, error=reason)
            stop(self._db, subscriber, now, reason)
            return give_up(self._db, subscriber, now, error=UNSENT + reason, before=now)

    def clear_away(self, now: float, subscribers: Iterable[str]) -> Cleared:
        """Give up on receivers that are away for good, and drop what no repeat can bring back."""
        with self._writing():
            return clear_away(self._db, now, subscribers)

    def pending(self, subscriber: str) -> int:
        """Return how many events wait for a subscriber."""
        return receiver_queue.pending(self._db, subscriber)

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


def tell_aside(path: Path, aside: Path) -> None:
    """Say of a damaged file where it is now."""
    cause = f"{path.name} is damaged: a new one is begun"
    log.error("outbox_moved_aside", cause=cause, kept_as=str(aside))
