"""Up to where `alerts` has been read, as the outbox's file has it."""

import sqlite3
from collections.abc import Mapping


class Positions:
    """The offsets that are read next in one Kafka log, which has an id of its own.

    A topic that was deleted and made again is another log: its offsets mean other records.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use the tables in an open outbox."""
        self._db = db

    @property
    def log(self) -> str | None:
        """The id of the log that was read, `None` if none was."""
        row = self._db.execute("SELECT id FROM log").fetchone()
        return None if row is None else str(row[0])

    def all(self) -> dict[int, int]:
        """Return the offset that is read next of each partition."""
        return dict(self._db.execute('SELECT partition, "offset" FROM positions'))

    def begin(self, log: str, read: Mapping[int, int]) -> None:
        """Go by these offsets in this log from now on."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            if self.log not in (None, log):
                self._db.execute(
                    'UPDATE deliveries SET partition = NULL, "offset" = NULL'
                    " WHERE state = 'pending'"
                )
            self._db.execute("DELETE FROM positions")
            self._db.execute("DELETE FROM log")
            self._db.execute("INSERT INTO log (id) VALUES (?)", (log,))
            self.put(read)

    def put(self, read: Mapping[int, int]) -> None:
        """Write offsets, as part of what is being written."""
        self._db.executemany(
            'INSERT OR REPLACE INTO positions (partition, "offset") VALUES (?, ?)', read.items()
        )

    def settled(self) -> dict[int, int]:
        """Return the offsets before which nothing is pending any more.

        Who begins there without this file misses nothing.
        """
        rows = self._db.execute(
            'SELECT p.partition, min(p."offset", coalesce((SELECT min(d."offset")'
            " FROM deliveries d WHERE d.state = 'pending' AND d.partition = p.partition),"
            ' p."offset")) FROM positions p'
        )
        return dict(rows)
