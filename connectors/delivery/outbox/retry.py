"""What was given up, sent once more: at a person's word, in a file that deliver may be using."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.stopped import ReceiverStop, stops
from connectors.errors import ConnectorError


@dataclass
class Retried:
    """How many events are sent once more, by subscriber; and whose aren't, being stopped."""

    counts: dict[str, int] = field(default_factory=dict)
    stopped: dict[str, ReceiverStop] = field(default_factory=dict)


def retry_failed(path: Path, now: float, subscriber: str | None = None) -> Retried:
    """Make what failed due again, but for those that are stopped: of one channel, person or all.

    What failed keeps what it needs for 30 days. Raises `ConnectorError`.
    """
    if not path.is_file():
        raise ConnectorError(f"{path}: there is no outbox: nothing was delivered from this folder")
    try:
        with closing(Outbox(path, now)) as outbox:
            return outbox.change_by_hand(lambda db: _retry(db, now, subscriber))
    except (sqlite3.Error, OSError) as error:
        raise ConnectorError(f"{path}: {error}") from error


def ever_queued_for(path: Path, now: float) -> frozenset[str]:
    """Return for whom anything is or was in an outbox; if there is none, nobody.

    Raises `ConnectorError`.
    """
    if not path.is_file():
        return frozenset()
    try:
        with closing(Outbox(path, now)) as outbox:
            rows = outbox.change_by_hand(
                lambda db: db.execute("SELECT DISTINCT subscriber FROM deliveries").fetchall()
            )
    except (sqlite3.Error, OSError) as error:
        raise ConnectorError(f"{path}: {error}") from error
    return frozenset(str(name) for (name,) in rows)


def _retry(db: sqlite3.Connection, now: float, subscriber: str | None) -> Retried:
    whose = "(? IS NULL OR subscriber = ? OR subscriber GLOB ? || '/*')"
    failed = f"state = 'failed' AND payload IS NOT NULL AND {whose}"
    asked = (subscriber,) * 3
    theirs = db.execute(f"SELECT DISTINCT subscriber FROM deliveries WHERE {failed}", asked)
    names, stopped = {str(name) for (name,) in theirs}, stops(db)
    rows = db.execute(
        "UPDATE deliveries SET state = 'pending', attempts = 0, next_try = ?, added = ?,"
        f" changed = ?, first_try = NULL, away = 0, error = NULL WHERE {failed}"
        " AND subscriber NOT IN (SELECT subscriber FROM receivers WHERE stopped_since IS NOT NULL)"
        " RETURNING subscriber",
        (now, now, now, *asked),
    ).fetchall()
    counts = Counter(str(name) for (name,) in rows)
    db.executemany(
        "UPDATE receivers SET held_until = 0, failures = 0, failing_since = NULL"
        " WHERE subscriber = ?",
        [(name,) for name in counts],
    )
    left = {name: one for name, one in stopped.items() if name in names}
    return Retried(counts=dict(counts), stopped=left)
