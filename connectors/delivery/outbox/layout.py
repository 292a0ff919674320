"""How `outbox.sqlite` is laid out, and how a file of an older release is taken over.

The file's `user_version` says which layout it has; the first release wrote none. A change of
the layout gets the next number, and a step in `prepare`.
"""

import sqlite3
from typing import Any

import msgspec

LAYOUT = 4
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
        watch TEXT NOT NULL DEFAULT '',
        severity TEXT NOT NULL DEFAULT 'normal',
        reason TEXT NOT NULL DEFAULT '',
        held TEXT,
        backoff INTEGER NOT NULL DEFAULT 0,
        message TEXT,
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
        failing_since REAL,
        stopped_since REAL,
        stopped_why TEXT
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
"""`subscriber` is who gets it, and by which channel where there are several: `anna/mail`. `payload`
is there while it is needed. `held` is what an event waits for, or waited for last; `backoff` says
that it waits since a try failed. `message` is the id of what several are sent in as one. A receiver
is stopped since it said that it wants nothing any more.
`positions` are those in the Kafka log that `log` names: the topic's id, which another topic by the
same name doesn't have."""
_ROUTING = (
    "CREATE INDEX in_message ON deliveries (subscriber, message)"
    " WHERE state = 'pending' AND message IS NOT NULL",
    """
    CREATE TABLE sent (
        subscriber TEXT NOT NULL,
        at REAL NOT NULL,
        watches TEXT NOT NULL,
        critical INTEGER NOT NULL
    )
    """,
    "CREATE INDEX sent_by_time ON sent (subscriber, at)",
    """
    CREATE TABLE repeats (
        subscriber TEXT NOT NULL,
        alert TEXT NOT NULL,
        payload BLOB NOT NULL,
        count INTEGER NOT NULL DEFAULT 0,
        due REAL,
        PRIMARY KEY (subscriber, alert)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE mutes (
        subscriber TEXT NOT NULL,
        alert TEXT NOT NULL,
        since REAL NOT NULL,
        PRIMARY KEY (subscriber, alert)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE pauses (
        subscriber TEXT PRIMARY KEY,
        since REAL NOT NULL,
        until REAL
    ) WITHOUT ROWID
    """,
)
"""`sent` are the messages of the last time, with the watches told in each. `repeats` are the open
critical alerts that are told again when they are `due`. `mutes` and `pauses` are what people asked
for by a command; nobody's name there means everybody, no `until` for good."""
_ADDED_IN_3 = (
    "watch TEXT NOT NULL DEFAULT ''",
    "severity TEXT NOT NULL DEFAULT 'normal'",
    "reason TEXT NOT NULL DEFAULT ''",
    "held TEXT",
    "backoff INTEGER NOT NULL DEFAULT 0",
    "message TEXT",
)
_ADDED_IN_4 = ("stopped_since REAL", "stopped_why TEXT")


class _Event(msgspec.Struct):
    """What the rows of the first release don't say themselves."""

    alert: str = ""
    kind: str = ""
    watch: str = ""
    severity: str = "normal"
    reason: str = ""


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
        remark = _made(db, now) if version < 2 else ""
        if version == 2:
            remark = _second_to_third(db)
        if version < 3:
            for table in _ROUTING:
                db.execute(table)
        if version >= 2:
            _third_to_fourth(db)
        db.execute(f"PRAGMA user_version = {LAYOUT}")
    return remark


def _made(db: sqlite3.Connection, now: float) -> str:
    """Lay out a new file, or one of the first release."""
    first = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'deliveries'").fetchone()
    if first:
        db.execute("ALTER TABLE deliveries RENAME TO first_deliveries")
        db.execute("DROP INDEX IF EXISTS due")
    for table in _TABLES:
        db.execute(table)
    return _take_over(db, now) if first else ""


def _second_to_third(db: sqlite3.Connection) -> str:
    """Add what routing goes by. What is pending says itself what it is about."""
    for column in _ADDED_IN_3:
        db.execute(f"ALTER TABLE deliveries ADD COLUMN {column}")
    rows = db.execute("SELECT id, payload FROM deliveries WHERE state = 'pending'").fetchall()
    for number, payload in rows:
        known = _known(payload)
        db.execute(
            "UPDATE deliveries SET watch = ?, severity = ?, reason = ?, backoff = attempts > 0"
            " WHERE id = ?",
            (known.watch, known.severity, known.reason, number),
        )
    return f"taken over from an older release: {len(rows):,} deliveries that wait"


def _third_to_fourth(db: sqlite3.Connection) -> None:
    """Let receivers be stopped. Nobody is yet: who wants nothing says so at the next alert again.

    The third layout had no more of it than the last event's error, whatever came after.
    """
    for column in _ADDED_IN_4:
        db.execute(f"ALTER TABLE receivers ADD COLUMN {column}")
    # How it noted that a stopped one was resumed.
    db.execute("DELETE FROM pauses WHERE until = since")


def _take_over(db: sqlite3.Connection, now: float) -> str:
    """Take over the first layout's rows. What is pending keeps its payload, place and time."""
    columns = "id, event, subscriber, payload, state, attempts, next_try, changed, error, away"
    count = 0
    for row in db.execute(f"SELECT {columns} FROM first_deliveries ORDER BY id"):
        number, event, subscriber, payload, state, attempts, next_try, changed, error, away = row
        known = _known(payload)
        db.execute(
            "INSERT INTO deliveries (id, event, subscriber, alert, kind, payload, state, attempts,"
            " next_try, added, changed, first_try, error, away, maybe_taken, watch, severity,"
            " reason, backoff) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, event, subscriber, known.alert, known.kind),
                *(None if state == "done" else payload, state, attempts, next_try),
                *(changed, changed, changed if attempts else None, error, away),
                # It isn't known how its tries ended.
                state == "pending" and attempts > 0,
                *(known.watch, known.severity, known.reason, attempts > 0),
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
        return _Event()  # it fails by itself when it is to be sent


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
