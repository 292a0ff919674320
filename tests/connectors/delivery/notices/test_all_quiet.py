"""The line of the day: when it is due, and what it says."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.delivery.notices.all_quiet import due, of_day

EIGHT = 8 * 60


@pytest.mark.parametrize(
    ("now", "zone", "day"),
    [
        ("2026-11-27T08:00", "UTC", "2026-11-27"),
        ("2026-11-27T08:59", "UTC", "2026-11-27"),
        ("2026-11-27T07:59", "UTC", None),
        ("2026-11-27T09:00", "UTC", None),
        ("2026-11-27T01:05", "Asia/Phnom_Penh", "2026-11-27"),
        ("2026-11-26T21:05", "Pacific/Auckland", None),
        ("2026-11-26T19:05", "Pacific/Auckland", "2026-11-27"),
        ("2026-07-01T06:05", "Europe/Paris", "2026-07-01"),
        ("2026-12-01T07:05", "Europe/Paris", "2026-12-01"),
    ],
)
def test_a_line_is_due_in_the_hour_after_its_local_time(
    now: str, zone: str, day: str | None
) -> None:
    assert due(EIGHT, zone, datetime.fromisoformat(now).replace(tzinfo=UTC)) == day


def test_a_line_of_shortly_before_midnight_is_of_the_day_before() -> None:
    late = 23 * 60 + 30
    assert due(late, "UTC", datetime(2026, 11, 28, 0, 10, tzinfo=UTC)) == "2026-11-27"


def test_there_is_one_line_for_each_day_of_a_year_wherever_one_is() -> None:
    for zone in ("UTC", "Europe/Paris", "America/New_York", "Asia/Phnom_Penh"):
        now = datetime(2026, 1, 1, tzinfo=UTC)
        days = {due(EIGHT, zone, now + timedelta(minutes=30 * step)) for step in range(365 * 48)}
        assert len(days - {None}) in {365, 366}


def test_it_says_that_all_is_quiet_only_if_it_is() -> None:
    nine = "abcdefghi"
    assert of_day("desk", "2026-11-27", nine, (), 0).note == (
        "all quiet: 9 of 9 sources healthy, 0 alerts in the last day"
    )
    busy = of_day("desk", "2026-11-27", nine, ("a",), 1)
    assert busy.note == "8 of 9 sources healthy, 1 alert in the last day"
    assert busy.title == "The last day"
    assert busy.id == of_day("desk", "2026-11-27", nine, (), 0).id
    assert busy.id != of_day("desk", "2026-11-28", nine, ("a",), 1).id
