"""The outbox, on a clock made by hand."""

from pathlib import Path

import pytest

from connectors.outbox import KEEP_SECONDS, SCHEDULE, Outbox, pause

ROW = ("e1", "desk", b"{}")


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox.sqlite")


def test_an_event_goes_to_a_subscriber_once(outbox: Outbox) -> None:
    assert outbox.add([ROW, ("e1", "other", b"{}")], now=0) == 2
    assert outbox.add([ROW], now=1) == 0
    (delivery,) = outbox.due("desk", now=1)
    outbox.done(delivery, now=2)
    assert outbox.add([ROW], now=3) == 0
    assert outbox.due("desk", now=3) == []
    assert outbox.counts() == {"done": 1, "pending": 1}


def test_what_is_added_is_there_after_a_restart(tmp_path: Path) -> None:
    Outbox(tmp_path / "outbox.sqlite").add([ROW], now=0)
    (delivery,) = Outbox(tmp_path / "outbox.sqlite").due("desk", now=0)
    assert (delivery.event, delivery.payload, delivery.attempts) == ("e1", b"{}", 0)


def test_a_retry_waits_for_its_time(outbox: Outbox) -> None:
    outbox.add([ROW], now=0)
    (delivery,) = outbox.due("desk", now=0)
    outbox.retry(delivery, 0, at=300, error="503")
    assert outbox.due("desk", now=299) == []
    assert outbox.next_due("desk") == 300
    (again,) = outbox.due("desk", now=300)
    assert again.attempts == 1


def test_a_receiver_that_is_back_gets_what_found_it_away(outbox: Outbox) -> None:
    outbox.add([("away", "desk", b"{}"), ("refused", "desk", b"{}"), ("now", "desk", b"{}")], now=0)
    away, refused, now = outbox.due("desk", now=0)
    outbox.retry(away, 0, at=7200, error="no connection", away=True)
    outbox.retry(refused, 0, at=7200, error="400")
    outbox.done(now, 60)
    assert [delivery.event for delivery in outbox.due("desk", now=60)] == ["away"]


def test_what_never_arrives_is_kept_with_its_reason(outbox: Outbox) -> None:
    outbox.add([ROW], now=0)
    (delivery,) = outbox.due("desk", now=0)
    outbox.fail(delivery, 1, error="410")
    assert outbox.due("desk", now=10**9) == []
    assert outbox.next_due("desk") is None
    assert outbox.counts() == {"failed": 1}


def test_only_what_was_delivered_long_ago_is_forgotten(outbox: Outbox) -> None:
    outbox.add([ROW, ("e2", "desk", b"{}")], now=0)
    first, _ = outbox.due("desk", now=0)
    outbox.done(first, now=0)
    outbox.forget(now=KEEP_SECONDS - 1)
    assert outbox.counts() == {"done": 1, "pending": 1}
    outbox.forget(now=KEEP_SECONDS + 1)
    assert outbox.counts() == {"pending": 1}


@pytest.mark.parametrize(
    ("attempts", "after", "dice", "seconds"),
    [
        (1, None, 0.0, 5),
        (1, None, 1.0, 6),
        (2, None, 0.0, 300),
        (1, 120.0, 1.0, 120),
        (2, 120.0, 0.0, 300),
        (9, None, 0.0, 86_400),
        (10, None, 0.0, None),
    ],
)
def test_the_pauses_grow_and_end(
    attempts: int, after: float | None, dice: float, seconds: float | None
) -> None:
    assert pause(attempts, after=after, dice=dice) == seconds


def test_a_receiver_has_three_days_to_come_back() -> None:
    assert sum(SCHEDULE) > 3 * 24 * 3600
