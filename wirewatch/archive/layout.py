"""How `archive.sqlite` is laid out.

The file's `user_version` says which layout it has. Nothing in it is the only copy while Kafka still
has the records: a file of another layout is filled anew by `wirewatch archive rebuild`.
"""

import sqlite3

from wirewatch.errors import ProgramError

LAYOUT = 3
FILE = "archive.sqlite"
"""Its name in the data folder."""
_TABLES = (
    """
    CREATE TABLE stories (
        id INTEGER PRIMARY KEY,
        story TEXT NOT NULL,
        version TEXT NOT NULL,
        newest INTEGER NOT NULL,
        record BLOB NOT NULL,
        UNIQUE (story, version)
    )
    """,
    "CREATE INDEX newest ON stories (id) WHERE newest",
    """
    CREATE VIRTUAL TABLE texts USING fts5 (
        words, about, content = '', columnsize = 0,
        tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
    )
    """,
    """
    CREATE TABLE facts (
        id INTEGER PRIMARY KEY,
        story TEXT NOT NULL UNIQUE,
        hour INTEGER NOT NULL,
        language TEXT NOT NULL,
        outlet TEXT NOT NULL,
        feed TEXT NOT NULL,
        countries TEXT NOT NULL,
        pairs TEXT NOT NULL,
        topics TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE counts (
        kind TEXT NOT NULL,
        step INTEGER NOT NULL,
        at INTEGER NOT NULL,
        name TEXT NOT NULL,
        stories INTEGER NOT NULL,
        PRIMARY KEY (kind, step, at, name)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX counts_of_name ON counts (kind, name, step, at, stories)",
    """
    CREATE TABLE alerts (
        id INTEGER PRIMARY KEY,
        alert TEXT NOT NULL UNIQUE,
        watch TEXT NOT NULL,
        pair TEXT NOT NULL,
        state TEXT NOT NULL,
        severity INTEGER NOT NULL,
        shadow INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        stories INTEGER NOT NULL,
        outlets TEXT NOT NULL,
        record BLOB NOT NULL
    )
    """,
    "CREATE INDEX alerts_of_watch ON alerts (watch, id)",
    "CREATE INDEX alerts_by_state ON alerts (id, watch, state, shadow)",
    """
    CREATE TABLE events (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        event TEXT NOT NULL UNIQUE,
        alert TEXT NOT NULL,
        at INTEGER NOT NULL,
        record BLOB NOT NULL
    )
    """,
    "CREATE INDEX events_of_alert ON events (alert, number)",
    "CREATE INDEX events_by_time ON events (at, number)",
    """
    CREATE TABLE related (
        alert TEXT NOT NULL,
        other TEXT NOT NULL,
        PRIMARY KEY (alert, other)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX related_of_other ON related (other)",
    """
    CREATE TABLE members (
        alert TEXT NOT NULL,
        story TEXT NOT NULL,
        watch TEXT NOT NULL,
        PRIMARY KEY (alert, story)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX members_of_watch ON members (watch, story)",
    "CREATE INDEX members_of_story ON members (story, alert)",
    """
    CREATE TABLE deliveries (
        id TEXT PRIMARY KEY,
        alert TEXT NOT NULL,
        at INTEGER NOT NULL,
        record BLOB NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX deliveries_of_alert ON deliveries (alert, at)",
    """
    CREATE TABLE verdicts (
        key TEXT PRIMARY KEY,
        alert TEXT,
        other TEXT,
        story TEXT NOT NULL,
        record BLOB NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX verdicts_of_alert ON verdicts (alert)",
    "CREATE INDEX verdicts_of_other ON verdicts (other)",
    "CREATE TABLE feeds (feed TEXT PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE positions (
        topic TEXT NOT NULL,
        partition INTEGER NOT NULL,
        "offset" INTEGER NOT NULL,
        PRIMARY KEY (topic, partition)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE logs (topic TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID",
)
"""`stories` has every version of every story, `texts` the words of the newest of each, and what it
is about. The ids of `stories` and `alerts` are in the order of time (`ordering`). `record` is the
record of Kafka, compressed; in `alerts` that of the event it is shown by (`writing.face`),
whose `severity` ranks the alert.
`positions` are those that are read next in the Kafka logs that `logs` names. `facts` has of each
newest version what facets count, `counts` the stories an hour and a day of each pair, topic,
country and feed, and a day of each pair with a topic (`counting`). `events.number` is in the order
in which they came here."""
_NAMES = (
    *("stories", "texts", "facts", "counts", "alerts", "events", "related", "members"),
    *("deliveries", "verdicts", "feeds", "positions", "logs"),
)


class OtherLayoutError(ProgramError):
    """The archive is of another release. The message says what to do."""


def prepare(db: sqlite3.Connection) -> None:
    """Lay out a new file. Raises `OtherLayoutError` for that of another release."""
    if (version := _version(db)) not in (0, LAYOUT):
        raise OtherLayoutError(
            f"another release of wirewatch has written the archive (layout {version}, this one has"
            f" {LAYOUT}): `wirewatch archive rebuild` fills it anew from Kafka"
        )
    if version == 0:
        clear(db)


def require(db: sqlite3.Connection) -> None:
    """Raise `OtherLayoutError` unless a file that is only read has the layout of this release."""
    if (version := _version(db)) != LAYOUT:
        raise OtherLayoutError(
            f"the archive has layout {version}, this release of wirewatch reads {LAYOUT}:"
            " `wirewatch archive rebuild` fills it anew from Kafka"
        )


def is_laid_out(db: sqlite3.Connection) -> bool:
    """Say whether there are tables: for a moment a new file has none."""
    return _version(db) != 0


def clear(db: sqlite3.Connection) -> None:
    """Lay out an empty archive in place of what is there, whole or not at all."""
    with db:
        db.execute("BEGIN IMMEDIATE")
        for name in _NAMES:
            db.execute(f"DROP TABLE IF EXISTS {name}")
        for table in _TABLES:
            db.execute(table)
        db.execute(f"PRAGMA user_version = {LAYOUT}")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
