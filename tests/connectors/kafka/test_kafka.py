"""The door to kafka-python, on a real Kafka and on none."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest
from kafka.errors import KafkaError as LibraryError
from structlog.testing import capture_logs

from connectors.kafka import Consumer, KafkaError, Producer, Received, ensure_topics
from connectors.kafka.errors import failed
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message
from streams.contract.topics import ALERTS, MATCHES, STORIES, TOPICS
from tests.support.waiting import until

NOWHERE = KafkaAccess("127.0.0.1:9")


def _consume() -> None:
    Consumer(NOWHERE, group=None, topics=[STORIES])


def _produce() -> None:
    asyncio.run(Producer(NOWHERE).send([Message(STORIES, b"k", b"v", ())]))


def _make_topics() -> None:
    ensure_topics(NOWHERE)


@pytest.mark.parametrize(
    ("library", "use"),
    [
        ("consumer.KafkaConsumer", _consume),
        ("producer.KafkaProducer", _produce),
        ("library_client.KafkaAdminClient", _make_topics),
    ],
)
def test_a_lost_connection_is_tried_again_within_a_second_however_long_it_was_lost(
    library: str, use: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself the library waits for up to 30 s more after an outage of a minute."""
    asked: dict[str, object] = {}

    class Lost:
        def __init__(self, **settings: object) -> None:
            asked.update(settings)
            raise LibraryError

    monkeypatch.setattr(f"connectors.kafka.{library}", Lost)
    with pytest.raises(KafkaError):
        use()
    assert asked["reconnect_backoff_max_ms"] == 1_000


def put(address: KafkaAccess, prefix: str, *values: bytes) -> None:
    async def main() -> None:
        producer = Producer(address, prefix=prefix)
        await producer.send([Message(STORIES, value, value, (("h", b"1"),)) for value in values])
        await producer.close()

    asyncio.run(main())


def take(consumer: Consumer, count: int) -> list[Received]:
    found: list[Received] = []

    def enough() -> bool:
        found.extend(consumer.poll(0.2))
        return len(found) >= count

    until(enough)
    return found


def test_topics_are_made_once_and_by_anyone(kafka_address: KafkaAccess, prefix: str) -> None:
    async def main() -> None:
        await asyncio.gather(
            *(asyncio.to_thread(ensure_topics, kafka_address, prefix=prefix) for _ in range(4))
        )

    asyncio.run(main())
    with capture_logs() as logs:
        ensure_topics(kafka_address, prefix=prefix)
    assert logs == []


def test_a_topic_that_differs_is_named(kafka_address: KafkaAccess, prefix: str) -> None:
    ensure_topics(kafka_address, prefix=prefix, topics=[replace(MATCHES, partitions=3)])
    with capture_logs() as logs:
        ensure_topics(kafka_address, prefix=prefix, topics=TOPICS)
    (warning,) = (one for one in logs if one["log_level"] == "warning")
    assert (warning["topic"], warning["found"]) == (f"{prefix}matches", "3")


def test_what_is_sent_is_read_whole(kafka_address: KafkaAccess, prefix: str) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, b"a", b"b", b"c")
    with closing(Consumer(kafka_address, group=None, topics=[STORIES], prefix=prefix)) as consumer:
        found = take(consumer, 3)
    assert sorted(record.value or b"" for record in found) == [b"a", b"b", b"c"]
    assert {record.topic for record in found} == {"stories"}
    assert all(record.headers == (("h", b"1"),) for record in found)


def test_partitions_beyond_our_own_table_are_read_too(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    """An operator may have made the topic larger: nothing in it may go unread."""
    ensure_topics(kafka_address, prefix=prefix, topics=[replace(STORIES, partitions=20)])
    values = [b"%d" % number for number in range(100)]
    put(kafka_address, prefix, *values)
    with closing(Consumer(kafka_address, group=None, topics=[STORIES], prefix=prefix)) as consumer:
        assert {record.value for record in take(consumer, 100)} == set(values)


def test_a_group_goes_on_where_it_committed(kafka_address: KafkaAccess, prefix: str) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, b"a")
    with closing(Consumer(kafka_address, group="g", topics=[STORIES], prefix=prefix)) as first:
        take(first, 1)
        first.commit()
    put(kafka_address, prefix, b"b")
    with closing(Consumer(kafka_address, group="g", topics=[STORIES], prefix=prefix)) as second:
        assert [record.value for record in take(second, 1)] == [b"b"]
    # Not committed: the next one gets it again, and needn't wait for the one before.
    with closing(Consumer(kafka_address, group="g", topics=[STORIES], prefix=prefix)) as third:
        assert [record.value for record in take(third, 1)] == [b"b"]


def test_no_topic_is_made_by_a_spelling_mistake(kafka_address: KafkaAccess, prefix: str) -> None:
    lonely = replace(ALERTS, name="allerts")

    async def main() -> None:
        producer = Producer(kafka_address, prefix=prefix, seconds=1)
        try:
            await producer.send([Message(lonely, b"k", b"v", ())])
        finally:
            await producer.close()

    with pytest.raises(KafkaError, match="did not take a message"):
        asyncio.run(main())


def make_topics() -> None:
    ensure_topics(NOWHERE, seconds=1)


def consume() -> None:
    Consumer(NOWHERE, group=None, topics=[STORIES], seconds=1)


def produce() -> None:
    async def main() -> None:
        producer = Producer(NOWHERE, seconds=1)
        try:
            await producer.send([Message(STORIES, b"k", b"v", ())])
        finally:
            await producer.close()

    asyncio.run(main())


@pytest.mark.parametrize("act", [make_topics, consume, produce])
def test_no_kafka_there_is_named_with_its_address(act: Callable[[], None]) -> None:
    with pytest.raises(KafkaError, match=r"Kafka at 127\.0\.0\.1:9 did not .*: no ") as caught:
        act()
    assert "Error" not in str(caught.value)


def test_what_the_library_says_at_length_is_cut() -> None:
    error = failed("give its records", KafkaAccess("there:1"), LibraryError("x" * 10_000))
    assert str(error).startswith("Kafka at there:1 did not give its records: ")
    assert len(str(error)) < 300


def test_a_message_too_large_is_refused_and_the_rest_taken(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    with pytest.raises(KafkaError):
        put(kafka_address, prefix, b"x" * 3_000_000)
    put(kafka_address, prefix, b"small")
    with closing(Consumer(kafka_address, group=None, topics=[STORIES], prefix=prefix)) as consumer:
        assert [record.value for record in take(consumer, 1)] == [b"small"]
