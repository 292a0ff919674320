"""How `outbox.sqlite` is laid out, and how a file of an older release is taken over.

The file's `user_version` says which layout it has; the first release wrote none. A change of
the layout gets the next number, and a step in `prepare`.
"""

import sqlite3
from typing import Any

import msgspec

LAYOUT = 2
FIRST_KEPT_SECONDS = 90 * 24 * 3600.0
"""How long the first release remembered what it had delivered."""
_TABLES = (
    """
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        event TEXT NOT NULL,
        subscriber TEXT NOT NULL,
        alert TEXT NOT NULL,
        kind TEXT NOT NULL,
        payload BLOB,
        state TEXT NOT NULL DEFAULT 'pending'
            CHECK (state IN ('pending', 'done', 'failed', 'moot')),
        attempts INTEGER NOT NULL DEFAULT 0,
        next_try REAL NOT NULL,
        added REAL NOT NULL,
        changed REAL NOT NULL,
        first_try REAL,
        error TEXT,
        away INTEGER NOT NULL DEFAULT 0,
        maybe_taken INTEGER NOT NULL DEFAULT 0,
        partition INTEGER,
        "offset" INTEGER,
        UNIQUE (event, subscriber)
    )
    """,
    "CREATE INDEX due ON deliveries (subscriber, next_try) WHERE state = 'pending'",
    "CREATE INDEX in_order ON deliveries (subscriber, id, next_try) WHERE state = 'pending'",
    "CREATE INDEX ends ON deliveries (subscriber, id, next_try)"
    " WHERE state = 'pending' AND kind IN ('withdrawn', 'closed')",
    "CREATE INDEX undelivered ON deliveries (partition, \"offset\") WHERE state = 'pending'",
    "CREATE INDEX of_alert ON deliveries (subscriber, alert)",
    """
    CREATE TABLE receivers (
        subscriber TEXT PRIMARY KEY,
        address TEXT NOT NULL,
        since REAL NOT NULL,
        held_until REAL NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        failing_since REAL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE positions (
        partition INTEGER PRIMARY KEY,
        "offset" INTEGER NOT NULL
    )
    """,
    "CREATE TABLE log (id TEXT NOT NULL)",
)
"""`payload` is there while it is needed. `positions` are those in the Kafka log that `log` names:
the topic's id, which another topic by the same name doesn't have."""


class _Event(msgspec.Struct):
    """What the rows of the first release don't say themselves."""

    alert: str
    kind: str


def prepare(db: sqlite3.Connection, now: float) -> str:
    """Bring a file to the layout of this release, whole or not at all.

    Returns what is to be said of it. Raises `sqlite3.Error`, also for a file of a later release.
    """
    if _version(db) == LAYOUT:
        return ""
    with db:
        db.execute("BEGIN IMMEDIATE")
        version = _version(db)
        if version > LAYOUT:
            raise sqlite3.NotSupportedError(
                f"a later release of wirewatch has written it (layout {version}, this one knows"
                f" {LAYOUT}): use that release, or move the file away"
            )
        if version == LAYOUT:  # another process was faster
            return ""
        first = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'deliveries'").fetchone()
        if first:
            db.execute("ALTER TABLE deliveries RENAME TO first_deliveries")
            db.execute("DROP INDEX IF EXISTS due")
        for table in _TABLES:
            db.execute(table)
        remark = _take_over(db, now) if first else ""
        db.execute(f"PRAGMA user_version = {LAYOUT}")
    return remark


def _take_over(db: sqlite3.Connection, now: float) -> str:
    """Take over the first layout's rows. What is pending keeps its payload, place and time."""
    columns = "id, event, subscriber, payload, state, attempts, next_try, changed, error, away"
    count = 0
    for row in db.execute(f"SELECT {columns} FROM first_deliveries ORDER BY id"):
        number, event, subscriber, payload, state, attempts, next_try, changed, error, away = row
        known = _known(payload)
        db.execute(
            "INSERT INTO deliveries (id, event, subscriber, alert, kind, payload, state, attempts,"
            " next_try, added, changed, first_try, error, away, maybe_taken)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, event, subscriber, known.alert, known.kind),
                *(None if state == "done" else payload, state, attempts, next_try),
                *(changed, changed, changed if attempts else None, error, away),
                # It isn't known how its tries ended.
                state == "pending" and attempts > 0,
            ),
        )
        count += 1
    # A subscriber has had all that came while this file remembered it.
    db.execute(
        "INSERT INTO receivers (subscriber, address, since)"
        " SELECT DISTINCT subscriber, '', ? FROM deliveries",
        (now - FIRST_KEPT_SECONDS,),
    )
    db.execute("DROP TABLE first_deliveries")
    return f"taken over from an older release: {count:,} deliveries"


def _known(payload: Any) -> _Event:  # noqa: ANN401 - whatever stands in the file
    try:
        return msgspec.json.decode(payload, type=_Event)
    except (msgspec.MsgspecError, TypeError, ValueError):
        return _Event(alert="", kind="")  # it fails by itself when it is to be sent


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
