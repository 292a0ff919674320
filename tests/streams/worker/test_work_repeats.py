"""Records that come again after a worker was killed change no alert."""

from pathlib import Path

import msgspec

from connectors.kafka import ensure_topics
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import ALERTS
from streams.model.alert import AlertEvent, Kind
from streams.model.story import Status
from tests.streams.worker.test_work import put, take, work
from tests.streams.worker.test_work_offsets import all_committed
from tests.support.commands import running
from tests.support.samples import HEADLINE, NOON, sample_story
from tests.support.waiting import until


def test_a_hold_that_is_read_again_after_its_release_withdraws_nothing(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    held, released = (
        msgspec.structs.replace(
            sample_story(headline=HEADLINE),
            status=status,
            version=f"version {number}",
            revision=number,
            # Found at once, in one folder of files.
            first_seen=NOON,
        )
        for number, status in ((1, Status.WITHHELD), (2, Status.USABLE))
    )
    other = sample_story("2", headline="US and Cambodia hold talks on defense", body="At sea.")
    killed = msgspec.structs.replace(other, status=Status.CANCELED, version="killed")
    ensure_topics(kafka_address, prefix=prefix)
    words, given = work(kafka_address, prefix, tmp_path)
    with running(tmp_path / "log", words, given) as worker:
        put(kafka_address, prefix, message(held), message(released))
        take(kafka_address, prefix, ALERTS, lambda found: len(found) >= 1)
        worker.process.kill()
        worker.process.wait()
    put(kafka_address, prefix, *map(message, (held, released, killed, other, held)))
    with running(tmp_path / "log", words, given):
        until(lambda: all_committed(kafka_address, prefix))
    found = take(kafka_address, prefix, ALERTS, lambda found: len(found) >= 1)
    events = [decode(one.value, AlertEvent) for one in found]
    assert {(one.kind, one.story.id) for one in events if one.kind is not Kind.JOINED} == {
        (Kind.OPENED, released.id)
    }
