"""What poll remembers of each feed, in one SQLite file.

`save` is called only after Kafka has every story of the poll: a state saved earlier would turn
a crash into a lost story, since the next poll is answered with "not modified".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from connectors.sources.fetch import Validators
from connectors.sqlite import open_file
from streams.story import Story

KEEP_SECONDS = 90 * 24 * 3600.0
"""How long a story is remembered after it left its feed: some come back."""

NO_VALIDATORS = Validators()

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feeds (
    feed TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    next_poll REAL NOT NULL,
    last_ok REAL,
    failures INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (
    feed TEXT NOT NULL,
    story TEXT NOT NULL,
    version TEXT NOT NULL,
    last_there REAL NOT NULL,
    PRIMARY KEY (feed, story)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """A feed as it was after its last poll. Times are seconds since the epoch."""

    url: str
    validators: Validators = NO_VALIDATORS
    next_poll: float = 0.0
    last_ok: float | None = None
    """When it was last read; `None` before the first time."""
    failures: int = 0
    """Failed polls in a row."""


class FeedState:
    """The memory of all feeds. For one thread."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make it if it isn't there."""
        self._db = open_file(path, _SCHEMA)

    def memory(self, feed: str, url: str) -> Memory:
        """Give what is known of a feed. A new address starts without validators."""
        row = self._db.execute(
            "SELECT url, etag, last_modified, next_poll, last_ok, failures FROM feeds"
            " WHERE feed = ?",
            (feed,),
        ).fetchone()
        if row is None:
            return Memory(url=url)
        known_url, etag, last_modified, next_poll, last_ok, failures = row
        if known_url != url:
            return Memory(url=url, last_ok=last_ok)
        return Memory(
            url=url,
            validators=Validators(etag=etag, last_modified=last_modified),
            next_poll=next_poll,
            last_ok=last_ok,
            failures=failures,
        )

    def news(self, stories: Iterable[Story]) -> list[Story]:
        """Give the stories that are new, or of a version not seen."""
        return [story for story in stories if self._version(story) != story.version]

    def save(self, feed: str, memory: Memory, stories: Iterable[Story], now: float) -> None:
        """Remember a poll: the feed, and all stories that were there. All or nothing."""
        rows = [(feed, story.id, story.version, now) for story in stories]
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "INSERT OR REPLACE INTO feeds"
                " (feed, url, etag, last_modified, next_poll, last_ok, failures)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    feed,
                    memory.url,
                    memory.validators.etag,
                    memory.validators.last_modified,
                    memory.next_poll,
                    memory.last_ok,
                    memory.failures,
                ),
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO seen (feed, story, version, last_there)"
                " VALUES (?, ?, ?, ?)",
                rows,
            )
            if rows:  # a feed that was not modified still shows what it showed
                old = now - KEEP_SECONDS
                self._db.execute("DELETE FROM seen WHERE feed = ? AND last_there < ?", (feed, old))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _version(self, story: Story) -> str | None:
        row = self._db.execute(
            "SELECT version FROM seen WHERE feed = ? AND story = ?", (story.feed, story.id)
        ).fetchone()
        return None if row is None else str(row[0])
