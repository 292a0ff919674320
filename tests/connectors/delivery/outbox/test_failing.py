"""Who is shown as failing: with a reason, and only while something of it is left."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.records import OutboxEntry, ReceiverBackoff
from connectors.delivery.outbox.subscriber_state import SubscriberState, subscriber_state
from connectors.delivery.outbox.summary import outbox_summary
from streams.model.alert import Kind

WHY = "the receiver says 503"


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """An outbox in which a try for `desk` has failed."""
    with closing(Outbox(tmp_path / "outbox.sqlite")) as outbox:
        outbox.meet({"desk": "a", "other": "b"}, 1.0)
        add(outbox, "e", Kind.OPENED)
        (parcel,) = outbox.take("desk", 2.0)
        hold = ReceiverBackoff(until=60.0, failures=1)
        outbox.retry(parcel, 2.0, at=60.0, error=WHY, hold=hold)
        assert failing(tmp_path) == {"desk"}
        yield outbox


def add(outbox: Outbox, event: str, kind: Kind) -> None:
    entry = OutboxEntry(event=event, subscriber="desk", alert="a", kind=kind, payload=b"{}")
    outbox.add([entry], now=2.0)


def failing(folder: Path) -> set[str]:
    return set(outbox_summary(folder / "outbox.sqlite").failing)


def state(outbox: Outbox) -> SubscriberState:
    return outbox.change_by_hand(partial(subscriber_state, subscriber="desk", now=70.0))


def test_who_fails_does_so_no_more_once_all_it_did_not_take_is_moot(
    outbox: Outbox, tmp_path: Path
) -> None:
    add(outbox, "w", Kind.WITHDRAWN)
    assert len(outbox.drop_moot("desk", 3.0)) == 2
    assert failing(tmp_path) == set()
    assert (state(outbox).failing_since, state(outbox).last_error) == (None, None)
    # It is left alone for as long as it asked for all the same.
    assert outbox.receiver("desk").held_until == 60.0


def test_who_fails_does_so_with_a_reason_when_all_was_given_up(
    outbox: Outbox, tmp_path: Path
) -> None:
    (parcel,) = outbox.take("desk", 61.0)
    outbox.fail(parcel, 62.0, error=WHY, hold=ReceiverBackoff(until=99.0, failures=2))
    assert failing(tmp_path) == {"desk"}
    assert (state(outbox).failing_since, state(outbox).last_error) == (2.0, WHY)


def test_who_is_no_subscriber_any_more_neither_fails_nor_is_stopped(
    outbox: Outbox, tmp_path: Path
) -> None:
    outbox.stop("other", 3.0, reason="it answered 410")
    outbox.meet({"another": "c"}, 4.0)
    assert failing(tmp_path) == set()
    assert outbox_summary(tmp_path / "outbox.sqlite").stopped == {}
    assert outbox.pending("desk") == 1
