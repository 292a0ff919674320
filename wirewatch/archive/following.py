"""The archive as a service: what comes to Kafka is in the file a moment later.

It must never hold up alerts: it stands behind other processes, leaves room on the disk for Kafka,
and whatever is wrong with its file, it waits or begins a new one.
"""

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from connectors.background import in_thread
from connectors.kafka import Consumer, KafkaError
from connectors.kafka.answering import kafka_answers
from connectors.sqlite import may_pass
from connectors.watchdog import Work, watched
from streams.backoff import Backoff, Tries
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import Topic
from streams.model.watch import Watch
from wirewatch.archive.caught_up import NEVER, LogEnds, keep_caught_up, log_ends
from wirewatch.archive.layout import FILE, OtherLayoutError
from wirewatch.archive.log_positions import Places, is_new, places_to_read, positions, put
from wirewatch.archive.retention import NO_LIMITS, Retention, RetentionLimits
from wirewatch.archive.room import free_bytes, too_full
from wirewatch.archive.spike_telling import SpikeSettings, tell_spikes
from wirewatch.archive.writer import ArchiveBusyError, ArchiveWriteError, set_aside, writing

log = structlog.get_logger()

NICE = 10
"""How far it stands behind other processes."""
POLL_SECONDS = 0.5
FETCH_SECONDS = 0.5
LOOK_SECONDS = 15.0
"""How often it looks whether there are records, or partitions, that don't come."""
AGAIN_SECONDS = 1.0
TELL_SECONDS = 60.0
AWAY = Backoff((0.5, 1.0, 2.0, 5.0, 10.0))
ANSWER_SECONDS = 1.0
"""How long Kafka may take to answer at the end: nothing is in hand meanwhile."""
END_SECONDS = 5.0
"""How long the records in hand may take at the end; what isn't written by then comes again."""


ResultT = TypeVar("ResultT")


@dataclass(frozen=True, kw_only=True)
class FollowSettings:
    """Which archive is filled, and from which Kafka."""

    data: Path
    kafka: KafkaAccess
    prefix: str = ""
    limits: RetentionLimits = NO_LIMITS
    free: Callable[[Path], int] = free_bytes
    watches: Callable[[], Sequence[Watch]] = tuple
    """The watches of now: some ask to be told of spikes."""


