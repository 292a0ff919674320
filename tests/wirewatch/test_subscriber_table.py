"""What `wirewatch subscribers list` says of when a subscriber is told."""

import pytest

from connectors.delivery.routing.preferences import Preferences
from wirewatch.render.subscriber_table import when


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Preferences(), "at once"),
        (Preferences(flap_wait=3_600), "at once, after two withdrawals 1 h later"),
        (Preferences(flap_wait=0), "at once, after two withdrawals at once"),
    ],
)
def test_how_flapping_alerts_are_told_is_said_where_it_is_not_the_usual(
    asked: Preferences, said: str
) -> None:
    assert when(asked) == said
