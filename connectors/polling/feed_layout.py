"""How `feeds.sqlite` is laid out, and how a file of an older release is taken over.

The file's `user_version` says which layout it has. The first release wrote none: its file is
known by its tables. A change of the layout gets the next number, and a step in `prepare`.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from connectors.http.fetch import Validators
from connectors.polling import feed_marks
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.identity import ANY_VERSION
from connectors.sqlite import check, is_damaged, move_aside, open_file
from streams.contract.codec import DecodeError, decode, encode

LAYOUT = 3
_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS memories (
        feed TEXT PRIMARY KEY,
        memory BLOB NOT NULL,
        health BLOB NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS stories (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        feed TEXT NOT NULL,
        story TEXT NOT NULL,
        version TEXT NOT NULL,
        title TEXT NOT NULL,
        place TEXT NOT NULL,
        last_there REAL NOT NULL,
        UNIQUE (feed, story)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS aliases (
        feed TEXT NOT NULL,
        alias INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (feed, alias)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS subscriptions (
        feed TEXT PRIMARY KEY,
        subscription BLOB NOT NULL
    ) WITHOUT ROWID
    """,
    feed_marks.TABLE,
)
"""`health` is empty for a feed that was taken over, until its next poll."""
_FIRST = {
    "feeds": ["feed", "url", "etag", "last_modified", "next_poll", "last_ok", "failures"],
    "seen": ["feed", "story", "version", "last_there"],
}
"""The tables of the first layout, with their columns."""
_DAY = 24 * 3600.0


def open_state(path: Path) -> tuple[sqlite3.Connection, str]:
    """Open the file in the layout of this release; give what is to be said of that, if anything.

    Raises `sqlite3.Error` or `OSError`, also for a file of a later release.
    """
    try:
        db = open_file(path, "")
        try:
            check(db)
            remark = prepare(db)
            if remark is not None:
                return db, remark
        except BaseException:
            db.close()
            raise
        db.close()
        fault = "is of no release that is known here"
    except sqlite3.DatabaseError as error:
        if not is_damaged(error):
            raise
        fault = f"is damaged ({error})"
    aside = move_aside(path)
    db = open_file(path, "")
    prepare(db)
    return db, (
        f"{path.name} {fault}: it was kept as {aside.name}. What was known of the feeds is read"
        " back from Kafka when poll starts"
    )


def prepare(db: sqlite3.Connection) -> str | None:
    """Bring a file to the layout of this release, whole or not at all.

    Return what is to be said of it, `None` if it can't be: its layout isn't known, and it is left
    as it was. Raises `sqlite3.Error`.
    """
    if _version(db) == LAYOUT:
        return ""
    with db:
        db.execute("BEGIN IMMEDIATE")
        version, tables = _version(db), _tables(db)
        if version > LAYOUT:
            raise sqlite3.NotSupportedError(
                f"a later release of wirewatch has written it (layout {version}, this one knows"
                f" {LAYOUT}): use that release, or move the file away, and all feeds count as"
                " polled for the first time"
            )
        # Until now there was no number: then the tables tell.
        first = {name: columns for name, columns in tables.items() if name in _FIRST} == _FIRST
        if tables and not first and "memories" not in tables:
            return None
        for table in _TABLES:
            db.execute(table)
        remark = _take_over(db) if first else ""
        _part_marks(db)
        db.execute(f"PRAGMA user_version = {LAYOUT}")
    return remark


def _take_over(db: sqlite3.Connection) -> str:
    """Take over the first layout's rows.

    Stories had the same ids, but their texts were cleaned in another way: so the version in which
    one is there now counts as the one that was seen.
    """
    rows = db.execute(
        "SELECT feed, url, etag, last_modified, next_poll, last_ok, failures FROM feeds"
    ).fetchall()
    db.executemany(
        "INSERT OR IGNORE INTO memories (feed, memory, health) VALUES (?, ?, x'')",
        [(feed, encode(_memory(*facts))) for feed, *facts in rows],
    )
    # Their titles and links come with the next poll: a day old, they are written anew.
    taken = db.execute(
        "INSERT OR IGNORE INTO stories (feed, story, version, title, place, last_there)"
        " SELECT feed, story, ?, '', '', last_there - ? FROM seen",
        (ANY_VERSION, _DAY),
    )
    remark = f"taken over from an older release: {len(rows):,} feeds, {taken.rowcount:,} stories"
    db.execute("DROP TABLE feeds")
    db.execute("DROP TABLE seen")
    return remark


def _part_marks(db: sqlite3.Connection) -> None:
    """Move the marks of wire files out of the feeds' rows, where layout 2 has them."""
    rows = db.execute("SELECT feed, memory FROM memories").fetchall()
    for feed, row in rows:
        if b'"marks"' not in row:
            continue
        with suppress(DecodeError):  # then it is unreadable for everyone
            memory = decode(row, FeedMemory)
            feed_marks.write(db, feed, feed_marks.NOTHING, memory.marks)
            bare = encode(replace(memory, marks={}))
            db.execute("UPDATE memories SET memory = ? WHERE feed = ?", (bare, feed))


def _memory(
    url: str,
    etag: str | None,
    last_modified: str | None,
    next_poll: float,
    last_ok: float | None,
    failures: int,
) -> FeedMemory:
    return FeedMemory(
        url=url,
        validators=Validators(etag=etag, last_modified=last_modified),
        next_poll=next_poll,
        last_ok=last_ok,
        failures=failures,
        weight=float(failures),
    )


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _tables(db: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the columns of each table."""
    names = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {
        name: [column for (column,) in db.execute("SELECT name FROM pragma_table_info(?)", (name,))]
        for (name,) in names
    }