async def follow(settings: FollowSettings, stop: asyncio.Event) -> None:
    """Fill the archive until `stop` is set, and tell the spikes that are found in it."""
    os.nice(NICE)
    follower = Follower(settings)
    spikes = SpikeSettings(
        data=settings.data, kafka=settings.kafka, prefix=settings.prefix, watches=settings.watches
    )
    telling = asyncio.create_task(tell_spikes(spikes, stop))
    filling = asyncio.create_task(in_thread(follower.run))
    stopping = asyncio.create_task(stop.wait())
    async with watched(follower.work, partial(kafka_answers, settings.kafka)):
        await asyncio.wait({filling, telling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        follower.stop.set()
        stopping.cancel()
        await asyncio.wait({filling, telling}, timeout=ANSWER_SECONDS)
        if follower.is_writing:
            await asyncio.wait({filling}, timeout=END_SECONDS - ANSWER_SECONDS)
    for task in (filling, telling):
        if task.done():
            task.result()
        task.cancel()
    if not filling.done():
        meaning = "nothing is lost: what isn't in the archive yet is read after the next start"
        log.info("reading_cut_short", because="Kafka or the disk does not answer", meaning=meaning)
    log.info("stopped")


class Follower:
    """Fills the archive, in a thread that does nothing else."""

    def __init__(self, settings: FollowSettings) -> None:
        """Nothing is opened yet."""
        self._settings = settings
        self.stop = threading.Event()
        self.is_writing = False
        """Whether records are on the way into the file."""
        self._turns = 0
        self._behind: Hashable = None
        self._told: dict[str, float] = {}
        self._tries = Tries(AWAY)

    def work(self) -> Work:
        """Return what there is to do, for the watchdog."""
        work: dict[str, Hashable] = {"the archive is not filled": self._turns}
        if self._behind is not None:
            work["records wait on Kafka for the archive"] = self._behind
        return work

    def run(self) -> None:
        """Fill it until `stop` is set. Raises `ArchiveWriteError` for what no waiting mends."""
        while not self.stop.is_set():
            try:
                with writing(self._settings.data) as db:
                    self._fill(db)
            except ArchiveBusyError as error:
                self._wait("archive_waits", because=str(error))
            except OtherLayoutError:
                self._begin_anew("it is of another release")
            except ArchiveWriteError as error:
                if error.damaged:
                    self._begin_anew("it is damaged")
                elif error.passing:
                    self._wait("file_not_written", file=FILE, error=str(error.__cause__))
                else:
                    raise
            except KafkaError as error:
                seconds = self._tries.failed()
                log.warning("kafka_away", error=str(error), next_try_in=seconds)
                self._rest(seconds)

    def _begin_anew(self, cause: str) -> None:
        try:
            aside = set_aside(self._settings.data)
        except ArchiveBusyError as error:
            self._wait("archive_waits", because=str(error))
        else:
            log.error("archive_moved_aside", cause=cause, kept_as=str(aside))

    def _fill(self, db: sqlite3.Connection) -> None:
        """Read on and on, until there are other partitions, or the file is another one.

        Raises what `run` takes care of.
        """
        settings = self._settings
        with closing(
            Consumer(
                settings.kafka,
                group=None,
                topics=(),
                prefix=settings.prefix,
                fetch_wait=FETCH_SECONDS,
            )
        ) as consumer:
            if is_new(db):
                self._keep_caught_up(NEVER)
            began = datetime.now(UTC)
            places = places_to_read(db, consumer, settings.kafka, settings.prefix)
            ends: LogEnds | None = log_ends(places, began)
            consumer.go_to_all(_first(places))
            log.info("archiving", file=FILE)
            file = self._file()
            retention = Retention(db, settings.limits)
            looked, over = time.monotonic(), False
            while not self.stop.is_set():
                records = consumer.poll(0.0 if over else POLL_SECONDS)
                self._turns += 1
                self._tries.worked()
                if self._file() != file:
                    # What is written now goes into a file that nobody finds any more.
                    log.error("archive_gone", file=FILE, cause="it was moved or deleted")
                    self._keep_caught_up(NEVER)
                    return
                if records and (unreadable := self._until_written(partial(put, db, records))):
                    log.warning("records_left_out", count=len(unreadable), first=unreadable[0])
                over = bool(self._until_written(partial(retention.step, datetime.now(UTC))))
                written = not self.stop.is_set()  # otherwise these records may not be
                if written and ends is not None and ends.reached(consumer, places):
                    self._keep_caught_up(ends.at)
                    ends = None
                if time.monotonic() - looked >= LOOK_SECONDS:
                    looked, began = time.monotonic(), datetime.now(UTC)
                    there = places_to_read(db, consumer, settings.kafka, settings.prefix)
                    if not _same_partitions(there, places):
                        return
                    self._look(db, there)
                    # While it is behind, it goes by the ends that it has yet to reach.
                    ends = ends or log_ends(there, began)

    def _keep_caught_up(self, at: datetime) -> None:
        try:
            keep_caught_up(self._settings.data, at)
        except OSError as error:
            log.warning("caught_up_not_kept", error=str(error))

    def _file(self) -> tuple[int, int] | None:
        """Return which file is at the archive's place, if there is one."""
        try:
            found = (self._settings.data / FILE).stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _until_written(self, write: Callable[[], ResultT]) -> ResultT | None:
        """Return what `write` does, once there is room for it; `None` if `stop` comes first."""
        while not self.stop.is_set():
            fault = too_full(self._settings.free(self._settings.data))
            if fault is None:
                try:
                    result = self._written(write)
                except sqlite3.Error as error:
                    if not may_pass(error):
                        raise
                    fault = str(error)
                else:
                    if self._told.pop("file_not_written", None) is not None:
                        log.info("file_written_again", file=FILE)
                    return result
            self._behind = None  # waiting is right
            self._wait("file_not_written", file=FILE, error=fault)
        return None

    def _written(self, write: Callable[[], ResultT]) -> ResultT:
        self.is_writing = True
        try:
            return write()
        finally:
            self.is_writing = False

    def _look(self, db: sqlite3.Connection, there: Places) -> None:
        """Notice what is on Kafka and doesn't come, for the watchdog."""
        read = {topic: positions(db, topic.name) for topic in there}
        behind = any(
            last > max(first, read[topic].get(number, 0))
            for topic, parts in there.items()
            for number, (first, last) in parts.items()
        )
        self._behind = str(read) if behind else None

    def _wait(self, event: str, **facts: str) -> None:
        """Wait a moment; say why now and then."""
        self._turns += 1
        now = time.monotonic()
        if now - self._told.get(event, -TELL_SECONDS) >= TELL_SECONDS:
            log.warning(event, waits=True, **facts)
            self._told[event] = now
        self._rest(AGAIN_SECONDS)

    def _rest(self, seconds: float) -> None:
        self._turns += 1
        self.stop.wait(seconds)


def _first(places: Places) -> Mapping[Topic, Mapping[int, int]]:
    return {
        topic: {number: first for number, (first, _) in parts.items()}
        for topic, parts in places.items()
    }


def _same_partitions(one: Places, other: Places) -> bool:
    return {t.name: set(parts) for t, parts in one.items()} == {
        t.name: set(parts) for t, parts in other.items()
    }
