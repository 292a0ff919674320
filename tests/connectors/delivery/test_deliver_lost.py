"""`wirewatch deliver` on a real Kafka: positions, outboxes and room on the disk that get lost."""

import os
import resource
import time
from contextlib import closing
from pathlib import Path

import kafka as kafka_python
import psutil
import pytest

from connectors.delivery.reader import GROUP
from connectors.kafka import Consumer
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import ALERTS
from streams.model.alert import AlertEvent
from tests.connectors.delivery.outbox.test_outbox_layout import first_release
from tests.support.delivering import Answer, Desk, Receiver, block, receiving
from tests.support.samples import sample_alert, sample_story
from tests.support.waiting import until

pytestmark = pytest.mark.long

DAY = 24 * 3600


@pytest.fixture
def desk(tmp_path: Path, kafka_address: KafkaAccess, prefix: str) -> Desk:
    return Desk(tmp_path, kafka_address, prefix)


def alerts(count: int) -> list[AlertEvent]:
    return [sample_alert(sample_story(str(number))) for number in range(count)]


def put_long_ago(desk: Desk, *events: AlertEvent) -> None:
    """Put alerts on Kafka that came two days ago."""
    producer = kafka_python.KafkaProducer(**desk.kafka.client_settings())
    with closing(producer):
        for event in events:
            packed = message(event)
            producer.send(
                desk.prefix + ALERTS.name,
                key=packed.key,
                value=packed.value,
                timestamp_ms=int((time.time() - 2 * DAY) * 1000),
            ).get(30)


def committed(desk: Desk) -> dict[int, int]:
    """Return the group's offsets that aren't nought."""
    with closing(Consumer(desk.kafka, group=GROUP, topics=(), prefix=desk.prefix)) as consumer:
        found = consumer.committed(ALERTS, consumer.places(ALERTS, None))
    return {number: offset for number, offset in found.items() if offset}


def ends(desk: Desk) -> dict[int, int]:
    with closing(Consumer(desk.kafka, group=None, topics=(), prefix=desk.prefix)) as consumer:
        places = consumer.places(ALERTS, None)
    return {number: end for number, (_, end) in places.items() if end}


def forget(desk: Desk) -> None:
    """Forget the group's position, as Kafka does after seven days without a commit."""
    with closing(kafka_python.KafkaAdminClient(**desk.kafka.client_settings())) as admin:
        admin.delete_groups([desk.prefix + GROUP])
    assert committed(desk) == {}


def test_a_position_that_kafka_forgot_brings_nothing_back(desk: Desk) -> None:
    """Nor does a subscriber who comes later get what was there before."""
    receiver, newcomer = Receiver(), Receiver()
    *before, after = alerts(12)
    with receiving(receiver, newcomer):
        desk.subscribers(block("hook", receiver))
        with desk.delivering():
            desk.put(*before)
            until(lambda: desk.states("hook") == {"done": 11})
            until(lambda: committed(desk) == ends(desk))
        forget(desk)
        desk.ask("UPDATE receivers SET since = 0")
        # The outbox forgets at last: its positions alone must do.
        desk.ask("DELETE FROM deliveries")
        desk.subscribers(block("hook", receiver), block("newcomer", newcomer))
        with desk.delivering():
            # Kept anew though nothing came.
            until(lambda: committed(desk) == ends(desk))
            desk.put(after)
            until(lambda: newcomer.ids)
            until(lambda: desk.states("hook") == {"done": 1})
    assert receiver.ids[-1] == after.event
    assert sorted(receiver.ids) == sorted(event.event for event in (*before, after))
    assert newcomer.ids == [after.event]


def test_a_first_start_brings_the_last_day_and_not_the_years_before(desk: Desk) -> None:
    receiver = Receiver()
    old, new = alerts(2)
    put_long_ago(desk, old)
    desk.put(new)
    with receiving(receiver):
        desk.subscribers(block("hook", receiver))
        with desk.delivering():
            until(lambda: committed(desk) == ends(desk))
            until(lambda: receiver.ids)
    assert receiver.ids == [new.event]


