"""What kafka-python leaves behind, and where it lets go."""

import gc
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from kafka.net.transport import KafkaTCPTransport

from connectors.kafka import Consumer, KafkaError, ensure_topics
from connectors.kafka.answering import kafka_answers
from connectors.kafka.topics import compare_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import STORIES

NOWHERE = KafkaAccess("127.0.0.1:9")


def held() -> tuple[int, int]:
    """Return how many threads of the library's there are, and how many open files."""
    gc.collect()  # an attempt that failed holds its socket in a circle
    threads = [one for one in threading.enumerate() if one.name.startswith("kafka-io")]
    return len(threads), len(os.listdir("/proc/self/fd"))


@pytest.fixture
def without_logs() -> Iterator[None]:
    """Nothing is logged: a record keeps the exception that it tells of, and that keeps a socket."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("without_logs")
@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="open files are counted in /proc")
@pytest.mark.parametrize(
    "use",
    [
        lambda kafka: Consumer(kafka, group=None, topics=[STORIES], seconds=0.2),
        lambda kafka: ensure_topics(kafka, seconds=0.2),
        lambda kafka: kafka_answers(kafka, 0.2),
    ],
    ids=["consumer", "topics", "answering"],
)
def test_nothing_is_left_of_a_client_that_found_no_kafka(
    use: Callable[[KafkaAccess], object],
) -> None:
    """While Kafka is away for an hour, one is made every few seconds."""
    before = held()
    for _ in range(3):
        with suppress(KafkaError):
            use(NOWHERE)
    assert held() <= before


def _read(kafka: KafkaAccess, prefix: str) -> None:
    consumer = Consumer(kafka, group="g", topics=[STORIES], prefix=prefix)
    consumer.poll(0.1)
    consumer.close()


@pytest.mark.parametrize(
    "use",
    [_read, lambda kafka, prefix: compare_topics(kafka, prefix=prefix)],
    ids=["consumer", "topics"],
)
def test_a_connection_is_closed_in_the_thread_that_reads_it(
    use: Callable[[KafkaAccess, str], object],
    kafka_address: KafkaAccess,
    prefix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else that thread may wait on one that is gone, which is logged as an exception."""
    ensure_topics(kafka_address, prefix=prefix)
    close: Callable[..., None] = KafkaTCPTransport.close
    closed_in: list[str] = []

    def close_seen(self: KafkaTCPTransport) -> None:
        if not self.is_closing():
            closed_in.append(threading.current_thread().name)
        close(self)

    monkeypatch.setattr(KafkaTCPTransport, "close", close_seen)
    use(kafka_address, prefix)
    assert closed_in
    assert [name for name in closed_in if not name.startswith("kafka-io")] == []
