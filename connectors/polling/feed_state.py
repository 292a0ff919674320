"""What poll remembers of each feed and its stories, in one SQLite file.

`reserve` is called before new stories are sent: should a crash hide whether they were, they go
again under the same ids, though the feed may give them other guids by then. `save` is called only
after Kafka has every story of the polls: a state saved earlier would turn a crash into a lost
story, since the next poll is answered with "not modified".
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import structlog
from msgspec.structs import replace

from connectors.errors import ConnectorError
from connectors.polling.feed_layout import open_state
from connectors.polling.feed_marks import FeedMarks
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.identity import UNSENT, KnownEntries, KnownStory
from connectors.sqlite import is_damaged, reading
from connectors.websub.protocol import Subscription
from streams.contract.codec import DecodeError, RecordT, decode, encode
from streams.model.feed_health import FeedHealth

log = structlog.get_logger()

KEEP_SECONDS = 90 * 24 * 3600.0
"""How long a story is remembered after it left its feed: some come back."""
DAY = 24 * 3600.0
AT_ONCE = 500
"""Values in one query."""

_SAVE_STORY = """
INSERT INTO stories (feed, story, version, title, place, last_there) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (feed, story) DO UPDATE SET
    version = excluded.version, title = excluded.title, place = excluded.place,
    last_there = excluded.last_there
WHERE version != excluded.version OR last_there < excluded.last_there - ?
"""
_RESERVE_STORY = """
INSERT INTO stories (feed, story, version, title, place, last_there) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (feed, story) DO NOTHING
"""
_SAVE_ALIAS = """
INSERT INTO aliases (feed, alias, number)
    SELECT feed, ?, number FROM stories WHERE feed = ? AND story = ?
ON CONFLICT (feed, alias) DO UPDATE SET number = excluded.number WHERE number != excluded.number
"""
KeyT = TypeVar("KeyT", int, str)
_FIND = "SELECT {key}, story, version, title, place FROM stories"


class StateError(ConnectorError):
    """The file can't be read or written. What was to be saved is polled again."""


class DamagedStateError(StateError):
    """The file itself is broken. When it is opened next, it is moved aside and made anew."""


@dataclass(frozen=True, kw_only=True)
class SeenStory:
    """A story that a feed showed, and the aliases it went by."""

    story: KnownStory
    aliases: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Polled:
    """What is to be remembered of one poll."""

    memory: FeedMemory
    health: FeedHealth
    now: float
    seen: tuple[SeenStory, ...] = ()

    @property
    def feed(self) -> str:
        """The feed's id."""
        return self.health.feed


