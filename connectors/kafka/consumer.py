"""Read topics. A `Consumer` commits only when told to, and blocks: use it off the event loop."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import KafkaError as LibraryError

from connectors.kafka.client_settings import client_settings
from connectors.kafka.errors import ANSWER_SECONDS, RECONNECT_MILLISECONDS, failed
from connectors.kafka.library_client import connected, disconnect
from streams.contract.headers import Header
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import MAX_DEAD_LETTER_BYTES, Topic

FETCH_WAIT_SECONDS = 0.1
PARTITIONS_KNOWN_SECONDS = 300.0
CLOSE_MILLISECONDS = 2_000
_LAST_TIMESTAMP = 253_402_300_799_999
"""The last millisecond that Python's dates can hold: a timestamp is whatever its producer wrote."""


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
        kafka: KafkaAccess,
        *,
        group: str | None,
        topics: Sequence[Topic],
        prefix: str = "",
        seconds: float = ANSWER_SECONDS,
        fetch_wait: float = FETCH_WAIT_SECONDS,
        partitions_known: float = PARTITIONS_KNOWN_SECONDS,
    ) -> None:
        """Connect within `seconds`. Raises `KafkaError`.

        When nothing comes, Kafka is asked anew every `fetch_wait` seconds. What comes is given at
        once all the same; but other questions, such as `places`, wait for the one under way.
        Which partitions there are is asked anew after `partitions_known` seconds.
        """
        self._access = kafka
        self._prefix = prefix
        self._milliseconds = int(seconds * 1000)
        try:
            self._kafka: Any = connected(
                KafkaConsumer,
                **client_settings(kafka),
                bootstrap_timeout_ms=self._milliseconds,
                reconnect_backoff_max_ms=RECONNECT_MILLISECONDS,
                group_id=None if group is None else prefix + group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                max_partition_fetch_bytes=2 * MAX_DEAD_LETTER_BYTES,
                fetch_max_wait_ms=int(fetch_wait * 1000),
                metadata_max_age_ms=int(partitions_known * 1000),
                allow_auto_create_topics=False,
            )
        except LibraryError as error:
            raise failed("let anyone read", kafka, error, needs="Describe") from error
        try:
            self._kafka.assign([part for topic in topics for part in self._partitions(topic)])
        except LibraryError as error:
            self.close()
            raise failed("let anyone read", kafka, error, needs="Describe") from error

    def _partitions(self, topic: Topic) -> list[TopicPartition]:
        """Ask Kafka, whose topic may have more partitions than ours would."""
        name = self._prefix + topic.name
        numbers = self._kafka.partitions_for_topic(name) or range(topic.partitions)
        return [TopicPartition(name, number) for number in numbers]

    def poll(self, seconds: float) -> list[Received]:
        """Return what there is, waiting up to `seconds` for the first record."""
        try:
            batches = self._kafka.poll(timeout_ms=int(seconds * 1000))
        except LibraryError as error:
            raise failed("give its records", self._access, error, needs="Read") from error
        return [self._received(record) for batch in batches.values() for record in batch]

    def places(self, topic: Topic, since: datetime | None) -> dict[int, tuple[int, int]]:
        """Return for each partition the first offset since a moment, and the one after the last."""
        try:
            name = self._prefix + topic.name
            numbers = self._kafka.partitions_for_topic(name) or ()
            parts = [TopicPartition(name, number) for number in numbers]
            first = self._kafka.beginning_offsets(parts, self._milliseconds)
            last = self._kafka.end_offsets(parts, self._milliseconds)
            if since is not None:
                # Below zero are Kafka's words for the first and the last.
                asked = dict.fromkeys(parts, max(int(since.timestamp() * 1000), 0))
                found = self._kafka.offsets_for_times(asked, self._milliseconds)
                first = {part: found[part].offset if found[part] else last[part] for part in parts}
        except LibraryError as error:
            raise failed("say what it holds", self._access, error, needs="Describe") from error
        return {part.partition: (first[part], last[part]) for part in parts}

    def go_to(self, topic: Topic, offsets: Mapping[int, int]) -> None:
        """Read these partitions alone, each from its offset on."""
        self.go_to_all({topic: offsets})

    def go_to_all(self, wanted: Mapping[Topic, Mapping[int, int]]) -> None:
        """Read these partitions of several topics alone, each from its offset on."""
        places = {
            TopicPartition(self._prefix + topic.name, number): offset
            for topic, offsets in wanted.items()
            for number, offset in offsets.items()
        }
        self._kafka.assign([*places])
        for place, offset in places.items():
            self._kafka.seek(place, offset)

    def go_back(self, topic: Topic, since: datetime) -> None:
        """Read all partitions of a topic on from a moment. Raises `KafkaError`."""
        for number, (first, _) in self.places(topic, since).items():
            self._kafka.seek(TopicPartition(self._prefix + topic.name, number), first)

    def position(self, topic: Topic, partition: int) -> int:
        """Return the offset that is read next: past gaps too; -1 while Kafka doesn't tell."""
        part = TopicPartition(self._prefix + topic.name, partition)
        try:
            offset = self._kafka.position(part, self._milliseconds)
        except LibraryError as error:
            raise failed("say where it is read", self._access, error, needs="Describe") from error
        return -1 if offset is None else int(offset)

    def committed(self, topic: Topic, partitions: Iterable[int]) -> dict[int, int]:
        """Return where the group goes on; no partition for which Kafka remembers nothing."""
        parts = [TopicPartition(self._prefix + topic.name, number) for number in partitions]
        try:
            found = {part: self._kafka.committed(part, False, self._milliseconds) for part in parts}
        except LibraryError as error:
            raise failed("say where its group is", self._access, error, needs="Read") from error
        return {part.partition: offset for part, offset in found.items() if offset is not None}

    def commit_at(self, topic: Topic, offsets: Mapping[int, int]) -> None:
        """Remember offsets as those that the group reads next."""
        name = self._prefix + topic.name
        places = {
            TopicPartition(name, number): OffsetAndMetadata(offset, "", -1)
            for number, offset in offsets.items()
        }
        try:
            self._kafka.commit(places, self._milliseconds)
        except LibraryError as error:
            raise failed("keep a position", self._access, error, needs="Read") from error

    def commit(self) -> None:
        """Remember all that `poll` gave as done."""
        try:
            self._kafka.commit()
        except LibraryError as error:
            raise failed("keep a position", self._access, error, needs="Read") from error

    def close(self) -> None:
        """Let go of the connection."""
        disconnect(self._kafka)
        self._kafka.close(autocommit=False, timeout_ms=CLOSE_MILLISECONDS)

    def _received(self, record: Any) -> Received:  # noqa: ANN401 - untyped
        return Received(
            topic=record.topic.removeprefix(self._prefix),
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            value=record.value,
            headers=tuple(record.headers),
            timestamp=datetime.fromtimestamp(
                min(max(record.timestamp, 0), _LAST_TIMESTAMP) / 1000, UTC
            ),
        )
