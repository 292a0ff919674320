"""What was given up, sent once more: at a person's word, in a file that deliver may be using."""

import sqlite3
from collections import Counter
from pathlib import Path

from connectors.errors import ConnectorError
from connectors.sqlite import open_file


def retry_failed(path: Path, now: float, subscriber: str | None = None) -> dict[str, int]:
    """Make what failed due again, of one subscriber or of all; return how many, by subscriber.

    What failed keeps what it needs for 30 days. Raises `ConnectorError`.
    """
    if not path.is_file():
        raise ConnectorError(f"{path}: there is no outbox: nothing was delivered from this folder")
    try:
        db = open_file(path, "")
    except sqlite3.Error as error:
        raise ConnectorError(f"{path}: {error}") from error
    try:
        with db:
            db.execute("BEGIN IMMEDIATE")
            rows = db.execute(
                "UPDATE deliveries SET state = 'pending', attempts = 0, next_try = ?, added = ?,"
                " changed = ?, first_try = NULL, away = 0, error = NULL"
                " WHERE state = 'failed' AND payload IS NOT NULL"
                " AND (? IS NULL OR subscriber = ?) RETURNING subscriber",
                (now, now, now, subscriber, subscriber),
            ).fetchall()
            found = Counter(str(name) for (name,) in rows)
            db.executemany(
                "UPDATE receivers SET held_until = 0, failures = 0, failing_since = NULL"
                " WHERE subscriber = ?",
                [(name,) for name in found],
            )
    except sqlite3.Error as error:
        raise ConnectorError(f"{path}: {error}") from error
    finally:
        db.close()
    return dict(found)
