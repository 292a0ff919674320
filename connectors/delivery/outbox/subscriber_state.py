"""How subscribers stand, as the outbox has it: for people who look, beside a deliver that runs."""

import sqlite3
from dataclasses import dataclass, field

from connectors.delivery.outbox.failing import last_error
from connectors.delivery.outbox.routing import muted_by, paused_until
from connectors.delivery.outbox.stopped import ReceiverStop, stop_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberState:
    """What waits for a subscriber, what was last sent, and what keeps the rest.

    `waiting` counts events by why they wait: a reason to hold them, or `queued`.
    """

    waiting: dict[str, int]
    last_sent: float | None
    paused_until: float | None
    failing_since: float | None
    last_error: str | None
    stopped: ReceiverStop | None = None
    muted: dict[str, float] = field(default_factory=dict)
    """The alerts of which it is told no more than their withdrawal, with since when."""


NOTHING_YET = SubscriberState(
    waiting={}, last_sent=None, paused_until=None, failing_since=None, last_error=None
)
"""Of a folder where nothing was delivered yet."""


def subscriber_state(db: sqlite3.Connection, subscriber: str, now: float) -> SubscriberState:
    """Return how a subscriber stands."""
    waiting = db.execute(
        "SELECT CASE WHEN held IS NOT NULL AND NOT backoff THEN held ELSE 'queued' END, count(*)"
        " FROM deliveries WHERE subscriber = ? AND state = 'pending' GROUP BY 1",
        (subscriber,),
    )
    (sent,) = db.execute("SELECT max(at) FROM sent WHERE subscriber = ?", (subscriber,)).fetchone()
    failing = db.execute(
        "SELECT failing_since FROM receivers WHERE subscriber = ?", (subscriber,)
    ).fetchone()
    failing_since = failing[0] if failing else None
    return SubscriberState(
        waiting=dict(waiting),
        last_sent=sent,
        paused_until=paused_until(db, subscriber, now),
        failing_since=failing_since,
        last_error=last_error(db, subscriber, failing_since),
        stopped=stop_of(db, subscriber),
        muted=muted_by(db, subscriber),
    )
