"""A Kafka that goes away while a log is read: the reader ends in plain words, never by waiting."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from struct import unpack
from typing import IO

import pytest
from kafka import KafkaAdminClient, TopicPartition

from connectors.kafka import KafkaError, Producer, ensure_topics
from connectors.kafka.topic_reader import Log
from streams.contract.kafka_access import Compression, KafkaAccess
from streams.contract.messages import Message
from streams.contract.topics import STORIES
from tests.support.commands import environment
from tests.support.kafkas import known
from tests.support.waiting import until
from wirewatch.local_kafka import PrivateKafka

pytestmark = pytest.mark.long

SIZE = 250_000
COUNT = 200
"""Fifty megabytes on one partition: three times what a reader has fetched ahead."""
LIBRARY_WORDS = ("Traceback", "Error:", "ECONNREFUSED", "kafka.net", "[Errno", "NoBrokers")


@pytest.fixture(scope="module")
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateKafka]:
    """A Kafka that may be stopped, with more stories than are fetched at once; none can be read."""

    async def fill(address: KafkaAccess) -> None:
        # Packed, all of it would be fetched at once.
        producer = Producer(replace(address, compression=Compression.NONE))
        for _ in range(COUNT // 20):
            await producer.send([Message(STORIES, b"k", b"x" * SIZE, ())] * 20)
        await producer.close()

    with PrivateKafka(tmp_path_factory.mktemp("own-kafka")) as kafka:
        ensure_topics(known(kafka))
        asyncio.run(fill(kafka.access))
        yield kafka


@contextmanager
def away(kafka: PrivateKafka, how: str) -> Iterator[None]:
    """Let a Kafka stand still, or be gone, for a while."""
    pid = kafka.pid
    assert pid is not None
    if how == "stands still":
        os.kill(pid, signal.SIGSTOP)
    else:
        kafka.stop()
    try:
        yield
    finally:
        if how == "stands still":
            os.kill(pid, signal.SIGCONT)
        else:
            kafka.start()


@pytest.mark.parametrize("how", ["stands still", "is gone"])
def test_a_log_ends_with_an_error_that_names_the_address(own_kafka: PrivateKafka, how: str) -> None:
    log = iter(Log(own_kafka.access, STORIES, seconds=8))
    next(log)
    with (
        away(own_kafka, how),
        pytest.raises(
            KafkaError, match="went away while `stories` was read: it sent nothing for 8 s"
        ),
    ):
        list(log)


@contextmanager
def reading(kafka: PrivateKafka) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command that stands in the midst of a log: nobody reads what it says of each record."""
    read, write = os.pipe()
    fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
    words = ["replay", "--since", "1d", "--kafka", kafka.address]
    with os.fdopen(read, "rb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "wirewatch", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=write,
            env=environment({}, words),
        )
        os.close(write)
        process.stderr = err
        try:
            until(lambda: waiting_in(err) > 3_900)
            yield process
        finally:
            process.kill()
            process.wait()


def waiting_in(pipe: IO[bytes]) -> int:
    (count,) = unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))
    return int(count)


def test_a_command_ends_with_one_plain_line(own_kafka: PrivateKafka) -> None:
    with reading(own_kafka) as process, away(own_kafka, "is gone"):
        assert process.stderr is not None
        said = process.stderr.read().decode()
        assert process.wait(60) == 1
    lines = [line for line in said.splitlines() if "is not a story" not in line]
    assert lines == [
        f"wirewatch: Kafka at {own_kafka.access} went away while `stories` was read: "
        "it sent nothing for 20 s"
    ]
    assert not [words for words in LIBRARY_WORDS if words in lines[0]]


def test_ctrl_c_ends_a_reader_whose_kafka_stands_still(own_kafka: PrivateKafka) -> None:
    with reading(own_kafka) as process, away(own_kafka, "stands still"):
        assert process.stderr is not None
        os.set_blocking(process.stderr.fileno(), False)
        said = bytearray()

        def quiet() -> bool:
            more = process.stderr.read() if process.stderr else None
            said.extend(more or b"")
            return not more and said.count(b"is not a story") < COUNT

        until(quiet)
        process.send_signal(signal.SIGINT)

        def ended() -> bool:
            quiet()
            return process.poll() is not None

        until(ended)
        assert process.returncode in {1, 130}
    assert b"Traceback" not in said


def test_a_beginning_that_moves_on_is_followed(own_kafka: PrivateKafka) -> None:
    """As when the time of the first records is over."""
    log = Log(own_kafka.access, STORIES)
    records = iter(log)
    first = next(records)
    admin = KafkaAdminClient(**own_kafka.access.client_settings())
    part = TopicPartition(STORIES.name, first.partition)
    admin.delete_records({part: log.ends[first.partition] - 1})
    admin.close()
    assert 1 < len(list(records)) + 1 < COUNT
