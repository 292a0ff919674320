"""What waits in an outbox, read beside the deliver that works with it."""

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from connectors.delivery.outbox.stopped import FIRST_LAYOUT, ReceiverStop, stops
from connectors.errors import ConnectorError
from connectors.sqlite import reading


@dataclass(frozen=True, kw_only=True)
class OutboxSummary:
    """The outbox in numbers. `oldest` is when the oldest pending event was added.

    `failing` are the subscribers whose receivers fail now, and since when, `stopped` those who
    get nothing any more. `positions` are the offsets of `alerts` up to which it has been read.
    """

    states: dict[str, int] = field(default_factory=dict)
    oldest: datetime | None = None
    failing: dict[str, datetime] = field(default_factory=dict)
    stopped: dict[str, ReceiverStop] = field(default_factory=dict)
    positions: dict[int, int] = field(default_factory=dict)


def outbox_summary(path: Path) -> OutboxSummary:
    """Return what is in an outbox, nothing if there is none yet. Raises `ConnectorError`.

    Nothing is written, so that this may be done while deliver runs.
    """
    if not path.exists():
        return OutboxSummary()
    try:
        with reading(path) as db:
            states = dict(db.execute("SELECT state, count(*) FROM deliveries GROUP BY state"))
            (oldest,) = db.execute(
                "SELECT min(added) FROM deliveries WHERE state = 'pending'"
            ).fetchone()
            failing = db.execute(
                "SELECT subscriber, failing_since FROM receivers"
                " WHERE failures > 0 AND failing_since IS NOT NULL ORDER BY subscriber"
            ).fetchall()
            (layout,) = db.execute("PRAGMA user_version").fetchone()
            # A deliver of an older release may not have been started anew yet.
            stopped = stops(db) if layout >= FIRST_LAYOUT else {}
            positions = dict(db.execute('SELECT partition, "offset" FROM positions'))
    except sqlite3.Error as error:
        raise ConnectorError(f"{path}: {error}") from error
    return OutboxSummary(
        states=states,
        oldest=None if oldest is None else _time(oldest),
        failing={name: _time(since) for name, since in failing},
        stopped=stopped,
        positions=positions,
    )


def opened_since(path: Path, subscriber: str, since: datetime) -> int:
    """Return how many alerts were opened for a subscriber since then. Raises `ConnectorError`."""
    if not path.exists():
        return 0
    try:
        with reading(path) as db:
            (count,) = db.execute(
                "SELECT count(DISTINCT alert) FROM deliveries"
                " WHERE subscriber = ? AND kind = 'opened' AND added >= ?",
                (subscriber, since.timestamp()),
            ).fetchone()
    except sqlite3.Error as error:
        raise ConnectorError(f"{path}: {error}") from error
    return int(count)


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
