"""The test stand: a private Kafka, stories to feed it, services as processes, and figures."""

import os
import platform
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import PARTITIONS
from streams.model.story import Story, digest
from wirewatch.runtime import logs

FILLER = (
    "Traders in {a} said the harvest was better than last year, and prices fell for a third week.",
    "The ministry said that schools in the province would open again after the floods.",
    "A spokesman for {b} declined to comment on the plan, which goes before parliament in spring.",
    "The company said it would hire four hundred people and build a second line by the summer.",
    "Officials from {a} and {b} signed an agreement on fisheries after two days of talks.",
    "Doctors at the city hospital treated eleven people for smoke and let them go by evening.",
)
REPORT = (
    "Officials of {} said that {} and {} had met {} at {}, and that {} would follow.",
    "The {} took place near {} with {} from {}, according to {} of {}.",
    "In {} the {} of {} asked for {}, while {} waited for {}.",
)
"""Around invented names, so that a reader takes it for English."""
NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
COUNTRIES = ("France", "Vietnam", "Japan", "Kenya", "Brazil", "Poland", "India", "Chile")


def begin() -> None:
    """Say what the figures are taken on; log next to nothing."""
    logs.configure(json=False, level="critical")
    parts = ["faust-streaming", "aiokafka", "kafka-python", "feedparser", "msgspec"]
    versions = ", ".join(f"{name} {version(name)}" for name in parts)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, Kafka 4.3.1, {versions}")


def story(number: int, *, matching: bool, size: int = 3_000, run: str = "bench") -> Story:
    """Return story `number`: about `size` bytes, the same each time.

    A matching one is an event of its own: of words that no other has, and of another week.
    """
    dice = random.Random(number)
    body = ""
    while len(body) < size:
        if matching:
            names = (_invented(dice).capitalize() for _ in range(6))
            body += " " + dice.choice(REPORT).format(*names)
            continue
        body += " " + dice.choice(FILLER).format(a=dice.choice(COUNTRIES), b=dice.choice(COUNTRIES))
    headline = "US and Cambodia discuss military drills" if matching else "News of the day"
    if matching:
        headline += f" {_invented(dice)} {_invented(dice)}"
    return Story(
        id=digest((run, str(number))),
        version="1",
        feed="bench",
        source="Bench Wire",
        headline=f"{headline} {number}",
        body=body.strip(),
        published=NEWEST - number % 3_000 * timedelta(days=11) if matching else None,
        first_seen=datetime.now(UTC),
    )


def _invented(dice: random.Random) -> str:
    return "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(4))


class Feeder:
    """Puts stories on Kafka, as fast as it goes or at a rate."""

    def __init__(self, address: KafkaAccess, prefix: str = "") -> None:
        """Produce to topics that carry `prefix`."""
        packing = address.compression.codec
        self._producer: Any = KafkaProducer(
            **address.client_settings(), linger_ms=2, compression_type=packing
        )
        self._prefix = prefix

    def put(self, item: Story) -> None:
        """Put one story."""
        packed = message(item)
        self._producer.send(
            self._prefix + packed.topic.name,
            key=packed.key,
            value=packed.value,
            headers=list(packed.headers),
        )

    def flush(self) -> None:
        """Wait until Kafka has them all."""
        self._producer.flush()

    def at_rate(self, stories: Iterator[Story], per_second: float) -> None:
        """Put stories at a steady rate."""
        began = time.monotonic()
        for number, item in enumerate(stories):
            time.sleep(max(0.0, began + number / per_second - time.monotonic()))
            self.put(item)
        self.flush()

    def close(self) -> None:
        """Close the producer."""
        self._producer.close()


class Reader:
    """Reads a topic from its beginning, or says how many records it holds."""

    def __init__(self, address: KafkaAccess, topic: str, partitions: int = PARTITIONS) -> None:
        """Read `topic`, all partitions, without a group."""
        self._kafka: Any = KafkaConsumer(**address.client_settings(), enable_auto_commit=False)
        self._parts = [TopicPartition(topic, n) for n in range(partitions)]
        self._kafka.assign(self._parts)
        self._kafka.seek_to_beginning(*self._parts)

    def count(self) -> int:
        """Return the number of records (of a topic that isn't compacted yet)."""
        return int(sum(self._kafka.end_offsets(self._parts).values()))

    def rest(self) -> list[Any]:
        """Return all records not read yet."""
        ends = self._kafka.end_offsets(self._parts)
        records: list[Any] = []
        while any(self._kafka.position(part) < end for part, end in ends.items()):
            for batch in self._kafka.poll(timeout_ms=200).values():
                records += batch
        return records

    def close(self) -> None:
        """Close the consumer."""
        self._kafka.close()


@contextmanager
def process(*command: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process with its output in `log`, and end it in any case."""
    with log.open("ab") as output:
        running = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            yield running
        finally:
            running.terminate()
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def free_port() -> int:
    """Return a port on loopback that nobody has just now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def until_open(port: int, seconds: float = 60.0) -> None:
    """Wait until somebody listens on a port of loopback."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on port {port} after {seconds} s")


def wirewatch(*words: str) -> tuple[str, ...]:
    """Return the command line of wirewatch."""
    return (sys.executable, "-m", "wirewatch", *words)


def until(count: int, reader: Reader, seconds: float = 300.0) -> float:
    """Wait until a topic holds `count` records; give the time of that on the monotonic clock."""
    deadline = time.monotonic() + seconds
    while reader.count() < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{reader.count()} records of {count} after {seconds} s")
        time.sleep(0.02)
    return time.monotonic()


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` (0..1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
