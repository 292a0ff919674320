"""What leaves the outbox unasked: what waited too long, and what nobody needs to remember."""

import sqlite3
from collections.abc import Iterable

from connectors.delivery.outbox.records import Cleared
from connectors.delivery.retry_schedule import GIVE_UP_SECONDS

DAY = 24 * 3600.0
KEEP_SECONDS = 400 * DAY
"""How long a delivered event is remembered, to know its repeat: longer than `alerts` is kept,
which is a year and what Kafka needs to notice that."""
KEEP_PAYLOAD_SECONDS = 30 * DAY
"""How long what failed keeps its payload, for people to look at."""
GONE = "it is no longer a subscriber"
DEAD = "its receiver has been away for three days"


def clear_away(db: sqlite3.Connection, now: float, subscribers: Iterable[str]) -> Cleared:
    """Give up on receivers that are away for good, and drop what no repeat can bring back."""
    there, cleared, old = set(subscribers), Cleared(), now - GIVE_UP_SECONDS
    waiting = db.execute(
        "SELECT DISTINCT d.subscriber, r.failing_since FROM deliveries d"
        " LEFT JOIN receivers r ON r.subscriber = d.subscriber"
        " WHERE d.state = 'pending' AND d.added <= ?",
        (old,),
    ).fetchall()
    for name, failing_since in waiting:
        if name not in there:
            cleared.gone[name] = give_up(db, name, now, error=GONE, before=old)
        elif failing_since is not None and failing_since <= old:
            cleared.dead[name] = give_up(db, name, now, error=DEAD, before=old)
    db.execute(
        "DELETE FROM deliveries WHERE state <> 'pending' AND changed < ? AND added < ?",
        (now - KEEP_SECONDS, now - KEEP_SECONDS),
    )
    db.execute(
        "UPDATE deliveries SET payload = NULL"
        " WHERE state = 'failed' AND payload IS NOT NULL AND changed < ?",
        (now - KEEP_PAYLOAD_SECONDS,),
    )
    return cleared


def give_up(
    db: sqlite3.Connection, subscriber: str, now: float, *, error: str, before: float
) -> int:
    """Give up on all that was added for a subscriber until then; return how many."""
    changed = db.execute(
        "UPDATE deliveries SET state = 'failed', changed = ?, error = ?"
        " WHERE subscriber = ? AND state = 'pending' AND added <= ?",
        (now, error, subscriber, before),
    )
    return changed.rowcount
