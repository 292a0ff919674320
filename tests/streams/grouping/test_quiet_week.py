"""A quiet watch: each event of a week has its alert, and no alert hides another event."""

import pytest

from benchmarks.grouping.quiet_weeks import WEEKS, Report, Together, on_their_dates, pairs, read

FUSED = 0.02
"""Share of pairs of two events that may share an alert, where they are all there is."""
FUSED_BY_WORDS = 0.05
"""The same without an encoder ..."""
SPLIT = 0.1
"""Share of events that may have two alerts ..."""
SPLIT_BY_WORDS = 0.2
"""... and without an encoder."""
LOST_BY_WORDS = 0.1
"""Share of two reports of one event that may neither join nor be related without an encoder."""


@pytest.fixture(scope="module", params=WEEKS)
def week(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def reports(week: str) -> list[Report]:
    return read(week)


@pytest.fixture(scope="module")
def by_words(week: str) -> list[Report]:
    return read(week, encoder=False)


def test_on_its_own_dates_each_event_has_one_alert(week: str, reports: list[Report]) -> None:
    alerts = on_their_dates(reports, WEEKS[week])
    assert all(alerts.values()), "a report fits the watch no more"
    assert hidden(alerts) == 0
    assert len(split(alerts)) <= SPLIT * len(alerts), split(alerts)


def test_without_an_encoder_hardly_more_events_split(week: str, by_words: list[Report]) -> None:
    alerts = on_their_dates(by_words, WEEKS[week])
    assert hidden(alerts) <= 1
    assert len(split(alerts)) <= SPLIT_BY_WORDS * len(alerts), split(alerts)


def test_two_events_alone_in_a_watch_dont_fuse_and_two_reports_of_one_hang_together(
    week: str, reports: list[Report]
) -> None:
    found = list(pairs(reports, WEEKS[week]))
    wrong, two = fused(found)
    assert len(wrong) <= FUSED * two, wrong
    assert not lost(found)


def test_words_alone_hardly_fuse_two_events(week: str, by_words: list[Report]) -> None:
    found = list(pairs(by_words, WEEKS[week]))
    wrong, two = fused(found)
    assert len(wrong) <= FUSED_BY_WORDS * two, wrong
    assert len(lost(found)) <= LOST_BY_WORDS * (len(found) - two), lost(found)


def hidden(alerts: dict[str, set[str]]) -> int:
    """Count the alerts that hold more than one event."""
    held = [alert for each in alerts.values() for alert in each]
    return len(held) - len(set(held))


def split(alerts: dict[str, set[str]]) -> list[str]:
    return [event for event, held in alerts.items() if len(held) > 1]


def fused(found: list[Together]) -> tuple[list[tuple[str, str]], int]:
    """Return the pairs of two events that share an alert, and how many pairs there are."""
    two = [each for each in found if each.first.event != each.second.event]
    return [(each.first.event, each.second.event) for each in two if each.joined], len(two)


def lost(found: list[Together]) -> list[str]:
    return [
        f"{each.first.event}: {each.second.tagged.story.headline}"
        for each in found
        if each.first.event == each.second.event and not (each.joined or each.related)
    ]
