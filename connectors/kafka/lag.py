"""How much of a topic its readers have yet to process, as Kafka says."""

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from connectors.kafka.consumer import Consumer
from connectors.kafka.errors import ANSWER_SECONDS
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import Topic

OLDEST_SECONDS = 5.0
"""How long the oldest waiting records are waited for: their time is a help, no more."""


@dataclass(frozen=True, kw_only=True)
class PartitionLag:
    """Where the readers of a partition are. Without a `position` they never said."""

    partition: int
    first: int
    end: int
    position: int | None

    @property
    def next(self) -> int:
        """The first record that isn't processed: of readers that never said, all that is there."""
        return max(self.first, self.position or 0)

    @property
    def behind(self) -> int:
        """How many records wait."""
        return max(self.end - self.next, 0)


@dataclass(frozen=True, kw_only=True)
class TopicLag:
    """Where the readers of a topic are. `oldest` is the time of the oldest record that waits."""

    topic: str
    partitions: tuple[PartitionLag, ...]
    oldest: datetime | None = None

    @property
    def behind(self) -> int:
        """How many records wait in all partitions."""
        return sum(one.behind for one in self.partitions)

    @property
    def never_committed(self) -> int:
        """In how many partitions records wait whose readers never said where they are."""
        return sum(one.position is None and one.behind > 0 for one in self.partitions)


def topic_lag(
    kafka: KafkaAccess,
    topic: Topic,
    group: str | None,
    *,
    prefix: str = "",
    positions: Mapping[int, int] | None = None,
    oldest: bool = True,
    seconds: float = ANSWER_SECONDS,
) -> TopicLag:
    """Return how far a group is with a topic. Raises `KafkaError`. Blocks.

    `positions` are those that the readers keep elsewhere, if they do: then no group is asked. To
    know the `oldest` that waits, it is read. Nothing is committed.
    """
    with closing(
        Consumer(kafka, group=group, topics=(), prefix=prefix, seconds=seconds)
    ) as consumer:
        places = consumer.places(topic, None)
        known = consumer.committed(topic, places) if positions is None else positions
        partitions = tuple(
            PartitionLag(partition=number, first=first, end=end, position=known.get(number))
            for number, (first, end) in sorted(places.items())
        )
        waiting = {one.partition: one for one in partitions if one.behind}
        since = _oldest(consumer, topic, waiting) if oldest else None
    return TopicLag(topic=topic.name, partitions=partitions, oldest=since)


def _oldest(
    consumer: Consumer, topic: Topic, waiting: Mapping[int, PartitionLag]
) -> datetime | None:
    """Return the time of the oldest record that waits."""
    times: dict[int, datetime] = {}
    if waiting:
        consumer.go_to(topic, {number: one.next for number, one in waiting.items()})
    deadline = time.monotonic() + OLDEST_SECONDS
    while len(times) < len(waiting) and time.monotonic() < deadline:
        for record in consumer.poll(1.0):
            times.setdefault(record.partition, record.timestamp)
    return min(times.values(), default=None)
