"""The archive, filled from Kafka.

Guarantee: rows and the positions up to which Kafka was read are written together. So whenever this
ends, by a crash too, the next time goes on where the rows end.
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import structlog

from connectors.kafka import Consumer, KafkaError, Received, topic_id
from connectors.sqlite import check, may_pass, move_aside, open_file
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import ALERTS, DELIVERIES, FEED_HEALTH, TAGGED, VERDICTS, Topic
from wirewatch import private_files
from wirewatch.archive.layout import FILE, clear, prepare
from wirewatch.archive.queries import REBUILD
from wirewatch.archive.writing import write
from wirewatch.errors import ProgramError

log = structlog.get_logger()

FILLED_FROM = (TAGGED, ALERTS, DELIVERIES, VERDICTS, FEED_HEALTH)
POLL_SECONDS = 1.0
SILENT_SECONDS = 20.0
"""How long Kafka may send nothing though there is more: as long as a restart of it may take."""

Places = dict[Topic, dict[int, tuple[int, int]]]
"""For each topic its partitions, with the offset to read first and the one after the last."""


class ArchiveBusyError(ProgramError):
    """Another process fills the archive."""


class ArchiveWriteError(ProgramError):
    """The archive's file is damaged or can't be written. The message says which, and the remedy."""


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What a filling read: all records, and those among them that are none of ours."""

    records: int
    unreadable: int


@contextmanager
def writing(data: Path, *, anew: bool = False) -> Iterator[sqlite3.Connection]:
    """Open the archive of a data folder for its one writer, and make it if it isn't there.

    `anew` empties it; a damaged one is then moved aside. Raises `ArchiveBusyError`,
    `OtherLayoutError`, and `ArchiveWriteError` for what SQLite says of the file or the disk.
    """
    os.umask(private_files.UMASK)
    private_files.make_folder(data)
    with _alone(data / f"{FILE}.lock"):
        try:
            with closing(_opened(data / FILE, anew=anew)) as db:
                yield db
        except sqlite3.Error as error:
            passing = "run this again when there is room, or the file can be written"
            remedy = passing if may_pass(error) else REBUILD
            raise ArchiveWriteError(
                f"the archive {data / FILE} can't be written: {error}; {remedy}"
            ) from error


def _opened(path: Path, *, anew: bool) -> sqlite3.Connection:
    try:
        return _prepared(path, anew=anew)
    except sqlite3.DatabaseError as error:
        if not anew or may_pass(error):
            raise
    log.warning("archive_moved_aside", cause="it is damaged", kept_as=str(move_aside(path)))
    return _prepared(path, anew=True)


def _prepared(path: Path, *, anew: bool) -> sqlite3.Connection:
    db = open_file(path, "")
    try:
        # A power cut may undo the last transactions: their positions with them.
        db.execute("PRAGMA synchronous = NORMAL")
        if anew:
            check(db)  # what is damaged may be emptied without a word, and fail later
            clear(db)
        prepare(db)
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveBusyError(
                f"another process fills the archive in {lock.parent}: wait for its end, or stop it"
            ) from None
        yield
    finally:
        os.close(descriptor)


class Filling:
    """What is to be read into an archive: from where it stands to where Kafka ends now."""

    def __init__(self, db: sqlite3.Connection, kafka: KafkaAccess, prefix: str) -> None:
        """Ask Kafka what there is. Raises `KafkaError`."""
        self._db = db
        self._access = kafka
        self._prefix = prefix
        with closing(self._consumer()) as consumer:
            self._places = self._missing(consumer)
        self.total = sum(last - first for _, _, first, last in _each(self._places))
        """How many records there are at most: compaction leaves gaps."""

    def run(self, read: Callable[[int], None], stop: Event) -> Filled:
        """Read until all is there, or `stop` is set; `read` hears of each record.

        Raises `KafkaError`, also when Kafka sends nothing any more though it has more.
        """
        records = unreadable = 0
        with closing(self._consumer()) as consumer:
            wanted = {
                topic: {number: first for number, (first, _) in parts.items()}
                for topic, parts in self._places.items()
            }
            consumer.go_to_all(wanted)
            silent = 0.0
            while not stop.is_set() and not self._is_done(consumer):
                came = consumer.poll(POLL_SECONDS)
                silent = 0.0 if came else silent + POLL_SECONDS
                if silent >= SILENT_SECONDS:
                    raise KafkaError(f"Kafka at {self._access} sent nothing for {silent:.0f} s")
                unreadable += self._put(came)
                records += len(came)
                for _ in came:
                    read(1)
        return Filled(records=records, unreadable=unreadable)

    def _consumer(self) -> Consumer:
        return Consumer(self._access, group=None, topics=(), prefix=self._prefix)

    def _missing(self, consumer: Consumer) -> Places:
        """Return what the archive hasn't; note which logs its positions are of."""
        found: Places = {}
        for topic in FILLED_FROM:
            places = consumer.places(topic, None)
            if not places:
                continue
            known = self._positions(topic, topic_id(self._access, topic, prefix=self._prefix))
            missing = {
                # Kafka may have deleted what comes next, or have lost what was read already.
                number: (min(max(known.get(number, first), first), last), last)
                for number, (first, last) in places.items()
            }
            parts = {number: place for number, place in missing.items() if place[0] < place[1]}
            if parts:
                found[topic] = parts
        return found

    def _positions(self, topic: Topic, log: str) -> dict[int, int]:
        """Return the positions in a log; none, and none any more, if they are of another."""
        row = self._db.execute("SELECT id FROM logs WHERE topic = ?", (topic.name,)).fetchone()
        if row is None or row[0] != log:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                self._db.execute("DELETE FROM positions WHERE topic = ?", (topic.name,))
                self._db.execute("INSERT OR REPLACE INTO logs VALUES (?, ?)", (topic.name, log))
        return dict(
            self._db.execute(
                'SELECT partition, "offset" FROM positions WHERE topic = ?', (topic.name,)
            )
        )

    def _is_done(self, consumer: Consumer) -> bool:
        # Past gaps too: after the last record there may be none that was kept.
        return all(
            consumer.position(topic, number) >= last
            for topic, number, _, last in _each(self._places)
        )

    def _put(self, records: list[Received]) -> int:
        """Write records with their positions, all or none; return how many aren't ours."""
        if not records:
            return 0
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            unreadable = sum(not write(self._db, record) for record in records)
            places = {(one.topic, one.partition): one.offset + 1 for one in records}
            self._db.executemany(
                "INSERT OR REPLACE INTO positions VALUES (?, ?, ?)",
                [(*place, offset) for place, offset in places.items()],
            )
        return unreadable


def _each(places: Places) -> Iterator[tuple[Topic, int, int, int]]:
    for topic, parts in places.items():
        for number, (first, last) in parts.items():
            yield topic, number, first, last
