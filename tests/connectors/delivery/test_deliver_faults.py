"""`wirewatch deliver` on a real Kafka: what goes wrong with one thing stays with that one."""

import os
import signal
import threading
from pathlib import Path

import msgspec
import pytest

from connectors.delivery.deliver import FINISH_SECONDS
from connectors.delivery.outbox.summary import outbox_summary
from streams.contract.kafka_access import KafkaAccess
from streams.model.alert import AlertEvent, Kind
from tests.support.commands import ended
from tests.support.delivering import Answer, Desk, Receiver, block, receiving
from tests.support.samples import sample_alert, sample_story
from tests.support.waiting import PATIENCE, until
from wirewatch.runtime.supervisor import STOP_SECONDS

pytestmark = pytest.mark.long

YEAR_HUGE = {"Retry-After": "Thu, 01 Jan 99999999999999999999 00:00:00 GMT"}


@pytest.fixture
def desk(tmp_path: Path, kafka_address: KafkaAccess, prefix: str) -> Desk:
    return Desk(tmp_path, kafka_address, prefix)


def alerts(count: int) -> list[AlertEvent]:
    return [sample_alert(sample_story(str(number))) for number in range(count)]


def then(event: AlertEvent, kind: Kind) -> AlertEvent:
    return msgspec.structs.replace(event, kind=kind, event=f"{kind}-{event.event}")


def test_a_bad_row_a_hostile_receiver_and_a_closed_terminal_fail_alone(desk: Desk) -> None:
    good, first, second = Receiver(), *alerts(2)
    hostile = Receiver(lambda _: Answer(429, YEAR_HUGE))
    broken = msgspec.structs.replace(first, event="two\r\nlines", alert="B")
    with receiving(good, hostile):
        desk.subscribers(block("good", good), block("hostile", hostile))
        with desk.delivering():
            pass
        # As an older release, or a fault of the disk, may have left it.
        for name, payload in (("garbage", b"\x00\xff"), ("number", 17), ("text", "[]")):
            desk.ask(
                "INSERT INTO deliveries (event, subscriber, alert, kind, payload, next_try, added,"
                " changed) VALUES (?, 'good', '', '', ?, 0, 0, 0)",
                name,
                payload,
            )
        desk.subscribers(block("good", good), block("hostile", hostile), block("desk"))
        reading, writing = os.pipe()
        with desk.delivering(stdout=writing) as deliver:
            os.close(writing)
            os.close(reading)
            desk.put(broken, first)
            until(lambda: good.ids == [first.event])
            until(lambda: "subscriber_paused" in deliver.err)
            until(lambda: hostile.heard)
            desk.put(second)
            until(lambda: good.ids == [first.event, second.event])
            assert deliver.err.count("subscriber_paused") == 1
            assert deliver.stop() == 0
    assert desk.states("good") == {"done": 2, "failed": 4}
    reasons = dict(desk.ask("SELECT event, error FROM deliveries WHERE state = 'failed'"))
    assert "header" in reasons["two\r\nlines"]
    assert all("outbox" in reasons[name] for name in ("garbage", "number", "text"))
    assert desk.states("desk") == {"pending": 3}
    assert desk.states("hostile").keys() == {"pending", "failed"}


def test_an_alert_that_is_withdrawn_before_it_was_told_is_never_told(desk: Desk) -> None:
    """One receiver refuses what opens an alert, one breaks off: it may have taken it."""
    (opened,) = alerts(1)

    def refuses(status: int | None) -> Receiver:
        return Receiver(lambda body: Answer(status if body["kind"] == "opened" else 200))

    refusing, breaking, well = refuses(500), refuses(None), Receiver()
    with receiving(refusing, breaking, well):
        desk.subscribers(
            block("refusing", refusing), block("breaking", breaking), block("well", well)
        )
        with desk.delivering() as deliver:
            desk.put(opened)
            until(lambda: all(one.heard for one in (refusing, breaking, well)))
            desk.put(then(opened, Kind.WITHDRAWN))
            until(lambda: desk.states("refusing") == {"moot": 2})
            until(lambda: desk.states("breaking") == {"moot": 1, "done": 1})
            until(lambda: desk.states("well") == {"done": 2})
            assert deliver.err.count("delivery_moot") == 3
            assert "refusing" not in outbox_summary(desk.outbox).failing
    assert set(refusing.kinds) == {"opened"}
    assert breaking.kinds[-1] == "withdrawn"
    assert well.kinds == ["opened", "withdrawn"]


