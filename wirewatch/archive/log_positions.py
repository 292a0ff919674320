"""Up to where the archive has read Kafka's logs: kept in it, beside the rows.

Guarantee: rows and the positions up to which Kafka was read are written together. So whenever a
writer ends, by a crash too, the next one goes on where the rows end.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from connectors.kafka import Consumer, Received, topic_id
from streams.contract.codec import DecodeError
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import ALERTS, DELIVERIES, FEED_HEALTH, TAGGED, VERDICTS, Topic
from wirewatch.archive.writing import write

FILLED_FROM = (TAGGED, ALERTS, DELIVERIES, VERDICTS, FEED_HEALTH)

Places = dict[Topic, dict[int, tuple[int, int]]]
"""For each topic its partitions, with the offset to read first and the one after the last."""


def places_to_read(
    db: sqlite3.Connection, consumer: Consumer, kafka: KafkaAccess, prefix: str
) -> Places:
    """Return where to read on, and where Kafka ends now; note which logs the positions are of.

    Raises `KafkaError`.
    """
    found: Places = {}
    for topic in FILLED_FROM:
        places = consumer.places(topic, None)
        if not places:
            continue
        known = _positions(db, topic, topic_id(kafka, topic, prefix=prefix))
        found[topic] = {
            # Kafka may have deleted what comes next, or have lost what was read already.
            number: (min(max(known.get(number, first), first), last), last)
            for number, (first, last) in places.items()
        }
    return found


def is_new(db: sqlite3.Connection) -> bool:
    """Say whether nothing was read into it so far."""
    return db.execute("SELECT 1 FROM positions LIMIT 1").fetchone() is None


def put(db: sqlite3.Connection, records: Sequence[Received]) -> list[str]:
    """Write records with their positions, all or none; return which can't be read, and why."""
    if not records:
        return []
    unreadable: list[str] = []
    with db:
        db.execute("BEGIN IMMEDIATE")
        for record in records:
            try:
                write(db, record)
            except DecodeError as error:
                place = f"{record.topic}/{record.partition}/{record.offset}"
                unreadable.append(f"{place}: {error}")
        places = {(one.topic, one.partition): one.offset + 1 for one in records}
        db.executemany(
            "INSERT OR REPLACE INTO positions VALUES (?, ?, ?)",
            [(*place, offset) for place, offset in places.items()],
        )
    return unreadable


def positions(db: sqlite3.Connection, topic: str) -> Mapping[int, int]:
    """Return for each partition of a topic the offset that is read next."""
    return dict(
        db.execute('SELECT partition, "offset" FROM positions WHERE topic = ?', (topic,)).fetchall()
    )


def each(places: Places) -> Iterator[tuple[Topic, int, int, int]]:
    """Return each partition with its two offsets."""
    for topic, parts in places.items():
        for number, (first, last) in parts.items():
            yield topic, number, first, last


def _positions(db: sqlite3.Connection, topic: Topic, log: str) -> Mapping[int, int]:
    """Return the positions in a log; none, and none any more, if they are of another."""
    row = db.execute("SELECT id FROM logs WHERE topic = ?", (topic.name,)).fetchone()
    if row is None or row[0] != log:
        with db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("DELETE FROM positions WHERE topic = ?", (topic.name,))
            db.execute("INSERT OR REPLACE INTO logs VALUES (?, ?)", (topic.name, log))
    return positions(db, topic.name)
