"""The outbox, on a clock made by hand."""

import sqlite3
from pathlib import Path

import pytest

from connectors.delivery.outbox.clearing import KEEP_SECONDS
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.records import OutboxEntry, Parcel, ReceiverBackoff
from connectors.delivery.retry_schedule import GIVE_UP_SECONDS, SCHEDULE
from connectors.delivery.sender import settle
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, Result, give_up, retry
from streams.contract.topics import ALERTS

DAY = 24 * 3600.0


def row(
    event: str = "e1", subscriber: str = "desk", *, alert: str = "", kind: str = "opened"
) -> OutboxEntry:
    return OutboxEntry(
        event=event, subscriber=subscriber, alert=alert or event, kind=kind, payload=b"{}"
    )


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    outbox = Outbox(tmp_path / "outbox.sqlite")
    outbox.meet({"desk": "a", "other": "b"}, since=0)
    return outbox


def first(outbox: Outbox, now: float) -> Parcel:
    return outbox.take("desk", now, limit=1)[0]


def events(outbox: Outbox, now: float) -> list[str]:
    return [parcel.id for parcel in outbox.take("desk", now)]


def test_an_event_goes_to_a_subscriber_once(outbox: Outbox) -> None:
    assert outbox.add([row(), row(subscriber="other")], now=0) == 2
    assert outbox.add([row()], now=1) == 0
    outbox.done(first(outbox, now=1), now=2)
    assert outbox.add([row()], now=3) == 0
    assert events(outbox, now=3) == []
    assert outbox.counts() == {"done": 1, "pending": 1}


def test_what_is_added_is_there_after_a_restart(tmp_path: Path) -> None:
    Outbox(tmp_path / "outbox.sqlite").add([row()], now=0, read={3: 7})
    again = Outbox(tmp_path / "outbox.sqlite")
    delivery = first(again, now=0)
    assert (delivery.id, delivery.deliveries[0].payload, delivery.attempts) == ("e1", b"{}", 0)
    assert again.positions.all() == {3: 7}


def test_a_retry_waits_for_its_time(outbox: Outbox) -> None:
    outbox.add([row()], now=0)
    outbox.retry(first(outbox, now=0), 0, at=300, error="503")
    assert events(outbox, now=299) == []
    assert outbox.next_due("desk") == 300
    assert first(outbox, now=300).attempts == 1


def test_a_receiver_that_is_back_gets_what_found_it_away(outbox: Outbox) -> None:
    outbox.add([row("away"), row("refused"), row("now")], now=0)
    away, refused, now = outbox.take("desk", now=0)
    outbox.retry(
        away,
        0,
        at=7200,
        error="no connection",
        away=True,
        hold=ReceiverBackoff(until=5, failures=1),
    )
    outbox.retry(refused, 5, at=7200, error="400", hold=ReceiverBackoff(until=9, failures=2))
    outbox.done(now, 60)
    assert events(outbox, now=60) == ["away"]