def test_later_events_of_an_alert_wait_for_the_earlier_ones(desk: Desk) -> None:
    (opened,) = alerts(1)
    (other,) = alerts(2)[1:]
    refused: list[str] = []

    def once(body: dict[str, str]) -> Answer:
        if body["kind"] == "opened" and body["event"] == opened.event and not refused:
            refused.append(body["event"])
            return Answer(400)
        return Answer()

    receiver = Receiver(once)
    with receiving(receiver):
        desk.subscribers(block("hook", receiver))
        with desk.delivering():
            desk.put(opened)
            until(lambda: refused)
            desk.put(then(opened, Kind.UPDATED), other)
            until(lambda: desk.states("hook") == {"done": 3})
    told = [kind for kind, event in receiver.heard if event != other.event]
    assert told == ["opened", "opened", "updated"]


def test_what_is_under_way_at_a_stop_is_finished_and_sent_once(desk: Desk) -> None:
    """A terminal that nobody reads holds up neither the others nor the end."""
    assert FINISH_SECONDS < STOP_SECONDS
    (event,) = alerts(1)
    posted, answer = threading.Event(), threading.Event()

    def slowly(_: object) -> Answer:
        posted.set()
        answer.wait(PATIENCE)
        return Answer()

    receiver = Receiver(slowly)
    with receiving(receiver):
        desk.subscribers(block("desk"), block("hook", receiver))
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        with open(writing, "wb", buffering=0) as pipe:
            while pipe.write(b"\n" * 65_536):
                pass
            os.set_blocking(writing, True)
            with desk.delivering(stdout=writing) as deliver:
                desk.put(event)
                assert posted.wait(PATIENCE)
                deliver.process.send_signal(signal.SIGTERM)
                answer.set()
                assert deliver.process.wait(PATIENCE) == 0
        os.close(reading)
        assert desk.states("hook") == {"done": 1}
        assert desk.states("desk") == {"pending": 1}
        with desk.delivering():
            until(lambda: desk.states("desk") == {"done": 1})
    assert receiver.ids == [event.event]


def test_a_receiver_that_is_away_is_tried_once_for_all_that_waits(desk: Desk) -> None:
    status = [503]
    away = Receiver(lambda _: Answer(status[0]))
    *events, last = alerts(41)
    with receiving(away):
        desk.subscribers(block("hook", away))
        with desk.delivering() as deliver:
            desk.put(*events)
            until(lambda: desk.states("hook") == {"pending": 40})
            until(lambda: "delivery_retry" in deliver.err)
            desk.put(last)
            until(lambda: desk.states("hook") == {"pending": 41})
            status[0] = 200
            until(lambda: desk.states("hook") == {"done": 41})
            # A second one only where this machine took longer than the first hold.
            assert deliver.err.count("delivery_retry") <= 2
    assert set(away.ids) == {event.event for event in (*events, last)}


