"""What comes to a topic is given once, whatever becomes of its Kafka in between."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event

import pytest
from kafka import KafkaAdminClient

from connectors.kafka import KafkaError, Received, ensure_topics, topic_tail
from connectors.kafka.topic_reader import Log
from connectors.kafka.topic_tail import Following
from streams.backoff import Backoff
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import STORIES, Topic
from tests.connectors.kafka.test_kafka import put
from tests.support.waiting import until

Partitions = dict[int, list[bytes]]


class Broker:
    """A topic by hand: its partitions, and whether it answers."""

    def __init__(self, partitions: Partitions) -> None:
        self.partitions = partitions
        self.away = 0
        """How often it doesn't answer before it does again."""

    def answer(self) -> None:
        if self.away:
            self.away -= 1
            raise KafkaError("Kafka at nowhere did not answer")


class Reader:
    """A consumer of that broker. A poll gives one record: a broker away is only silent."""

    def __init__(self, broker: Broker) -> None:
        broker.answer()
        self._broker = broker
        self._at: dict[int, int] = {}

    def places(self, topic: Topic, since: datetime | None) -> dict[int, tuple[int, int]]:
        assert (topic, since) == (STORIES, None)
        self._broker.answer()
        return {number: (0, len(held)) for number, held in self._broker.partitions.items()}

    def go_to(self, topic: Topic, offsets: Mapping[int, int]) -> None:
        assert topic is STORIES
        self._at = dict(offsets)

    def poll(self, _: float) -> list[Received]:
        for number, at in self._at.items():
            held = self._broker.partitions[number]
            if at < len(held) and not self._broker.away:
                self._at[number] += 1
                return [received(number, at, held[at])]
        return []

    def position(self, _: Topic, number: int) -> int:
        return self._at[number]

    def close(self) -> None:
        self._at = {}


def received(partition: int, offset: int, value: bytes) -> Received:
    return Received(
        topic=STORIES.name,
        partition=partition,
        offset=offset,
        key=None,
        value=value,
        headers=(),
        timestamp=datetime.now(UTC),
    )


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topic_tail, "AWAY", Backoff((0.0,)))
    monkeypatch.setattr(topic_tail, "ASK_SECONDS", 0.0)
    monkeypatch.setattr(topic_tail, "POLL_SECONDS", 0.0)


def followed(
    monkeypatch: pytest.MonkeyPatch,
    broker: Broker,
    offsets: Mapping[int, int],
    at_rest: Sequence[Callable[[], object]],
) -> tuple[list[bytes], list[str]]:
    """Follow, and do one thing after the other whenever all is read; give values and words."""
    monkeypatch.setattr(topic_tail, "Consumer", lambda *_, **__: Reader(broker))
    stop, said, found = Event(), list[str](), list[bytes]()
    todo = iter((*at_rest, stop.set))
    for record in Following(
        KafkaAccess("nowhere"), STORIES, offsets=offsets, stop=stop, say=said.append
    ):
        if record is None:
            next(todo)()
        else:
            found.append(record.value or b"")
    return found, said


def test_it_begins_at_its_offsets(monkeypatch: pytest.MonkeyPatch) -> None:
    broker = Broker({0: [b"a", b"b"], 1: [b"c"]})
    found, said = followed(
        monkeypatch, broker, {0: 1, 1: 1}, [lambda: broker.partitions[1].append(b"d")]
    )
    assert (found, said) == ([b"b", b"d"], [])


def test_an_outage_repeats_nothing_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    broker = Broker({0: [b"a"], 1: []})

    def leave() -> None:
        broker.away = 3
        broker.partitions[0].append(b"b")
        broker.partitions[1].append(b"c")

    found, said = followed(monkeypatch, broker, {0: 0, 1: 0}, [leave])
    assert found == [b"a", b"b", b"c"]
    assert said == [
        "Kafka at nowhere did not answer; waiting for it",
        "Kafka at nowhere is back",
    ]


def test_partitions_that_come_later_are_read_from_their_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broker = Broker({})

    def make() -> None:
        broker.partitions[0] = [b"a"]

    def grow() -> None:
        broker.partitions[1] = [b"b"]

    assert followed(monkeypatch, broker, {}, [make, grow])[0] == [b"a", b"b"]


def test_it_ends_while_kafka_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    broker, stop, said = Broker({0: []}), Event(), list[str]()
    broker.away = 1_000_000
    monkeypatch.setattr(topic_tail, "Consumer", lambda *_, **__: Reader(broker))

    def say(text: str) -> None:
        said.append(text)
        stop.set()

    assert not [*Following(KafkaAccess("nowhere"), STORIES, offsets={}, stop=stop, say=say)]
    assert len(said) == 1


def test_partitions_that_an_operator_adds_are_read(
    monkeypatch: pytest.MonkeyPatch, kafka_address: KafkaAccess, prefix: str
) -> None:
    """On a real Kafka, which tells of them only when it is asked anew."""
    monkeypatch.undo()
    ensure_topics(kafka_address, prefix=prefix, topics=[replace(STORIES, partitions=1)])
    put(kafka_address, prefix, b"before")
    stop, found = Event(), list[Received]()

    def add() -> None:
        with closing(KafkaAdminClient(**kafka_address.client_settings())) as admin:
            admin.create_partitions({f"{prefix}{STORIES.name}": 4})
        until(lambda: len(Log(kafka_address, STORIES, prefix=prefix).ends) == 4)
        put(kafka_address, prefix, *(b"%d" % number for number in range(40)))

    todo = iter((add,))
    following = Following(
        kafka_address, STORIES, offsets={}, stop=stop, say=pytest.fail, prefix=prefix
    )
    for record in following:
        if record is None:
            next(todo, lambda: None)()
        else:
            found.append(record)
        if len(found) == 41:
            stop.set()
    assert {record.partition for record in found} == {0, 1, 2, 3}
