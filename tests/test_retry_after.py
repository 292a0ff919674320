"""Times in headers, as servers write them."""

import pytest

from connectors.retry_after import fresh_for, seconds_after
from tests.samples import NOON


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        ("-5", 0.0),
        ("1e12", 86_400.0),
        ("nan", None),
        ("Mon, 23 Nov 2026 12:01:00 GMT", 60.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("later", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert seconds_after(header, NOON) == seconds


@pytest.mark.parametrize(
    ("control", "expires", "seconds"),
    [
        (None, None, None),
        ("public, max-age=600", None, 600.0),
        ('Max-Age="90"', "Mon, 23 Nov 2026 12:01:00 GMT", 90.0),
        ("no-cache, max-age=600", None, None),
        ("no-store", "Mon, 23 Nov 2026 12:01:00 GMT", None),
        ("s-maxage=5", None, None),
        ("public", "Mon, 23 Nov 2026 12:01:00 GMT", 60.0),
        (None, "Mon, 23 Nov 2026 11:00:00 GMT", None),
        (None, "0", None),
        ("max-age=soon", "-1", None),
    ],
)
def test_a_page_is_fresh_for_as_long_as_its_server_says(
    control: str | None, expires: str | None, seconds: float | None
) -> None:
    assert fresh_for(control, expires, NOON) == seconds
