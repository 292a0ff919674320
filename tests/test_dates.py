"""Dates mean what their zones say, and never a time to come."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.sources.dates import in_utc

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PARSED = datetime(2026, 11, 24, 10, tzinfo=UTC)
"""What feedparser makes of 10:00 in a zone that it doesn't know."""


@pytest.mark.parametrize(
    ("raw", "hours"),
    [
        ("Tue, 24 Nov 2026 10:00:00 ICT", 7),
        ("Tue, 24 Nov 2026 10:00:00 (ICT)", 7),
        ("Tue, 24 Nov 2026 10:00:00 ict", 7),
        ("Tue, 24 Nov 2026 10:00:00 MMT", 6.5),
        ("Tue, 24 Nov 2026 10:00:00 HKT", 8),
        ("Tue, 24 Nov 2026 10:00:00 KST", 9),
        ("Tue, 24 Nov 2026 10:00:00 GMT", 0),
        ("2026-11-24T10:00:00Z", 0),
        ("", 0),
    ],
)
def test_the_zones_of_the_region_are_known(raw: str, hours: float) -> None:
    assert in_utc(PARSED, raw, NOON) == PARSED - timedelta(hours=hours)


def test_a_date_to_come_is_now() -> None:
    assert in_utc(NOON + timedelta(days=400), "someday", NOON) == NOON


def test_no_date_stays_none() -> None:
    assert in_utc(None, "yesterday or so", NOON) is None
    assert in_utc(None, None, NOON) is None
