"""`wirewatch deliver` on a real Kafka: each gets what they asked for, by each of their channels."""

from pathlib import Path

import msgspec
import pytest

from streams.contract.kafka_access import KafkaAccess
from streams.model.alert import AlertEvent, Kind
from streams.model.watch import Severity
from tests.support.delivering import Answer, Desk, Receiver, block, receiving
from tests.support.samples import sample_alert, sample_story
from tests.support.waiting import until


@pytest.fixture
def desk(tmp_path: Path, kafka_address: KafkaAccess, prefix: str) -> Desk:
    return Desk(tmp_path, kafka_address, prefix)


def alert(name: str, severity: Severity = Severity.NORMAL) -> AlertEvent:
    return msgspec.structs.replace(sample_alert(sample_story(name)), severity=severity)


def then(event: AlertEvent, kind: Kind) -> AlertEvent:
    return msgspec.structs.replace(event, kind=kind, event=f"{kind}-{event.event}")


def channel(name: str, receiver: Receiver, *more: str) -> str:
    lines = [f'id = "{name}"', 'kind = "webhook"', f'url = "{receiver.url}"', *more]
    return "\n".join(["[[subscriber.channel]]", *lines, ""])


def test_each_channel_gets_what_it_asks_for_and_a_dead_one_holds_up_no_other(desk: Desk) -> None:
    dead, grave, weekly = Receiver(lambda _: Answer(503)), Receiver(), Receiver()
    low, high = alert("1"), alert("2", Severity.HIGH)
    with receiving(dead, grave, weekly):
        desk.subscribers(
            '[[subscriber]]\nid = "anna"\n',
            channel("dead", dead),
            channel("grave", grave, 'min_severity = "high"'),
            channel("weekly", weekly, 'digest = "weekly"'),
        )
        with desk.delivering() as deliver:
            desk.put(low, high)
            until(lambda: grave.ids == [high.event])
            until(lambda: dead.ids)
            until(lambda: desk.states("anna/grave") == {"done": 1, "moot": 1})
            until(lambda: held(desk, "anna/weekly") == ["digest", "digest"])
            desk.put(then(low, Kind.WITHDRAWN), then(high, Kind.WITHDRAWN))
            until(lambda: grave.kinds == ["opened", "withdrawn"])
            until(lambda: desk.states("anna/weekly") == {"moot": 4})
            assert deliver.stop() == 0
    assert weekly.heard == []


def test_the_alerts_of_a_moment_go_in_one_message_and_wait_no_more_once_asked(desk: Desk) -> None:
    receiver = Receiver()
    events = [alert(str(number)) for number in range(3)]
    with receiving(receiver):
        waiting = block("desk", receiver) + 'group_wait = "1h"\n'
        desk.subscribers(waiting)
        with desk.delivering() as deliver:
            desk.put(*events)
            until(lambda: held(desk, "desk") == ["group_wait"] * 3)
            desk.subscribers(waiting.replace("1h", "1s"))
            until(lambda: receiver.digests)
            until(lambda: desk.states("desk") == {"done": 3})
            assert deliver.stop() == 0
    (digest,) = receiver.digests
    assert {one["event"] for one in digest["events"]} == {event.event for event in events}
    assert receiver.heard == []


def test_who_never_heard_of_an_alert_hears_of_no_withdrawal_of_it(desk: Desk) -> None:
    there, moved, new = Receiver(), Receiver(), Receiver()
    old, fresh = alert("1"), alert("2")
    with receiving(there, moved, new):
        desk.subscribers(block("desk", there), block("mover", there))
        with desk.delivering() as deliver:
            desk.put(old)
            until(lambda: there.kinds == ["opened"] * 2)
            until(lambda: desk.states("mover") == {"done": 1})
            desk.subscribers(block("desk", there), block("mover", moved), block("new", new))
            until(lambda: desk.ask("SELECT 1 FROM receivers WHERE subscriber = 'new'"))
            desk.put(then(old, Kind.WITHDRAWN), fresh)
            until(lambda: desk.states("desk") == {"done": 3})
            until(lambda: desk.states("mover") == {"done": 2, "moot": 1})
            until(lambda: desk.states("new") == {"done": 1, "moot": 1})
            assert deliver.stop() == 0
    assert sorted(there.kinds) == ["opened", "opened", "opened", "withdrawn"]
    assert moved.ids == new.ids == [fresh.event]


def held(desk: Desk, subscriber: str) -> list[str]:
    rows = desk.ask(
        "SELECT held FROM deliveries WHERE subscriber = ? AND state = 'pending' ORDER BY id",
        subscriber,
    )
    return [why for (why,) in rows]