def test_a_receiver_that_failed_is_left_alone_whatever_is_due(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    outbox = Outbox(path)
    outbox.meet({"desk": "a", "other": "b"}, since=0)
    outbox.add([row(str(number)) for number in range(40)], now=0)
    outbox.add([row("1", "other")], now=0)
    outbox.retry(
        first(outbox, now=0), 0, at=5, error="503", hold=ReceiverBackoff(until=60, failures=1)
    )
    outbox.close()
    again = Outbox(path)
    assert again.take("desk", now=59) == []
    assert again.next_due("desk") == 60
    assert len(again.take("other", now=0)) == 1
    assert len(again.take("desk", now=60)) == 20


def test_a_receiver_with_another_address_is_not_held_for_the_one_before(outbox: Outbox) -> None:
    outbox.add([row()], now=0)
    outbox.retry(
        first(outbox, now=0), 0, at=0, error="503", hold=ReceiverBackoff(until=60, failures=1)
    )
    outbox.meet({"desk": "a"}, since=0)
    assert events(outbox, now=1) == []
    outbox.meet({"desk": "another"}, since=0)
    assert events(outbox, now=1) == ["e1"]


def test_an_event_never_overtakes_an_earlier_one_of_its_alert(outbox: Outbox) -> None:
    outbox.add([row("o", alert="A"), row("u", alert="A", kind="updated"), row("x")], now=0)
    outbox.retry(first(outbox, now=0), 0, at=100, error="400")
    assert events(outbox, now=50) == ["x"]
    assert events(outbox, now=100) == ["o", "u", "x"]


def test_what_was_taken_up_may_have_arrived_until_it_is_known(tmp_path: Path) -> None:
    """As when the process is killed while it posts."""
    outbox = Outbox(tmp_path / "outbox.sqlite")
    outbox.meet({"desk": "a"}, since=0)
    outbox.add([row("o", alert="A")], now=0)
    assert not first(outbox, now=0).maybe_taken
    again = Outbox(tmp_path / "outbox.sqlite")
    taken = first(again, now=0)
    assert taken.maybe_taken
    again.add([row("w", alert="A", kind="withdrawn")], now=1)
    assert [delivery.event for delivery, _ in again.drop_moot("desk", 1)] == ["o"]
    assert events(again, now=1) == ["w"]


def test_what_was_put_back_was_not_tried(outbox: Outbox) -> None:
    outbox.add([row("o", alert="A"), row("w", alert="A", kind="withdrawn")], now=0)
    outbox.put_back(outbox.take("desk", now=0))
    assert [delivery.event for delivery, _ in outbox.drop_moot("desk", 1)] == ["o", "w"]
    assert outbox.counts() == {"moot": 2}
    assert outbox.add([row("o", alert="A")], now=2) == 0


def test_what_never_arrives_is_kept_with_its_reason(outbox: Outbox, tmp_path: Path) -> None:
    outbox.add([row()], now=0)
    outbox.fail(first(outbox, now=0), 1, error="410")
    assert events(outbox, now=10**9) == []
    assert outbox.next_due("desk") is None
    assert outbox.counts() == {"failed": 1}
    with sqlite3.connect(tmp_path / "outbox.sqlite") as db:
        assert db.execute("SELECT error FROM deliveries").fetchone() == ("410",)


def test_a_payload_goes_once_it_is_delivered(outbox: Outbox, tmp_path: Path) -> None:
    outbox.add([row("e1"), row("e2")], now=0)
    outbox.done(first(outbox, now=0), now=0)
    with sqlite3.connect(tmp_path / "outbox.sqlite") as db:
        rows = db.execute("SELECT event, payload FROM deliveries ORDER BY id").fetchall()
    assert rows == [("e1", None), ("e2", b"{}")]


def test_a_delivered_event_is_remembered_for_longer_than_kafka_has_it(outbox: Outbox) -> None:
    assert ALERTS.kept is not None
    assert ALERTS.kept + 30 * DAY < KEEP_SECONDS
    outbox.add([row(), row("e2")], now=0)
    outbox.done(first(outbox, now=0), now=0)
    outbox.clear_away(KEEP_SECONDS - 1, ["desk"])
    assert outbox.counts() == {"done": 1, "pending": 1}
    outbox.clear_away(KEEP_SECONDS + 1, ["desk"])
    assert outbox.counts() == {"pending": 1}


def test_a_receiver_that_is_away_for_too_long_is_given_up_on(outbox: Outbox) -> None:
    outbox.add([row("old"), row("old too")], now=0)
    outbox.retry(
        first(outbox, now=0), 0, at=0, error="503", hold=ReceiverBackoff(until=0, failures=1)
    )
    outbox.add([row("new")], now=GIVE_UP_SECONDS)
    assert not outbox.clear_away(GIVE_UP_SECONDS - 1, ["desk"]).dead
    assert outbox.clear_away(GIVE_UP_SECONDS, ["desk"]).dead == {"desk": 2}
    assert events(outbox, now=GIVE_UP_SECONDS) == ["new"]


def test_what_waits_for_a_downtime_of_ours_is_not_given_up_on(outbox: Outbox) -> None:
    outbox.add([row()], now=0)
    assert not outbox.clear_away(30 * DAY, ["desk"]).dead
    assert events(outbox, now=30 * DAY) == ["e1"]


def test_a_subscriber_that_left_may_come_back_for_three_days(outbox: Outbox) -> None:
    outbox.add([row()], now=0)
    assert not outbox.clear_away(GIVE_UP_SECONDS - 1, ["other"]).gone
    assert outbox.clear_away(GIVE_UP_SECONDS, ["other"]).gone == {"desk": 1}
    assert outbox.counts() == {"failed": 1}


def test_the_position_that_is_safe_without_the_file_stands_before_what_is_pending(
    outbox: Outbox,
) -> None:
    outbox.positions.begin("log", {0: 3, 1: 8})
    at_four = OutboxEntry(
        event="e", subscriber="desk", alert="e", kind="opened", payload=b"", partition=0, offset=4
    )
    outbox.add([at_four], now=0, read={0: 9})
    assert outbox.positions.settled() == {0: 4, 1: 8}
    outbox.done(first(outbox, now=0), now=0)
    assert outbox.positions.settled() == {0: 9, 1: 8}


def test_offsets_of_another_log_hold_nothing_back(outbox: Outbox) -> None:
    outbox.positions.begin("log", {0: 100})
    old = OutboxEntry(
        event="e", subscriber="desk", alert="e", kind="opened", payload=b"", partition=0, offset=4
    )
    outbox.add([old], now=0, read={0: 101})
    outbox.positions.begin("another", {0: 50})
    assert outbox.positions.settled() == {0: 50}
    assert outbox.positions.log == "another"


@pytest.mark.parametrize(
    ("attempts", "since_first_try", "outcome", "state"),
    [
        (0, 0.0, DELIVERED, "done"),
        (0, 0.0, retry("503"), "pending"),
        (len(SCHEDULE) - 1, GIVE_UP_SECONDS, retry("503"), "failed"),
        (len(SCHEDULE) - 1, 60.0, retry("503"), "pending"),
        (0, GIVE_UP_SECONDS, retry("503"), "pending"),
        (0, 0.0, give_up("no header"), "failed"),
        (0, 0.0, DeliveryOutcome(Result.STOP, "410"), "failed"),
        (0, 0.0, DeliveryOutcome(Result.PAUSE, "no terminal"), "pending"),
    ],
)
def test_every_try_is_written_down(
    outbox: Outbox, attempts: int, since_first_try: float, outcome: DeliveryOutcome, state: str
) -> None:
    outbox.add([row()], now=0)
    for _ in range(attempts):
        outbox.retry(first(outbox, now=0), 0, at=0, error="503")
    delivery = first(outbox, now=0)
    if not attempts and since_first_try:
        outbox.retry(delivery, 0, at=0, error="503")
        delivery = first(outbox, now=0)
    settle(outbox, delivery, outcome, now=since_first_try, dice=0)
    assert outbox.counts() == {state: 1}
