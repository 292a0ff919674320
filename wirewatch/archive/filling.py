"""The archive, filled from Kafka up to what there is now."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from threading import Event

from connectors.kafka import Consumer, KafkaError
from streams.contract.kafka_access import KafkaAccess
from wirewatch.archive.log_positions import Places, each, places_to_read, put

POLL_SECONDS = 1.0
SILENT_SECONDS = 20.0
"""How long Kafka may send nothing though there is more: as long as a restart of it may take."""


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What a filling read: all records, and those among them that are none of ours."""

    records: int
    unreadable: int


class Filling:
    """What is to be read into an archive: from where it stands to where Kafka ends now."""

    def __init__(self, db: sqlite3.Connection, kafka: KafkaAccess, prefix: str) -> None:
        """Ask Kafka what there is. Raises `KafkaError`."""
        self._db = db
        self._access = kafka
        self._prefix = prefix
        with closing(self._consumer()) as consumer:
            self._places = _missing(places_to_read(db, consumer, kafka, prefix))
        self.total = sum(last - first for _, _, first, last in each(self._places))
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
                unreadable += len(put(self._db, came))
                records += len(came)
                for _ in came:
                    read(1)
        return Filled(records=records, unreadable=unreadable)

    def _consumer(self) -> Consumer:
        return Consumer(self._access, group=None, topics=(), prefix=self._prefix)

    def _is_done(self, consumer: Consumer) -> bool:
        # Past gaps too: after the last record there may be none that was kept.
        return all(
            consumer.position(topic, number) >= last
            for topic, number, _, last in each(self._places)
        )


def _missing(places: Places) -> Places:
    """Return the partitions that have what the archive hasn't."""
    found = {
        topic: {number: place for number, place in parts.items() if place[0] < place[1]}
        for topic, parts in places.items()
    }
    return {topic: parts for topic, parts in found.items() if parts}
