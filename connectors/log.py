"""The log of a topic, read to its end in the order in which it was written."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from heapq import merge
from operator import attrgetter
from threading import Event

from connectors.kafka import Consumer, Received
from connectors.kafka.errors import ANSWER_SECONDS
from streams.bus import Topic


class Log:
    """What a topic holds now, from a moment on, in the order of its records' times.

    Each partition has a connection of its own and is read ahead by one fetch: so the order costs
    no more memory than that.
    """

    def __init__(
        self,
        address: str,
        topic: Topic,
        *,
        prefix: str = "",
        since: datetime | None = None,
        seconds: float = ANSWER_SECONDS,
        stop: Event | None = None,
    ) -> None:
        """Find out within `seconds` what there is. Raises `KafkaError`.

        Once `stop` is set, not even a Kafka that has gone away is waited for.
        """
        self._address = address
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
        """Read to where the topic ended when asked first. Raises `KafkaError`."""
        parts = [self._read(number, *place) for number, place in self._parts.items()]
        return merge(*parts, key=attrgetter("timestamp", "partition"))

    def _consumer(self) -> Consumer:
        return Consumer(
            self._address, group=None, topics=(), prefix=self._prefix, seconds=self._seconds
        )

    def _places(self, since: datetime | None) -> dict[int, tuple[int, int]]:
        """Give for each partition its first offset and the one after all."""
        with closing(self._consumer()) as consumer:
            return consumer.places(self._topic, since)

    def _read(self, number: int, first: int, last: int) -> Iterator[Received]:
        with closing(self._consumer()) as consumer:
            consumer.go_to(self._topic, {number: first})
            while not self._stop.is_set() and consumer.position(self._topic, number) < last:
                for record in consumer.poll(1.0):
                    if record.offset < last:
                        yield record
