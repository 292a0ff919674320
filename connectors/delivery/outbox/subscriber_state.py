"""How subscribers stand, as the outbox has it: for people who look, beside a deliver that runs."""

import sqlite3
from dataclasses import dataclass

from connectors.delivery.outbox.routing import paused_until


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
    stopped: str | None = None
    """Why its last event was given up, where nothing has been queued for it since."""


GIVEN_UP_LAST = (
    "SELECT subscriber, error FROM deliveries AS one WHERE state = 'failed' AND error IS NOT NULL"
    " AND id = (SELECT max(id) FROM deliveries WHERE subscriber = one.subscriber)"
)
"""Whose last event was given up, and why: a receiver that says 410 gets nothing any more."""


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
    error = db.execute(
        "SELECT error FROM deliveries WHERE subscriber = ? AND state = 'pending'"
        " AND error IS NOT NULL ORDER BY changed DESC LIMIT 1",
        (subscriber,),
    ).fetchone()
    stopped = db.execute(f"{GIVEN_UP_LAST} AND subscriber = ?", (subscriber,)).fetchone()
    return SubscriberState(
        waiting=dict(waiting),
        last_sent=sent,
        paused_until=paused_until(db, subscriber, now),
        failing_since=failing[0] if failing else None,
        last_error=error[0] if error else None,
        stopped=stopped[1] if stopped else None,
    )
