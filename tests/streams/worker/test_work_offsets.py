"""What a worker has done is committed, in every partition, and so it never has to end itself.

With Faust's compiled modules and without: they take different ways past an acknowledgement.
"""

import itertools
import time
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition

from connectors.kafka import ensure_topics
from connectors.watchdog import PATIENCE
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import MATCHES, PARTITIONS, STORIES, TAGGED
from streams.worker.work import LOOK_EVERY
from tests.streams.worker.test_work import put, work
from tests.support.commands import Running, running
from tests.support.samples import sample_story
from tests.support.waiting import until

pytestmark = pytest.mark.long

LONGEST_TIMER = PATIENCE + 2 * LOOK_EVERY
NUMBERS = itertools.count()


def put_some(address: KafkaAccess, prefix: str, number: int) -> None:
    """Put stories whose keys are spread over all partitions, half of which match the watch."""
    headlines = ("US and Cambodia hold joint military exercises", "Rain in Lima")
    stories = [
        sample_story(str(n), headline=headlines[n % 2], body=f"Mr {n} saw it.")
        for n in itertools.islice(NUMBERS, number)
    ]
    put(address, prefix, *map(message, stories))


def uncommitted(address: KafkaAccess, prefix: str) -> dict[TopicPartition, tuple[int, int]]:
    """Where the committed offset isn't the end: both, by partition."""
    names = [prefix + topic.name for topic in (STORIES, TAGGED, MATCHES)]
    parts = [TopicPartition(name, number) for name in names for number in range(PARTITIONS)]
    consumer = KafkaConsumer(
        **address.client_settings(), group_id=f"{prefix}wirewatch", enable_auto_commit=False
    )
    with closing(consumer):
        ends = consumer.end_offsets(parts)
        committed = {part: consumer.committed(part) or 0 for part in parts}
    return {part: (committed[part], ends[part]) for part in parts if committed[part] != ends[part]}


def all_committed(address: KafkaAccess, prefix: str) -> bool:
    return not uncommitted(address, prefix)


def test_all_is_committed_and_no_worker_ends_itself_busy_or_idle(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ways = {f"{prefix}c-": "", f"{prefix}p-": "1"}
    workers: list[Running] = []
    with ExitStack() as stack:
        for way, plain in ways.items():
            ensure_topics(kafka_address, prefix=way)
            words, given = work(kafka_address, way, tmp_path / way)
            (tmp_path / way).mkdir()
            given["NO_CYTHON"] = plain
            workers.append(stack.enter_context(running(tmp_path / way / "log", words, given)))
            workers[-1].says('"working"')
        busy_until = time.monotonic() + 40
        while time.monotonic() < busy_until:
            for way in ways:
                put_some(kafka_address, way, 20)
        for way in ways:
            until(partial(all_committed, kafka_address, way))
        idle_until = time.monotonic() + LONGEST_TIMER
        until(
            lambda: (
                any(worker.process.poll() is not None for worker in workers)
                or time.monotonic() > idle_until
            ),
            LONGEST_TIMER + 10,
        )
        for worker in workers:
            assert worker.process.poll() is None, worker.err
        for way in ways:
            put_some(kafka_address, way, 20)
            until(partial(all_committed, kafka_address, way))


def test_a_worker_that_is_asked_to_stop_commits_what_it_has_done(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    words, given = work(kafka_address, prefix, tmp_path)
    with running(tmp_path / "log", words, given) as worker:
        put_some(kafka_address, prefix, 100)
        worker.says('"gather_in": 50')
        assert worker.stop() == 0
    assert all_committed(kafka_address, prefix)
