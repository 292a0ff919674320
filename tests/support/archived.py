"""Archives filled without a Kafka, and what stands in them."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import msgspec

from connectors.kafka import Received
from streams.contract.messages import message
from tests.support.samples import NOON
from wirewatch.archive.filling import writing
from wirewatch.archive.layout import FILE
from wirewatch.archive.writing import write

WITHOUT_ORDER = "SELECT event, alert, record FROM events ORDER BY event"
ROWS = (
    "SELECT * FROM stories ORDER BY id",
    "SELECT * FROM alerts ORDER BY id",
    WITHOUT_ORDER,
    "SELECT * FROM members ORDER BY alert, story",
    "SELECT * FROM deliveries ORDER BY id",
    "SELECT * FROM verdicts ORDER BY key",
    "SELECT * FROM feeds ORDER BY feed",
    "SELECT * FROM positions ORDER BY topic, partition",
)
"""All that an archive holds; `events` of several alerts come in any order."""


def archive(data: Path, records: Iterable[msgspec.Struct]) -> None:
    """Write records into an archive, as they come from Kafka."""
    with writing(data) as db:
        for number, record in enumerate(records):
            packed = message(record)
            received = Received(
                topic=packed.topic.name,
                partition=0,
                offset=number,
                key=packed.key,
                value=packed.value,
                headers=packed.headers,
                timestamp=NOON,
            )
            with db:
                db.execute("BEGIN IMMEDIATE")
                assert write(db, received)


def contents(data: Path) -> list[list[tuple[object, ...]]]:
    """Return all rows, and which stories the index has for words that are in many."""
    with closing(sqlite3.connect(data / FILE)) as db:
        rows = [db.execute(query).fetchall() for query in ROWS]
        index = db.execute("SELECT rowid FROM texts WHERE texts MATCH 'drills' ORDER BY rowid")
        return [*rows, index.fetchall()]
