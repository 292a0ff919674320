"""A running affair has many events: asked and refused, begun and ended, day after day."""

import pytest

from benchmarks.grouping.quiet_weeks import AFFAIRS, counted, on_their_dates, read
from streams.grouping.acts import Act, acts_of, compared

MOST_ALERTS = {"us_cambodia_bases": 44, "us_cambodia_boats": 55, "japan_philippines_radar": 37}
"""So many alerts may tell of 25, 22 and 22 events ..."""
HIDDEN = 6
"""... and so many events may be in an alert that another one opened, beside their own or not."""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Quillon asks Vellmark for a tour of its base", "Vellmark rejects a tour of its base"),
        ("Quillon asks Vellmark for a tour", "Vellmark rejette la demande de Quillon"),
        ("Quillon seeks a radar loan of Vellmark", "Vellmark turns down Quillon's loan"),
        ("Quillon requests ships of Vellmark", "No to ships, Vellmark tells Quillon"),
        ("Quillon and Vellmark put off drills", "Quillon and Vellmark begin delayed drills"),
        ("Quillon and Vellmark begin drills", "Quillon and Vellmark end drills"),
        ("Drills of Quillon and Vellmark start", "L'exercice de Quillon et Vellmark s'achève"),
        ("奎隆和韦尔马克开始演习", "奎隆和韦尔马克结束演习"),
    ],
)
def test_asking_and_refusing_a_beginning_and_an_end_are_two_events(first: str, second: str) -> None:
    assert compared(acts_of(first), [second]) is Act.CONTRARY
    assert compared(acts_of(second), [first]) is Act.CONTRARY


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Quillon and Vellmark begin drills", "Drills of both armies start in Kampot"),
        ("Vellmark rejects Quillon's demand for a tour", "Vellmark denies Quillon a tour"),
        ("Quillon ends arms ban on Vellmark", "Quillon lifts arms ban on Vellmark"),
        ("Quillon and Vellmark begin drills", "Quillon and Vellmark hold drills in Kampot"),
    ],
)
def test_one_event_told_otherwise_is_not_contrary(first: str, second: str) -> None:
    assert compared(acts_of(first), [second]) is not Act.CONTRARY
    assert compared(acts_of(second), [first]) is not Act.CONTRARY


@pytest.mark.parametrize(("affair", "alerts"), MOST_ALERTS.items())
def test_of_two_weeks_of_affairs_hardly_an_event_is_hidden(affair: str, alerts: int) -> None:
    found = counted(on_their_dates(read(affair), AFFAIRS[affair]))
    assert found.events >= 22
    assert found.hidden <= HIDDEN
    assert found.alerts <= alerts
