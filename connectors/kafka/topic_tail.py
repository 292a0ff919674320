"""What comes to a topic, as it comes: a reader that commits nothing and outlasts its Kafka.

Guarantee: from the offsets it starts at, each record is given once, in the order of its
partition, however often Kafka goes away in between.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from threading import Event

from connectors.kafka import Consumer, KafkaError, Received
from connectors.kafka.errors import AWAY
from streams.backoff import Tries
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import Topic

POLL_SECONDS = 0.2
ASK_SECONDS = 2.0
"""Silence after which Kafka is asked whether that is all: one that is away is silent too."""
ANSWER_SECONDS = 3.0


class Following:
    """The records of a topic from some offsets on, until `stop` is set."""

    def __init__(
        self,
        kafka: KafkaAccess,
        topic: Topic,
        *,
        offsets: Mapping[int, int],
        stop: Event,
        say: Callable[[str], None],
        prefix: str = "",
    ) -> None:
        """Partitions without an offset are new, and read from their beginning.

        `say` hears when Kafka goes away and when it is back.
        """
        self._access = kafka
        self._topic = topic
        self._prefix = prefix
        self._next = dict(offsets)
        self._stop = stop
        self._say = say
        self._tries = Tries(AWAY)

    def __iter__(self) -> Iterator[Received | None]:
        """Return each record as it comes, and `None` now and then while there is none to give."""
        while not self._stop.is_set():
            try:
                yield from self._connected()
            except KafkaError as error:
                if not self._tries.failures:
                    self._say(f"{error}; waiting for it")
                self._stop.wait(self._tries.failed())

    def _connected(self) -> Iterator[Received | None]:
        """Read until Kafka doesn't answer, or has other partitions than before."""
        with closing(
            Consumer(
                self._access,
                group=None,
                topics=(),
                prefix=self._prefix,
                seconds=ANSWER_SECONDS,
                partitions_known=ASK_SECONDS,
            )
        ) as consumer:
            places = consumer.places(self._topic, None)
            if self._tries.failures:
                self._say(f"Kafka at {self._access} is back")
                self._tries.worked()
            for number, (first, _) in places.items():
                self._next.setdefault(number, first)
            consumer.go_to(self._topic, {number: self._next[number] for number in places})
            asked = time.monotonic()
            while not self._stop.is_set():
                records = consumer.poll(POLL_SECONDS) if places else self._rest()
                for record in records:
                    self._next[record.partition] = record.offset + 1
                    yield record
                if records:
                    asked = time.monotonic()
                elif time.monotonic() - asked >= ASK_SECONDS:
                    there = consumer.places(self._topic, None)
                    asked = time.monotonic()
                    if there.keys() != places.keys():
                        return
                    if self._all_read(consumer, there):
                        yield None

    def _rest(self) -> list[Received]:
        """Wait for the topic to be made."""
        self._stop.wait(POLL_SECONDS)
        return []

    def _all_read(self, consumer: Consumer, places: Mapping[int, tuple[int, int]]) -> bool:
        return all(
            consumer.position(self._topic, number) >= last for number, (_, last) in places.items()
        )
