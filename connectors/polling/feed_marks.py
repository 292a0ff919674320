"""What poll knows of each file of a wire folder, a row a file: a poll writes only what changed."""

import sqlite3
from collections.abc import Mapping

Marks = Mapping[str, str]
"""What was known of each file, by its address."""
NOTHING: Marks = {}

TABLE = """
    CREATE TABLE IF NOT EXISTS marks (
        feed TEXT NOT NULL,
        file TEXT NOT NULL,
        mark TEXT NOT NULL,
        PRIMARY KEY (feed, file)
    ) WITHOUT ROWID
"""


class FeedMarks:
    """The marks of all feeds' files, as they stand in the file. Raises `sqlite3.Error`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Read them all."""
        self._db = db
        self._kept: dict[str, Marks] = {}
        found: dict[str, dict[str, str]] = {}
        for feed, file, mark in db.execute("SELECT feed, file, mark FROM marks"):
            found.setdefault(feed, {})[file] = mark
        self._kept.update(found)

    def of(self, feed: str) -> Marks:
        """Return the marks of a feed's files."""
        return self._kept.get(feed, NOTHING)

    def write(self, feed: str, marks: Marks) -> None:
        """Write what differs from what stands there, within the caller's transaction."""
        before = self.of(feed)
        if marks is before:
            return
        write(self._db, feed, before, marks)

    def written(self, feed: str, marks: Marks) -> None:
        """Hear that the transaction with these marks was committed."""
        if marks:
            self._kept[feed] = marks
        else:
            self._kept.pop(feed, None)


def write(db: sqlite3.Connection, feed: str, before: Marks, after: Marks) -> None:
    """Write the difference between two sets of marks."""
    gone = [(feed, file) for file in before.keys() - after.keys()]
    changed = [(feed, file, mark) for file, mark in after.items() if before.get(file) != mark]
    db.executemany("DELETE FROM marks WHERE feed = ? AND file = ?", gone)
    db.executemany("INSERT OR REPLACE INTO marks (feed, file, mark) VALUES (?, ?, ?)", changed)