def test_retry_after_holds_the_receiver_over_a_restart(desk: Desk) -> None:
    busy = Receiver(lambda _: Answer(429, {"Retry-After": "600"}))
    with receiving(busy):
        desk.subscribers(block("hook", busy))
        with desk.delivering() as deliver:
            desk.put(*alerts(5))
            deliver.says("delivery_retry")
            until(lambda: desk.states("hook") == {"pending": 5})
        ((held, failures),) = desk.ask(
            "SELECT held_until - failing_since, failures FROM receivers WHERE subscriber = 'hook'"
        )
        assert 600 <= held <= 606
        assert failures == 1
        with desk.delivering() as deliver:
            # A subscriber that is new goes first through the same steps: so this one had its turn.
            well = Receiver()
            with receiving(well):
                desk.subscribers(block("hook", busy), block("well", well))
                deliver.says("subscribers_reloaded")
                desk.put(*alerts(6)[5:])
                until(lambda: well.heard)
    assert len(busy.heard) == 1


def test_410_stops_a_subscriber_until_it_has_another_url(desk: Desk) -> None:
    gone, moved, well = Receiver(lambda _: Answer(410)), Receiver(), Receiver()
    events = alerts(30)
    with receiving(gone, moved, well):
        desk.subscribers(block("hook", gone), block("well", well))
        with desk.delivering() as deliver:
            desk.put(*events[:20])
            until(lambda: desk.states("well") == {"done": 20})
            until(lambda: "subscriber_stopped" in deliver.err)
            desk.put(*events[20:29])
            until(lambda: desk.states("well") == {"done": 29})
            until(lambda: desk.states("hook") == {"failed": 29})
            assert len(gone.heard) == 1
            assert deliver.err.count("subscriber_stopped") == 1
            desk.subscribers(block("hook", moved), block("well", well))
            deliver.says("subscribers_reloaded")
            desk.put(events[29])
            until(lambda: moved.ids == [events[29].event])
    assert len(gone.heard) == 1


def test_edited_subscribers_come_into_force_while_it_runs(desk: Desk) -> None:
    stays, leaves, comes = Receiver(), Receiver(), Receiver()
    first, second = alerts(2)
    with receiving(stays, leaves, comes):
        desk.subscribers(block("stays", stays), block("leaves", leaves))
        with desk.delivering() as deliver:
            desk.put(first)
            until(lambda: leaves.ids and stays.ids)
            desk.subscribers(block("stays", stays), block("comes", comes))
            deliver.says("subscribers_reloaded")
            desk.put(second)
            until(lambda: comes.ids and len(stays.ids) == 2)
            assert "subscriber_left" in deliver.err
            (desk.folder / "wirewatch.toml").write_text("backfill_alerts = true\n")
            deliver.says("takes effect after a restart")
    assert (stays.ids, leaves.ids, comes.ids) == (
        [first.event, second.event],
        [first.event],
        [second.event],
    )


def test_what_waits_for_a_subscriber_who_left_is_given_up_on_in_the_end(desk: Desk) -> None:
    away, well = Receiver(lambda _: Answer(503)), Receiver()
    with receiving(away, well):
        desk.subscribers(block("hook", away), block("well", well))
        with desk.delivering():
            desk.put(*alerts(2))
            until(lambda: desk.states("hook") == {"pending": 2})
        desk.ask("UPDATE deliveries SET added = added - 1000000 WHERE subscriber = 'hook'")
        desk.subscribers(block("well", well))
        with desk.delivering() as deliver:
            deliver.says('"given_up"')
            assert desk.states("hook") == {"failed": 2}


def test_who_was_stopped_gets_alerts_again_once_resumed(desk: Desk) -> None:
    takes = [False]
    hook = Receiver(lambda _: Answer(200 if takes[0] else 410))
    first, second = alerts(2)
    resume = ["subscribers", "resume", "hook", "--config", str(desk.folder)]
    with receiving(hook):
        desk.subscribers(block("hook", hook))
        with desk.delivering() as deliver:
            desk.put(first)
            deliver.says("subscriber_stopped")
            takes[0] = True
            assert ended(*resume, "--data", str(desk.folder / "data")).returncode == 0
            deliver.says("subscriber_resumed")
            desk.put(second)
            until(lambda: hook.ids[1:] == [second.event])
