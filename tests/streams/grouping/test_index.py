"""The index of open alerts: what it counts."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streams.grouping import Gathering
from streams.grouping.index import Index
from streams.model.alert import AlertState
from tests.support.gathered import told
from tests.support.samples import NOON


def an_alert(number: int) -> AlertState:
    match = told(f"alert {number}", headline=f"Headline {number}", body=f"Body {number}")
    (state,) = Gathering().step(match, NOON).changed.values()
    return msgspec.structs.replace(state, alert=f"alert {number}")


ALERTS = [an_alert(number) for number in range(8)]
CHANGES = st.lists(st.tuples(st.sampled_from(ALERTS), st.booleans(), st.booleans()))


@given(CHANGES)
def test_it_counts_the_alerts_that_are_open(changes: list[tuple[AlertState, bool, bool]]) -> None:
    index, kept = Index(), dict[str, AlertState]()
    for alert, closed, dropped in changes:
        if dropped and alert.alert in kept:
            index.drop(kept.pop(alert.alert))
            continue
        kept[alert.alert] = msgspec.structs.replace(alert, closed=closed)
        index.put(kept[alert.alert])
    assert len(index) == sum(not alert.closed for alert in kept.values())
