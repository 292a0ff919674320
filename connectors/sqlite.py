"""Open a SQLite file that loses nothing in a power cut, whoever else has it open."""

import sqlite3
import time
from pathlib import Path

LOCKED_SECONDS = 10.0
_PAUSE = 0.01


def open_file(path: Path, schema: str) -> sqlite3.Connection:
    """Open the file, and make it with its folder if it isn't there. For one thread.

    Raises `sqlite3.OperationalError` if another connection holds it for ten seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None, timeout=LOCKED_SECONDS)
    _write_ahead(db)
    db.execute("PRAGMA synchronous = FULL")
    db.executescript(schema)
    return db


def _write_ahead(db: sqlite3.Connection) -> None:
    """Turn the write-ahead log on. SQLite doesn't wait for a lock here, so we do."""
    deadline = time.monotonic() + LOCKED_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                db.close()
                raise
            time.sleep(_PAUSE)
        else:
            return
