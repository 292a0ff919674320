"""The stories whose pages are still to be fetched, in one SQLite file: it survives restarts.

A story is in it once. A newer version of it takes its place, and what comes of the older
one's page is of no account any more.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from connectors.http.origin import host_of
from connectors.sqlite import move_aside, open_checked, opened_or_anew
from streams.contract.codec import DecodeError, decode, encode
from streams.model.story import Story

log = structlog.get_logger()

KEEP_SECONDS = 30 * 24 * 3600.0
"""How long it is remembered what came of a page: a crash of poll sends stories again."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
    story TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    host TEXT NOT NULL,
    record BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
    attempts INTEGER NOT NULL,
    next_try REAL NOT NULL,
    changed REAL NOT NULL,
    reason TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS due ON pages (state, next_try);
CREATE INDEX IF NOT EXISTS ended ON pages (state, changed);
"""
_ADD = """
INSERT INTO pages (story, version, host, record, state, attempts, next_try, changed)
VALUES (?, ?, ?, ?, 'pending', 0, ?, ?)
ON CONFLICT (story) DO UPDATE SET
    version = excluded.version, host = excluded.host, record = excluded.record,
    state = 'pending', attempts = 0, next_try = excluded.next_try, changed = excluded.changed,
    reason = NULL
WHERE version != excluded.version
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A story whose page is wanted, as its feed gave it.

    `attempts` have been made; `reason` says why the last one brought nothing.
    """

    story: Story
    host: str
    attempts: int
    reason: str | None = None


def _tell_aside(path: Path, aside: Path) -> None:
    cause = f"{path.name} is damaged: a new one is begun, and the pages in it are not fetched"
    log.warning("full_text_forgotten", cause=cause, kept_as=str(aside))


class Queue:
    """The wanted pages in one file. Times are seconds since the epoch. For one thread.

    Its methods raise `sqlite3.Error`.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, and make it if it isn't there, or is damaged."""
        self._path = path
        self._db, aside = opened_or_anew(path, partial(open_checked, path, _SCHEMA))
        if aside is not None:
            _tell_aside(path, aside)

    def begin_anew(self) -> None:
        """Begin a new file: this one was found damaged."""
        self._db.close()
        _tell_aside(self._path, move_aside(self._path))
        self._db = open_checked(self._path, _SCHEMA)

    def add(self, stories: Iterable[Story], now: float) -> None:
        """Add stories, all or none; those that are there in the same version stay as they are.

        What came to its end so long ago that no repeat can come is forgotten.
        """
        rows = [
            (story.id, story.version, host_of(story.url or ""), encode(story), now, now)
            for story in stories
        ]
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(_ADD, rows)
            self._db.execute(
                "DELETE FROM pages WHERE state IN ('done', 'failed') AND changed < ?",
                (now - KEEP_SECONDS,),
            )

    def drop(self, story: str) -> None:
        """Want a story's page no more: it was withdrawn."""
        self._db.execute("DELETE FROM pages WHERE story = ?", (story,))

    def due(self, now: float, *, busy: Collection[str], limit: int) -> list[Wanted]:
        """Return what is to be fetched now, oldest first, one of each host that isn't busy.

        A page that was last written to in what is the future now is due: the clock was set back.
        """
        rows = self._db.execute(
            "SELECT story, record, host, attempts, reason, min(next_try) FROM pages"
            " WHERE state = 'pending' AND (next_try <= ? OR changed > ?)"
            " AND host NOT IN (SELECT value FROM json_each(?))"
            " GROUP BY host ORDER BY min(next_try) LIMIT ?",
            (now, now, json.dumps(list(busy)), limit),
        ).fetchall()
        found = []
        for name, record, host, tried, reason, _ in rows:
            try:
                found.append(Wanted(decode(record, Story), host, tried, reason))
            except DecodeError as error:  # one bad row must not stop the others
                log.warning("full_text_row_unreadable", story=name, error=str(error))
                self.drop(name)
        return found

    def next_due(self, *, busy: Collection[str]) -> float | None:
        """Return the time of the next fetch, if there is any of a host that isn't busy."""
        row = self._db.execute(
            "SELECT min(next_try) FROM pages WHERE state = 'pending'"
            " AND host NOT IN (SELECT value FROM json_each(?))",
            (json.dumps(list(busy)),),
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def is_wanted(self, story: Story) -> bool:
        """Say whether this very version is still wanted."""
        row = self._db.execute(
            "SELECT 1 FROM pages WHERE story = ? AND version = ? AND state = 'pending'",
            (story.id, story.version),
        ).fetchone()
        return row is not None

    def done(self, wanted: Wanted, now: float) -> None:
        """Note that the full text was sent."""
        self._change(wanted, "done", now, next_try=now)

    def retry(self, wanted: Wanted, now: float, *, at: float, reason: str) -> None:
        """Note that the page didn't come, and when to try again."""
        self._change(wanted, "pending", now, next_try=at, reason=reason)

    def fail(self, wanted: Wanted, now: float, *, reason: str) -> None:
        """Note that there won't be a full text, and why."""
        self._change(wanted, "failed", now, next_try=now, reason=reason)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _change(
        self, wanted: Wanted, state: str, now: float, *, next_try: float, reason: str | None = None
    ) -> None:
        # Only pending pages need their story: the others are there to know a repeat.
        record = b"" if state != "pending" else encode(wanted.story)
        self._db.execute(
            "UPDATE pages SET state = ?, attempts = ?, next_try = ?, changed = ?, reason = ?,"
            " record = ? WHERE story = ? AND version = ?",
            (
                state,
                wanted.attempts + 1,
                next_try,
                now,
                reason,
                record,
                wanted.story.id,
                wanted.story.version,
            ),
        )
