"""The log of a topic, read to its end in the order in which it was written."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from heapq import merge
from operator import attrgetter
from threading import Event

from connectors.kafka import Consumer, KafkaError, Received
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import Topic

SILENT_SECONDS = 20.0
"""How long Kafka may say nothing: as long as a restart of its own may take."""
POLL_SECONDS = 1.0
PAUSE_SECONDS = 0.5


class Log:
    """What a topic holds now, from a moment on, in the order of its records' times.

    Each partition has a connection of its own and is read ahead by one fetch: so the order costs
    no more memory than that.
    """

    def __init__(
        self,
        kafka: KafkaAccess,
        topic: Topic,
        *,
        prefix: str = "",
        since: datetime | None = None,
        seconds: float = SILENT_SECONDS,
        stop: Event | None = None,
    ) -> None:
        """Find out within `seconds` what there is. Raises `KafkaError`.

        Once `stop` is set, not even a Kafka that has gone away is waited for.
        """
        self._access = kafka
        self._topic = topic
        self._prefix = prefix
        self._seconds = seconds
        self._stop = stop or Event()
        places = self._places(since)
        self._parts = {number: place for number, place in places.items() if place[0] < place[1]}
        self.ends = {number: last for number, (_, last) in places.items()}
        """For each partition the offset after all that is read: where to go on."""
        self.total = sum(last - first for first, last in self._parts.values())
        """How many records there are at most: compaction leaves gaps."""

    def __iter__(self) -> Iterator[Received]:
        """Read to where the topic ended when asked first.

        Raises `KafkaError` when Kafka sends nothing for `seconds` though there is more.
        """
        parts = [self._read(number, *place) for number, place in self._parts.items()]
        return merge(*parts, key=attrgetter("timestamp", "partition"))

    def _consumer(self) -> Consumer:
        return Consumer(
            self._access, group=None, topics=(), prefix=self._prefix, seconds=self._seconds
        )

    def _places(self, since: datetime | None) -> dict[int, tuple[int, int]]:
        """Return for each partition its first offset and the one after all.

        A Kafka that has just started, or stood still, answers but has nothing to say for a moment.
        """
        began = time.monotonic()
        while True:
            try:
                with closing(self._consumer()) as consumer:
                    return consumer.places(self._topic, since)
            except KafkaError:
                if self._stop.wait(PAUSE_SECONDS) or time.monotonic() - began >= self._seconds:
                    raise

    def _read(self, number: int, first: int, last: int) -> Iterator[Received]:
        with closing(self._consumer()) as consumer:
            consumer.go_to(self._topic, {number: first})
            position, came = first, time.monotonic()
            while not self._stop.is_set() and position < last:
                for record in consumer.poll(POLL_SECONDS):
                    if record.offset < last:
                        yield record
                now = consumer.position(self._topic, number)
                if now != position:
                    position, came = now, time.monotonic()
                elif time.monotonic() - came > self._seconds:
                    raise self._silent()

    def _silent(self) -> KafkaError:
        # kafka-python goes on trying for ever, and says nothing of it.
        name = self._prefix + self._topic.name
        return KafkaError(
            f"Kafka at {self._access} went away while `{name}` was read: "
            f"it sent nothing for {self._seconds:.0f} s"
        )