class FeedStore:
    """The memory of all feeds. For one thread. Its methods raise `StateError`.

    `remark` is what is to be said of the file: that it came from another release.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, and make it if it isn't there."""
        self._path = path
        with self._faults("opened"):
            self._db, self.remark = open_state(path)
            self._marks = FeedMarks(self._db)

    def memories(self) -> dict[str, FeedMemory]:
        """Return what is known of every feed, by its id; nothing of one that is unreadable."""
        with self._faults("read"):
            rows = self._db.execute("SELECT feed, memory FROM memories").fetchall()
        return {
            feed: replace(known, marks=self._marks.of(feed))
            for feed, row in rows
            if (known := _decoded(row, FeedMemory)) is not None
        }

    def health(self) -> list[FeedHealth]:
        """Return how each feed was doing after its last poll, by the feed's id."""
        with self._faults("read"):
            rows = self._db.execute("SELECT health FROM memories ORDER BY feed").fetchall()
        told = (_decoded(row, FeedHealth) for (row,) in rows if row)
        return [health for health in told if health is not None]

    def health_of(self, feed: str) -> FeedHealth | None:
        """Return how a feed was doing when that was last told, `None` if it never was."""
        with self._faults("read"):
            row = self._db.execute("SELECT health FROM memories WHERE feed = ?", (feed,)).fetchone()
        return _decoded(row[0], FeedHealth) if row and row[0] else None

    def save_health(self, told: Iterable[FeedHealth]) -> None:
        """Remember what was told of feeds that were not polled. All or nothing."""
        rows = [(encode(health), health.feed) for health in told]
        with self._faults("written"), self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("UPDATE memories SET health = ? WHERE feed = ?", rows)

    def known(self, feed: str, aliases: Iterable[int], ids: Iterable[str]) -> KnownEntries:
        """Return the stories of a feed that go by some of the aliases, or have one of the ids."""
        join = "JOIN aliases USING (feed, number) WHERE feed = ? AND alias IN"
        with self._faults("read"):
            by_alias = dict(self._find(feed, f"{_FIND.format(key='alias')} {join}", aliases))
            by_id = dict(
                self._find(feed, f"{_FIND.format(key='story')} WHERE feed = ? AND story IN", ids)
            )
        return KnownEntries(by_alias=by_alias, by_id=by_id)

    def reserve(self, polls: Sequence[Polled]) -> None:
        """Remember under which ids the new ones of what polls saw are about to go out."""
        with self._faults("written"), self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for poll in polls:
                rows = [(poll.feed, *_row(one.story, UNSENT), poll.now) for one in poll.seen]
                self._db.executemany(_RESERVE_STORY, rows)
                self._save_aliases(poll)

    def save(self, polls: Sequence[Polled]) -> None:
        """Remember polls: the feeds, and all stories that were there. All or nothing."""
        with self._faults("written"), self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for poll in polls:
                self._save(poll)
        for poll in polls:
            self._marks.written(poll.feed, poll.memory.marks)

    def forget_feeds(self, listed: Collection[str], before: float) -> list[str]:
        """Forget the feeds that aren't listed and were last polled before a time; give them.

        One feed at a time: it may hold a hundred thousand stories.
        """
        forgotten = []
        for feed, last in self._last_polled().items():
            if feed not in listed and last < before:
                with self._faults("written"), self._db:
                    self._db.execute("BEGIN IMMEDIATE")
                    for table in ("aliases", "stories", "marks", "memories"):
                        self._db.execute(f"DELETE FROM {table} WHERE feed = ?", (feed,))
                self._marks.written(feed, {})
                forgotten.append(feed)
        return forgotten

    def _last_polled(self) -> dict[str, float]:
        """Return when each feed was last polled; long ago where nothing says."""
        health = {told.feed: told.polled.timestamp() for told in self.health()}
        return {
            feed: health.get(feed, memory.last_ok or 0.0)
            for feed, memory in self.memories().items()
        }

    def subscriptions(self) -> list[Subscription]:
        """Return the feeds' subscriptions at hubs."""
        with self._faults("read"):
            rows = self._db.execute("SELECT subscription FROM subscriptions").fetchall()
        told = (_decoded(row, Subscription) for (row,) in rows)
        return [subscription for subscription in told if subscription is not None]

    def save_subscription(self, subscription: Subscription) -> None:
        """Remember a feed's subscription."""
        with self._faults("written"):
            self._db.execute(
                "INSERT OR REPLACE INTO subscriptions (feed, subscription) VALUES (?, ?)",
                (subscription.feed, encode(subscription)),
            )

    def forget_subscription(self, feed: str) -> None:
        """Forget a feed's subscription."""
        with self._faults("written"):
            self._db.execute("DELETE FROM subscriptions WHERE feed = ?", (feed,))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _save(self, poll: Polled) -> None:
        if poll.seen:  # a feed that was not modified still shows what it showed
            self._save_stories(poll)
            if poll.memory.tidied == poll.now:
                self._forget(poll.feed, poll.now - KEEP_SECONDS)
        self._marks.write(poll.feed, poll.memory.marks)
        memory = encode(replace(poll.memory, marks={}))
        self._db.execute(
            "INSERT OR REPLACE INTO memories (feed, memory, health) VALUES (?, ?, ?)",
            (poll.feed, memory, encode(poll.health)),
        )

    def _save_stories(self, poll: Polled) -> None:
        stories = [
            (poll.feed, *_row(seen.story, seen.story.version), poll.now, DAY) for seen in poll.seen
        ]
        self._db.executemany(_SAVE_STORY, stories)
        self._save_aliases(poll)

    def _save_aliases(self, poll: Polled) -> None:
        aliases = [
            (alias, poll.feed, seen.story.id) for seen in poll.seen for alias in seen.aliases
        ]
        self._db.executemany(_SAVE_ALIAS, aliases)

    def _forget(self, feed: str, before: float) -> None:
        self._db.execute("DELETE FROM stories WHERE feed = ? AND last_there < ?", (feed, before))
        self._db.execute(
            "DELETE FROM aliases WHERE feed = ?"
            " AND NOT EXISTS (SELECT 1 FROM stories WHERE stories.number = aliases.number)",
            (feed,),
        )

    def _find(
        self, feed: str, query: str, keys: Iterable[KeyT]
    ) -> Iterator[tuple[KeyT, KnownStory]]:
        asked = list(keys)
        for start in range(0, len(asked), AT_ONCE):
            some: list[KeyT] = asked[start : start + AT_ONCE]
            marks = ",".join("?" * len(some))
            for row in self._db.execute(f"{query} ({marks})", (feed, *some)):
                yield row[0], KnownStory(*row[1:])

    @contextmanager
    def _faults(self, what: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            kind = DamagedStateError if is_damaged(error) else StateError
            raise kind(f"{self._path} can't be {what}: {error}") from error


def health_in(path: Path) -> list[FeedHealth]:
    """Return how each feed was doing, read beside the poll that runs; nothing without a file.

    Raises `StateError`.
    """
    if not path.is_file():
        return []
    try:
        with reading(path) as db:
            rows = db.execute("SELECT health FROM memories ORDER BY feed").fetchall()
    except sqlite3.Error as error:
        raise StateError(f"{path} can't be read: {error}") from error
    told = (_decoded(row, FeedHealth) for (row,) in rows if row)
    return [health for health in told if health is not None]


def _decoded(row: bytes, kind: type[RecordT]) -> RecordT | None:
    """Read a row; one that nothing can be made of counts as not there, and is made anew."""
    try:
        return decode(row, kind)
    except DecodeError as error:
        log.warning("feed_state_row_unreadable", error=str(error))
        return None


def _row(story: KnownStory, version: str) -> tuple[str, str, str, str]:
    return (story.id, version, story.title, story.place)
