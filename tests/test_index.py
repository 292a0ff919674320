"""The index of open alerts: what it counts, and that it costs the same among many."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.alert import AlertState
from streams.gather import Gathering
from streams.gather.index import Index
from streams.gather.weights import BUSY_ALERTS, WINDOW
from tests.counting import steps_of
from tests.gathered import HOUR, told
from tests.samples import NOON


def an_alert(number: int, *, first: int = 0, last: int = 0, closed: bool = False) -> AlertState:
    """An open alert whose stories are from these hours after noon."""
    match = told(f"alert {number}", headline=f"Headline {number}", body=f"Body {number}")
    (state,) = Gathering().step(match, NOON).changed.values()
    return msgspec.structs.replace(
        state,
        alert=f"alert {number}",
        first=NOON + first * HOUR,
        last=NOON + max(first, last) * HOUR,
        closed=closed,
    )


ALERTS = [an_alert(number) for number in range(8)]
HOURS = st.integers(-200, 200)
CHANGES = st.lists(st.tuples(st.sampled_from(ALERTS), HOURS, HOURS, st.booleans(), st.booleans()))


@given(CHANGES, HOURS)
def test_near_are_the_open_alerts_with_a_story_in_the_window(
    changes: list[tuple[AlertState, int, int, bool, bool]], hours: int
) -> None:
    index, kept = Index(), dict[str, AlertState]()
    for alert, begin, length, closed, dropped in changes:
        if dropped and alert.alert in kept:
            index.drop(kept.pop(alert.alert))
            continue
        kept[alert.alert] = msgspec.structs.replace(
            alert,
            first=NOON + begin * HOUR,
            last=NOON + (begin + abs(length)) * HOUR,
            closed=closed,
        )
        index.put(kept[alert.alert])
    at = NOON + hours * HOUR
    still_open = [alert for alert in kept.values() if not alert.closed]
    near = [
        alert for alert in still_open if alert.first <= at + WINDOW and alert.last >= at - WINDOW
    ]
    assert index.near(at) == len(near)
    assert len(index) == len(still_open)


def test_more_alerts_than_make_a_busy_watch_are_not_counted() -> None:
    index = Index()
    for number in range(BUSY_ALERTS + 5):
        index.put(msgspec.structs.replace(ALERTS[0], alert=str(number)))
    assert index.near(NOON) == BUSY_ALERTS


@pytest.mark.parametrize("hours", [0, 24 * 28], ids=["of now", "of weeks ago"])
def test_a_story_is_the_same_work_among_many_open_alerts_as_among_few(hours: int) -> None:
    work = []
    for count in (200, 4_000):
        index = Index()
        for number in range(count):
            at = NOON - hours * HOUR - number * timedelta(seconds=1)
            index.put(msgspec.structs.replace(ALERTS[0], alert=str(number), first=at, last=at))
        work.append(steps_of(lambda index=index: index.near(NOON)))  # type: ignore[misc]
    assert work[1] <= work[0] + 10
