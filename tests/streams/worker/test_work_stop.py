"""A worker that is told to stop ends cleanly, whatever its group is waiting for."""

from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from connectors.kafka import ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from tests.streams.worker.test_work import put, work
from tests.streams.worker.test_work_outages import GATES, MOMENTS
from tests.support.commands import running
from tests.support.samples import sample_story
from tests.support.waiting import until

pytestmark = pytest.mark.long

# Every process of Python loads `sitecustomize` first.
NEVER_TAKEN = """
import sys
if "work" in sys.orig_argv:
    import asyncio
    import os
    from pathlib import Path

    from aiokafka.producer.sender import Sender

    async def never(*_):
        Path(os.environ["GATES"], "sent").touch()
        await asyncio.Event().wait()

    Sender._send_produce_req = never
"""


def test_workers_told_to_stop_do_not_wait_for_a_member_that_their_group_has_lost(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    """Kafka keeps those that join waiting until the session of the lost one has run out.

    One of the two was at work before, the other is about to start.
    """
    group = f"{prefix}wirewatch"
    ensure_topics(kafka_address, prefix=prefix)
    log, folders = tmp_path / "log", [tmp_path / name for name in ("lost", "working", "starting")]
    for folder in folders:
        folder.mkdir()
    (lost, given), (working, _), (starting, _) = (
        work(kafka_address, prefix, folder) for folder in folders
    )
    held = "AIOKafkaConsumer.start"
    (tmp_path / "sitecustomize.py").write_text(GATES)
    gated = given | {"PYTHONPATH": str(tmp_path), "GATES": str(tmp_path), "GATED": held}
    with (
        closing(KafkaAdminClient(**kafka_address.client_settings())) as admin,
        running(log, lost, given) as first,
        running(log, working, given) as second,
        running(log, starting, gated) as third,
    ):

        def stands(state: str, members: int) -> bool:
            found = admin.describe_groups([group])[group]
            return (found["group_state"], len(found["members"])) == (state, members)

        first.says('"working"')
        second.says('"working"')
        until(lambda: stands("Stable", 2))
        until((tmp_path / held).exists)
        first.process.kill()
        first.process.wait()
        (tmp_path / f"{held}.go").touch()
        until(lambda: stands("PreparingRebalance", 3))
        assert (third.stop(), second.stop()) == (0, 0)
    for worker in (second, third):
        assert '"stopped"' in worker.err
        assert "Traceback" not in worker.err


@pytest.mark.parametrize("asked", [*MOMENTS.values(), "AIOKafkaProducer.send"])
def test_a_worker_told_to_stop_does_not_wait_for_an_answer_that_never_comes(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path, asked: str
) -> None:
    """What it asks of Kafka first at that moment is never answered."""
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(sample_story()))
    (tmp_path / "sitecustomize.py").write_text(GATES)
    words, given = work(kafka_address, prefix, tmp_path)
    given |= {"PYTHONPATH": str(tmp_path), "GATES": str(tmp_path), "GATED": asked}
    with running(tmp_path / "log", words, given) as worker:
        until((tmp_path / asked).exists)
        assert worker.stop() == 0
    assert '"stopped"' in worker.err
    assert "Traceback" not in worker.err


def test_a_worker_told_to_stop_does_not_wait_until_kafka_takes_what_it_was_sent(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    """The chunk it is of isn't done, so that it comes again."""
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(sample_story()))
    (tmp_path / "sitecustomize.py").write_text(NEVER_TAKEN)
    words, given = work(kafka_address, prefix, tmp_path)
    given |= {"PYTHONPATH": str(tmp_path), "GATES": str(tmp_path)}
    with running(tmp_path / "log", words, given) as worker:
        until((tmp_path / "sent").exists)
        assert worker.stop() == 0
    assert '"stopped"' in worker.err
    assert "Traceback" not in worker.err
