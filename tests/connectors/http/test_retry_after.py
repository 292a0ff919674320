"""Times in headers, as servers write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.http.retry_after import MAX_AFTER, fresh_for, seconds_after
from tests.support.samples import NOON

NEVER = "Thu, 01 Jan 99999999999999999999 00:00:00 GMT"
"""A date of a shape that is right, in a year that Python can't hold."""
PARTS = st.one_of(
    st.sampled_from(
        ["Thu, ", "01", " Jan ", "2026", "00:00:00", "GMT", "+9999", "-2400", "max-age="]
    ),
    st.integers().map(str),
    st.floats().map(str),
    st.text(max_size=5),
)
HEADERS = st.lists(PARTS, max_size=9).map("".join) | st.builds(
    "Thu, {} Jan {} {}:{}:{} {}".format, *[st.integers() | st.integers(-1, 99)] * 5, PARTS
)


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
        (NEVER, None),
        ("9" * 400, 86_400.0),
        ("Mon, 23 Nov 2026 12:01:99999999999999999999 GMT", None),
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
        (None, NEVER, None),
        ("max-age=" + "9" * 400, None, 999_999_999.0),
        ("max-age=-5", None, None),
    ],
)
def test_a_page_is_fresh_for_as_long_as_its_server_says(
    control: str | None, expires: str | None, seconds: float | None
) -> None:
    assert fresh_for(control, expires, NOON) == seconds


@given(HEADERS)
def test_no_retry_after_raises_and_none_is_longer_than_a_day(header: str) -> None:
    seconds = seconds_after(header, NOON)
    assert seconds is None or 0 <= seconds <= MAX_AFTER


@given(HEADERS, HEADERS)
def test_no_header_raises_and_a_page_is_fresh_for_a_finite_time(control: str, expires: str) -> None:
    seconds = fresh_for(control, expires, NOON)
    assert seconds is None or (seconds >= 0 and math.isfinite(seconds))
