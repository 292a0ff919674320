"""A worker lives through a Kafka that is killed and comes back, at whatever moment that is."""

import os
import signal
from pathlib import Path

import pytest

from connectors.kafka import Received, ensure_topics
from streams.contract.codec import decode
from streams.contract.messages import message
from streams.contract.topics import ALERTS
from streams.model.alert import AlertEvent
from tests.streams.worker.test_work import put, take, work
from tests.streams.worker.test_work_offsets import all_committed
from tests.support.commands import running
from tests.support.kafkas import known
from tests.support.samples import sample_story
from tests.support.waiting import until
from wirewatch.local_kafka import PrivateKafka

pytestmark = pytest.mark.long

MOMENTS = {
    "start of the producer": "AIOKafkaProducer.start",
    "start of the consumer": "AIOKafkaConsumer.start",
    "recovery, after the rebalance": "AIOKafkaConsumer.committed",
    "commit": "AIOKafkaConsumer.commit",
}
"""What Kafka is asked for the first time at each moment, in this order."""

# Every process of Python loads `sitecustomize` first.
GATES = """
import sys
if "work" in sys.orig_argv:
    import asyncio
    import os
    from pathlib import Path

    import aiokafka

    def gated(name):
        kind, _, method = name.partition(".")
        owner = getattr(aiokafka, kind)
        asked = getattr(owner, method)
        there, go = Path(os.environ["GATES"], name), Path(os.environ["GATES"], name + ".go")

        async def ask(*given, **named):
            there.touch()
            while not go.exists():
                await asyncio.sleep(0.02)
            return await asked(*given, **named)

        setattr(owner, method, ask)

    for name in os.environ["GATED"].split():
        gated(name)
"""


def told_of(found: list[Received]) -> set[str]:
    return {decode(one.value, AlertEvent).story.id for one in found}


def test_a_kafka_that_is_killed_at_any_moment_ends_no_worker_and_loses_nothing(
    tmp_path: Path,
) -> None:
    """Each moment's question waits until Kafka is dead."""
    stories = [
        sample_story(str(number), headline=f"US and Cambodia sign defense pact {number}")
        for number in range(len(MOMENTS) + 1)
    ]
    wanted = {story.id for story in stories}
    (tmp_path / "sitecustomize.py").write_text(GATES)
    with PrivateKafka(tmp_path / "kafka") as kafka:
        ensure_topics(known(kafka))
        words, given = work(kafka.access, "", tmp_path)
        given |= {
            "PYTHONPATH": str(tmp_path),
            "GATES": str(tmp_path),
            "GATED": " ".join(MOMENTS.values()),
        }
        with running(tmp_path / "log", words, given) as worker:
            for gate, story in zip(MOMENTS.values(), stories, strict=False):
                put(kafka.access, "", message(story))
                until((tmp_path / gate).exists)
                assert kafka.pid is not None
                os.kill(kafka.pid, signal.SIGKILL)
                kafka.stop()
                (tmp_path / f"{gate}.go").touch()
                kafka.start()
            put(kafka.access, "", message(stories[-1]))
            told = take(kafka.access, "", ALERTS, lambda found: told_of(found) >= wanted)
            until(lambda: all_committed(kafka.access, ""))
            assert worker.process.poll() is None, worker.err
            assert worker.stop() == 0
    assert told_of(told) == wanted
    assert '"kafka_away"' in worker.err
