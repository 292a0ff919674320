"""Archives, filled without a Kafka or from one, and what stands in them."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import msgspec

from connectors.kafka import ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from tests.streams.worker.test_work import put
from tests.support.commands import ended_here
from tests.support.received import received
from wirewatch.archive.layout import FILE
from wirewatch.archive.writer import writing
from wirewatch.archive.writing import write

WITHOUT_ORDER = "SELECT event, alert, record FROM events ORDER BY event"
ROWS = (
    "SELECT * FROM stories ORDER BY id",
    "SELECT * FROM facts ORDER BY id",
    "SELECT * FROM counts ORDER BY kind, step, at, name",
    "SELECT * FROM alerts ORDER BY id",
    WITHOUT_ORDER,
    "SELECT * FROM related ORDER BY alert, other",
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
            with db:
                db.execute("BEGIN IMMEDIATE")
                write(db, received(record, number))


def contents(data: Path) -> list[list[tuple[object, ...]]]:
    """Return all rows, and which stories the index has for words that are in many."""
    with closing(sqlite3.connect(data / FILE)) as db:
        rows = [db.execute(query).fetchall() for query in ROWS]
        index = db.execute("SELECT rowid FROM texts WHERE texts MATCH 'drills' ORDER BY rowid")
        return [*rows, index.fetchall()]


class Site:
    """A data folder, and the Kafka that its archive is filled from."""

    def __init__(self, kafka: KafkaAccess, prefix: str, data: Path) -> None:
        ensure_topics(kafka, prefix=prefix)
        self.kafka, self.prefix, self.data = kafka, prefix, data

    @property
    def words(self) -> tuple[str, ...]:
        return ("--kafka", self.kafka.address, "--data", str(self.data))

    def put(self, *records: msgspec.Struct) -> None:
        put(self.kafka, self.prefix, *(message(record) for record in records))

    def run(self, *words: str) -> CompletedProcess[bytes]:
        return ended_here(*words, given={"WIREWATCH_KAFKA_PREFIX": self.prefix})

    def archive(self, *words: str) -> str:
        done = self.run("archive", *words, *self.words)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    def lines(self, *words: str) -> list[dict[str, object]]:
        done = self.run(*words, "--json", "--data", str(self.data))
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]
