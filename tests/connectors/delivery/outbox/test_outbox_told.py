"""What ends, corrects or takes back goes to who was told of the alert, and to nobody else."""

from pathlib import Path

import pytest

from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.records import OutboxEntry, Parcel


def row(
    event: str, subscriber: str = "desk", *, alert: str, kind: str = "opened", reason: str = ""
) -> OutboxEntry:
    return OutboxEntry(
        event=event, subscriber=subscriber, alert=alert, kind=kind, payload=b"{}", reason=reason
    )


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    outbox = Outbox(tmp_path / "outbox.sqlite")
    outbox.meet({"desk": "a"}, since=0)
    return outbox


def first(outbox: Outbox, now: float) -> Parcel:
    return outbox.take("desk", now, limit=1)[0]


def events(outbox: Outbox, now: float) -> list[str]:
    return [parcel.id for parcel in outbox.take("desk", now)]


TAKES_BACK = [
    ("withdrawn", "killed by the outlet"),
    ("closed", "quiet for 24 hours"),
    ("corrected", "corrected by the outlet"),
    ("updated", "killed by Gulf Wire, still reported by River Post"),
]


@pytest.mark.parametrize(("kind", "reason"), TAKES_BACK)
def test_what_takes_back_goes_only_to_who_was_told(outbox: Outbox, kind: str, reason: str) -> None:
    outbox.meet({"new": "c"}, since=10)
    outbox.add([row("o", alert="A")], now=5)
    outbox.done(first(outbox, now=5), now=6)
    for name in ("desk", "new"):
        outbox.add([row("t", name, alert="A", kind=kind, reason=reason)], now=20)
    assert outbox.drop_moot("desk", 20) == []
    assert events(outbox, now=20) == ["t"]
    assert [delivery.event for delivery, _ in outbox.drop_moot("new", 20)] == ["t"]
    assert outbox.take("new", 20) == []


@pytest.mark.parametrize(("kind", "reason"), TAKES_BACK)
def test_what_the_address_before_heard_is_not_taken_back_from_another(
    outbox: Outbox, kind: str, reason: str
) -> None:
    outbox.add([row("o", alert="A"), row("o2", alert="B")], now=5)
    told, unsure = outbox.take("desk", now=5)
    outbox.done(told, now=6)
    outbox.retry(unsure, 6, at=6, error="timed out", maybe_taken=True)
    outbox.fail(unsure, 6, error="400")
    outbox.meet({"desk": "another"}, since=10)
    outbox.add([row("t", alert="A", kind=kind, reason=reason)], now=20)
    outbox.add([row("t2", alert="B", kind=kind, reason=reason)], now=20)
    outbox.add([row("t3", alert="C", kind=kind, reason=reason)], now=20)
    outbox.drop_moot("desk", 20)
    assert events(outbox, now=20) == []
    assert outbox.counts()["done"] == 1
    assert outbox.add([row("o", alert="A")], now=21) == 0


def test_another_address_hears_of_an_alert_from_its_next_news_on(outbox: Outbox) -> None:
    outbox.add([row("o", alert="A")], now=5)
    outbox.done(first(outbox, now=5), now=6)
    outbox.meet({"desk": "another"}, since=10)
    outbox.add([row("u", alert="A", kind="updated", reason="new fact")], now=20)
    outbox.drop_moot("desk", 20)
    outbox.done(first(outbox, now=20), now=21)
    outbox.meet({"desk": "another"}, since=30)
    outbox.add([row("w", alert="A", kind="withdrawn")], now=31)
    outbox.drop_moot("desk", 31)
    assert events(outbox, now=31) == ["w"]


def test_what_a_lost_outbox_may_have_told_is_taken_back(outbox: Outbox) -> None:
    """Its receivers were met as there since ever, for nobody knows what they heard."""
    outbox.add([row("c", alert="A", kind="corrected")], now=5)
    outbox.add([row("w", alert="A", kind="withdrawn")], now=6)
    outbox.drop_moot("desk", 6)
    assert events(outbox, now=6) == ["w"]


def test_an_address_that_the_first_release_did_not_note_is_no_other(outbox: Outbox) -> None:
    outbox.add([row("o", alert="A")], now=5)
    outbox.done(first(outbox, now=5), now=6)
    outbox.change_by_hand(lambda db: db.execute("UPDATE receivers SET address = '', since = 1"))
    outbox.meet({"desk": "a"}, since=10)
    outbox.add([row("w", alert="A", kind="withdrawn")], now=20)
    outbox.drop_moot("desk", 20)
    assert events(outbox, now=20) == ["w"]
