"""What the archive lets go of: the oldest, by age and by the size of its file, in small steps.

What an open alert rests on stays. A step is a transaction of its own, so that whoever writes or
reads meanwhile waits for no more than that.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from streams.model.tags import TaggedStory
from wirewatch.archive.counting import Counted, Step
from wirewatch.archive.packed import LAST_ID, first_id, milliseconds, unpack
from wirewatch.archive.standing import OPEN
from wirewatch.archive.writing import unindex
from wirewatch.config.settings import Settings

STORIES_A_STEP = 200
ALERTS_A_STEP = 50
SHARE = 0.05
"""Of the stories, that go before the index is merged. What is deleted from it takes room until
then, so that without that far too many would go for the file's size."""
FULL = 0.85
"""Of the room that there is, from where on the oldest go: what is deleted needs some at first."""
GB = 10**9
MERGED_PAGES = 500
FREED_PAGES = 2_000
_OF_ALERT = ("events", "members", "related", "deliveries", "alerts")


@dataclass(frozen=True, kw_only=True)
class RetentionLimits:
    """How long stories and alerts are kept, and how much room they may take; `None` for no end."""

    age: timedelta | None = None
    size: int | None = None
    """Bytes."""


NO_LIMITS = RetentionLimits()


def limits_of(settings: Settings) -> RetentionLimits:
    """Return the limits that a configuration sets."""
    return RetentionLimits(
        age=timedelta(days=settings.archive_days) if settings.archive_days else None,
        size=int(settings.archive_gb * GB) if settings.archive_gb else None,
    )


class Retention:
    """Keeps an archive within its limits. For the connection of its one writer."""

    def __init__(self, db: sqlite3.Connection, limits: RetentionLimits) -> None:
        """Look at nothing yet."""
        self._db = db
        self._limits = limits
        self._merging = False
        self._deleted = 0

    def step(self, now: datetime) -> bool:
        """Do a little of what there is to do; say whether there was anything."""
        if self._merging:
            self._merging = self._merge(MERGED_PAGES)
            return True
        if self._deleted and self._deleted >= SHARE * self._stories():
            self._deleted = 0
            self._merging = self._merge(-MERGED_PAGES)  # a negative one begins with all parts
            return True
        return self._too_old(now) or self._too_large()

    def _stories(self) -> int:
        """Return how many there are, without looking at each."""
        query = "SELECT total(stories) FROM counts WHERE kind = ? AND step = ?"
        return int(self._db.execute(query, (Counted.ALL, Step.DAY)).fetchone()[0])

    def _merge(self, pages: int) -> bool:
        """Merge parts of the index; say whether there is more to merge."""
        before = self._db.total_changes
        with self._db:
            self._db.execute("INSERT INTO texts (texts, rank) VALUES ('merge', ?)", (pages,))
        return self._db.total_changes - before > 1

    def _too_old(self, now: datetime) -> bool:
        if self._limits.age is None:
            return False
        before = now - self._limits.age
        return self._delete_alerts(before) or self._delete_stories(first_id(before))

    def _too_large(self) -> bool:
        if self._limits.size is None:
            return False
        if used_bytes(self._db) > FULL * self._limits.size:
            return self._delete_stories(LAST_ID)
        pages, size = _count(self._db, "page_count"), _count(self._db, "page_size")
        if pages * size > self._limits.size and _count(self._db, "freelist_count"):
            # It frees a page with each row that is asked for.
            self._db.execute(f"PRAGMA incremental_vacuum({FREED_PAGES})").fetchall()
            return _count(self._db, "page_count") < pages
        return False

    def _delete_stories(self, below: int) -> bool:
        """Delete the oldest stories with ids below one, that no open alert rests on."""
        found = self._db.execute(
            "SELECT f.id, f.story FROM facts f WHERE f.id < ? AND NOT EXISTS"
            " (SELECT 1 FROM members m JOIN alerts a ON a.alert = m.alert"
            " WHERE m.story = f.story AND a.state = ?) ORDER BY f.id LIMIT ?",
            (below, OPEN, STORIES_A_STEP),
        ).fetchall()
        if not found:
            return False
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for number, story in found:
                self._delete_story(number, story)
        self._deleted += len(found)
        return True

    def _delete_story(self, number: int, story: str) -> None:
        """Delete all versions of a story."""
        row = self._db.execute("SELECT record FROM stories WHERE id = ?", (number,)).fetchone()
        unindex(self._db, number, unpack(row[0], TaggedStory))
        self._db.execute("DELETE FROM stories WHERE story = ?", (story,))

    def _delete_alerts(self, before: datetime) -> bool:
        """Delete alerts that ended, and to which nothing has happened since a time."""
        found = self._db.execute(
            "SELECT alert FROM alerts WHERE id < ? AND changed < ? AND state != ?"
            " ORDER BY id LIMIT ?",
            (first_id(before), milliseconds(before), OPEN, ALERTS_A_STEP),
        ).fetchall()
        if not found:
            return False
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for table in _OF_ALERT:
                self._db.executemany(f"DELETE FROM {table} WHERE alert = ?", found)
        return True


def is_full(db: sqlite3.Connection, size: int) -> bool:
    """Say whether the oldest stories go for want of room, where a file may be so large."""
    return used_bytes(db) > (FULL - SHARE) * size


def used_bytes(db: sqlite3.Connection) -> int:
    """Return the size of the file without the pages in it that are free."""
    pages = _count(db, "page_count") - _count(db, "freelist_count")
    return pages * _count(db, "page_size")


def _count(db: sqlite3.Connection, pragma: str) -> int:
    return int(db.execute(f"PRAGMA {pragma}").fetchone()[0])
