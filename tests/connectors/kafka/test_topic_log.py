"""The log of a topic, read to its end in order of time."""

from datetime import timedelta
from threading import Event

import pytest

from connectors.kafka import KafkaError, ensure_topics
from connectors.kafka.topic_reader import Log
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import STORIES
from tests.connectors.kafka.test_kafka import NOWHERE, put


def test_a_log_is_read_in_order_of_time_to_its_end(kafka_address: KafkaAccess, prefix: str) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    values = [b"%d" % number for number in range(60)]
    for value in values:
        put(kafka_address, prefix, value)
    log = Log(kafka_address, STORIES, prefix=prefix)
    put(kafka_address, prefix, b"later")
    found = list(log)
    assert [record.value for record in found] == values
    assert log.total == 60
    assert len({record.partition for record in found}) > 1
    half = Log(kafka_address, STORIES, prefix=prefix, since=found[30].timestamp)
    assert [record.value for record in half][:30] == values[30:]
    tomorrow = Log(
        kafka_address, STORIES, prefix=prefix, since=found[-1].timestamp + timedelta(days=1)
    )
    assert (tomorrow.total, list(tomorrow)) == (0, [])


def test_a_log_says_where_it_ends_and_is_left_when_told(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, b"a", b"b")
    stop = Event()
    log = Log(kafka_address, STORIES, prefix=prefix, stop=stop)
    assert len(log.ends) == STORIES.partitions
    assert sum(log.ends.values()) == len(list(log)) == 2
    stop.set()
    assert list(log) == []


def test_a_log_of_nowhere_says_so() -> None:
    with pytest.raises(KafkaError, match=str(NOWHERE)):
        Log(NOWHERE, STORIES, seconds=0.5)


def test_a_topic_that_is_not_there_holds_nothing(kafka_address: KafkaAccess, prefix: str) -> None:
    log = Log(kafka_address, STORIES, prefix=prefix)
    assert (log.total, list(log)) == (0, [])
