"""The stories of a time, in the order in which they came."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from streams.model.tags import TaggedStory
from wirewatch.archive.packed import first_id, unpack

AT_ONCE = 200
"""Stories that are read by one query: none holds up who writes the archive."""


def past_stories(db: sqlite3.Connection, since: datetime, until: datetime) -> Iterator[TaggedStory]:
    """Return every version of every story that came from a time on, before another."""
    last, end = first_id(since) - 1, first_id(until)
    while True:
        rows = db.execute(
            "SELECT id, record FROM stories WHERE id > ? AND id < ? ORDER BY id LIMIT ?",
            (last, end, AT_ONCE),
        ).fetchall()
        if not rows:
            return
        for number, record in rows:
            last = number
            yield unpack(record, TaggedStory)