@pytest.mark.parametrize("damage", ["garbled", "gone"])
def test_what_was_pending_in_a_lost_outbox_is_sent_from_kafka(desk: Desk, damage: str) -> None:
    status = [503]
    away, well = Receiver(lambda _: Answer(status[0])), Receiver()
    done, *pending = alerts(4)
    with receiving(away, well):
        desk.subscribers(block("well", well))
        with desk.delivering():
            desk.put(done)
            until(lambda: committed(desk) == ends(desk))
        desk.subscribers(block("away", away), block("well", well))
        with desk.delivering():
            desk.put(*pending)
            until(lambda: desk.states("away") == {"pending": 3})
            until(lambda: desk.states("well") == {"done": 4})
        for name in ("outbox.sqlite-wal", "outbox.sqlite-shm"):
            (desk.outbox.parent / name).unlink(missing_ok=True)
        whole = desk.outbox.read_bytes()
        if damage == "gone":
            desk.outbox.unlink()
        else:
            desk.outbox.write_bytes(whole[:1024] + b"\xa5" * (len(whole) - 1024))
        status[0] = 200
        with desk.delivering() as deliver:
            deliver.says("outbox_lost")
            assert ("outbox_moved_aside" in deliver.err) == (damage != "gone")
            until(lambda: {event.event for event in pending} <= set(away.ids))
            until(lambda: len(well.ids) >= 7)
            assert deliver.stop() == 0
    assert desk.outbox.with_name("outbox.sqlite.aside-1").exists() == (damage != "gone")
    # What was settled for all stays settled.
    assert well.ids.count(done.event) == 1
    assert done.event not in away.ids


def test_an_outbox_of_the_first_release_sends_nothing_twice(desk: Desk) -> None:
    """Though Kafka forgot the position, and alerts are on it from the beginning."""
    receiver = Receiver()
    desk.outbox.parent.mkdir()
    done = first_release(desk.outbox, time.time())
    with receiving(receiver):
        desk.subscribers(block("desk", receiver))
        desk.put(*alerts(5))
        with desk.delivering():
            until(lambda: desk.states("desk") == {"done": 4, "failed": 1})
    # Two were pending, one is new; one had been delivered, and one given up on.
    assert sorted(receiver.ids) == sorted([done[1], done[2], alerts(5)[4].event])


def test_an_outbox_damaged_while_it_runs_is_begun_anew(desk: Desk) -> None:
    receiver = Receiver()
    first, second = alerts(2)
    with receiving(receiver):
        desk.subscribers(block("hook", receiver))
        with desk.delivering() as deliver:
            desk.put(first)
            until(lambda: desk.states("hook") == {"done": 1})
            desk.ask("PRAGMA wal_checkpoint(TRUNCATE)")
            size = desk.outbox.stat().st_size
            with desk.outbox.open("r+b") as file:
                file.seek(4096)
                file.write(b"\xa5" * (size - 4096))
            desk.put(second)
            deliver.says("outbox_moved_aside")
            until(lambda: second.event in receiver.ids)
            assert deliver.stop() == 0


def test_a_full_disk_is_waited_for_and_told(desk: Desk) -> None:
    receiver = Receiver()
    first, *rest = alerts(30)
    with receiving(receiver):
        desk.subscribers(block("hook", receiver))
        with desk.delivering() as deliver:
            desk.put(first)
            until(lambda: desk.states("hook") == {"done": 1})
            process = psutil.Process(deliver.process.pid)
            room = max(os.stat(path).st_size for path in desk.outbox.parent.glob("outbox*"))
            process.rlimit(resource.RLIMIT_FSIZE, (room + 1, resource.RLIM_INFINITY))
            desk.put(*rest)
            deliver.says("file_not_written")
            process.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            deliver.says("file_written_again")
            until(lambda: desk.states("hook") == {"done": 30})
    assert sorted(receiver.ids) == sorted(event.event for event in (first, *rest))
