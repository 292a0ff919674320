"""What `wirewatch subscribers list` says of when a subscriber is told."""

import pytest

from connectors.delivery.routing.preferences import Preferences
from wirewatch.render.subscriber_table import when


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Preferences(), "at once, after two withdrawals 15 min later"),
        (Preferences(flap_wait=3_600), "at once, after two withdrawals 1 h later"),
        (Preferences(flap_wait=0), "at once"),
    ],
)
def test_what_holds_an_alert_back_is_told_though_nobody_asked_for_it(
    asked: Preferences, said: str
) -> None:
    assert when(asked) == said
