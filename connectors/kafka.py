"""The one door to kafka-python: make topics, produce, consume.

Guarantee: when `Producer.send` returns, Kafka has every message. A `Consumer` commits only
when told to. Every call that can block runs in a thread, off the event loop.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError as LibraryError
from kafka.errors import TopicAlreadyExistsError

from connectors.errors import ConnectorError
from streams.bus import MAX_DEAD_LETTER_BYTES, TOPICS, Header, Message, Topic

log = structlog.get_logger()

DELIVERY_SECONDS = 30.0
ANSWER_SECONDS = 30.0


class KafkaError(ConnectorError):
    """Kafka did not do what was asked. The message names its address and the cause."""


def ensure_topics(
    address: str,
    *,
    prefix: str = "",
    topics: Iterable[Topic] = TOPICS,
    seconds: float = ANSWER_SECONDS,
) -> None:
    """Make the topics that aren't there; warn of those that differ. Raises `KafkaError`.

    Safe to call from several processes at once.
    """
    wanted = {prefix + topic.name: topic for topic in topics}
    try:
        with closing(_admin(address, seconds)) as admin:
            there = set(admin.list_topics())
            for name in wanted.keys() - there:
                _create(admin, name, wanted[name])
            for name in wanted.keys() & there:
                _compare(admin, name, wanted[name])
    except LibraryError as error:
        raise _failed("make its topics", address, error) from error


def _admin(address: str, seconds: float) -> Any:  # noqa: ANN401 - kafka-python carries no types
    return KafkaAdminClient(bootstrap_servers=address, bootstrap_timeout_ms=int(seconds * 1000))


def _create(admin: Any, name: str, topic: Topic) -> None:  # noqa: ANN401 - as above
    facts = {
        "num_partitions": topic.partitions,
        "replication_factor": -1,  # the broker's own default
        "configs": topic.config,
    }
    try:
        admin.create_topics({name: facts}, wait_for_metadata=True)
    except TopicAlreadyExistsError:
        return
    log.debug("topic_created", topic=name, partitions=topic.partitions)


def _compare(admin: Any, name: str, topic: Topic) -> None:  # noqa: ANN401 - as above
    (found,) = admin.describe_topics([name])
    partitions = len(found["partitions"])
    if partitions != topic.partitions:
        log.warning("topic_differs", topic=name, partitions=partitions, wanted=topic.partitions)


class Producer:
    """Sends messages to topics that carry `prefix`."""

    def __init__(
        self, address: str, *, prefix: str = "", seconds: float = DELIVERY_SECONDS
    ) -> None:
        """Connect at the first message; each has `seconds` to be taken by Kafka."""
        self._address = address
        self._prefix = prefix
        self._milliseconds = int(seconds * 1000)
        self._kafka: Any = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kafka-producer")

    async def send(self, messages: Sequence[Message]) -> None:
        """Return when Kafka has every message; raise `KafkaError` for the first that it hasn't."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self.send_now, messages)

    def send_now(self, messages: Sequence[Message]) -> None:
        """Do what `send` does, in this thread."""
        try:
            kafka = self._connected()
            sent = [
                kafka.send(
                    self._prefix + message.topic.name,
                    key=message.key,
                    value=message.value,
                    headers=list(message.headers),
                )
                for message in messages
            ]
            for future in sent:
                future.get(timeout=self._milliseconds / 1000 + 5)
        except LibraryError as error:
            raise _failed("take a message", self._address, error) from error

    async def close(self) -> None:
        """Let go of the connection."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _connected(self) -> Any:  # noqa: ANN401 - untyped
        if self._kafka is None:
            self._kafka = KafkaProducer(
                bootstrap_servers=self._address,
                client_id="wirewatch",
                bootstrap_timeout_ms=self._milliseconds,
                acks="all",
                enable_idempotence=True,
                linger_ms=5,
                delivery_timeout_ms=self._milliseconds,
                request_timeout_ms=self._milliseconds // 2,
                max_block_ms=self._milliseconds,
                max_request_size=MAX_DEAD_LETTER_BYTES,
                allow_auto_create_topics=False,
            )
        return self._kafka

    def _close(self) -> None:
        if self._kafka is not None:
            self._kafka.close(timeout=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A record as it came. `topic` is without the prefix."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...]
    timestamp: datetime


class Consumer:
    """Reads all of some topics, from their beginning or from where its group last committed.

    Without a group it commits nothing. It never shares its topics with others, and so never
    waits for one that is gone: a restart reads on at once. Use it from one thread at a time.
    """

    def __init__(
        self,
        address: str,
        *,
        group: str | None,
        topics: Sequence[Topic],
        prefix: str = "",
        seconds: float = ANSWER_SECONDS,
    ) -> None:
        """Connect within `seconds`. Raises `KafkaError`."""
        self._address = address
        self._prefix = prefix
        self._milliseconds = int(seconds * 1000)
        try:
            self._kafka: Any = KafkaConsumer(
                bootstrap_servers=address,
                bootstrap_timeout_ms=self._milliseconds,
                group_id=None if group is None else prefix + group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                max_partition_fetch_bytes=2 * MAX_DEAD_LETTER_BYTES,
                fetch_max_wait_ms=100,
                allow_auto_create_topics=False,
            )
            self._kafka.assign([part for topic in topics for part in self._partitions(topic)])
        except LibraryError as error:
            raise _failed("let anyone read", address, error) from error

    def _partitions(self, topic: Topic) -> list[TopicPartition]:
        """Ask Kafka, whose topic may have more partitions than ours would."""
        name = self._prefix + topic.name
        numbers = self._kafka.partitions_for_topic(name) or range(topic.partitions)
        return [TopicPartition(name, number) for number in numbers]

    def poll(self, seconds: float) -> list[Received]:
        """Give what there is, waiting up to `seconds` for the first record."""
        try:
            batches = self._kafka.poll(timeout_ms=int(seconds * 1000))
        except LibraryError as error:
            raise _failed("be read", self._address, error) from error
        return [self._received(record) for batch in batches.values() for record in batch]

    def places(self, topic: Topic, since: datetime | None) -> dict[int, tuple[int, int]]:
        """Give for each partition the first offset since a moment, and the one after the last."""
        try:
            name = self._prefix + topic.name
            numbers = self._kafka.partitions_for_topic(name) or ()
            parts = [TopicPartition(name, number) for number in numbers]
            first = self._kafka.beginning_offsets(parts, self._milliseconds)
            last = self._kafka.end_offsets(parts, self._milliseconds)
            if since is not None:
                asked = dict.fromkeys(parts, int(since.timestamp() * 1000))
                found = self._kafka.offsets_for_times(asked, self._milliseconds)
                first = {part: found[part].offset if found[part] else last[part] for part in parts}
        except LibraryError as error:
            raise _failed("say what it holds", self._address, error) from error
        return {part.partition: (first[part], last[part]) for part in parts}

    def go_to(self, topic: Topic, offsets: Mapping[int, int]) -> None:
        """Read these partitions alone, each from its offset on."""
        name = self._prefix + topic.name
        self._kafka.assign([TopicPartition(name, number) for number in offsets])
        for number, offset in offsets.items():
            self._kafka.seek(TopicPartition(name, number), offset)

    def go_back(self, topic: Topic, since: datetime) -> None:
        """Read all partitions of a topic on from a moment. Raises `KafkaError`."""
        for number, (first, _) in self.places(topic, since).items():
            self._kafka.seek(TopicPartition(self._prefix + topic.name, number), first)

    def position(self, topic: Topic, partition: int) -> int:
        """Give the offset that is read next: past gaps too; -1 while Kafka doesn't tell."""
        part = TopicPartition(self._prefix + topic.name, partition)
        try:
            offset = self._kafka.position(part, self._milliseconds)
        except LibraryError as error:
            raise _failed("say where it is read", self._address, error) from error
        return -1 if offset is None else int(offset)

    def commit(self) -> None:
        """Remember all that `poll` gave as done."""
        try:
            self._kafka.commit()
        except LibraryError as error:
            raise _failed("keep a position", self._address, error) from error

    def close(self) -> None:
        """Let go of the connection."""
        self._kafka.close(autocommit=False, timeout_ms=5_000)

    def _received(self, record: Any) -> Received:  # noqa: ANN401 - untyped
        return Received(
            topic=record.topic.removeprefix(self._prefix),
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            value=record.value,
            headers=tuple(record.headers),
            timestamp=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        )


def _failed(what: str, address: str, error: LibraryError) -> KafkaError:
    # The library's errors begin with their own names.
    return KafkaError(f"Kafka at {address} did not {what}: {error}")
