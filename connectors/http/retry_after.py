"""Times in HTTP headers: how long a server wants to be left alone, how long a page is fresh.

A server may send anything: what is no time counts as not there, and nothing here raises.
"""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_AFTER = 24 * 3600.0
_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"(?<![\w-])no-(cache|store)(?![\w-])", re.IGNORECASE)


def seconds_after(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header: seconds, or a date. At most a day."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = seconds_until(header, now)
    return None if math.isnan(seconds) else min(max(seconds, 0.0), MAX_AFTER)


def seconds_until(date: str, now: datetime) -> float:
    """Return the seconds to an HTTP date, less than none if it is past, NaN if it is no date."""
    try:
        then = parsedate_to_datetime(date)
        return (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):  # as its parser raises them
        return math.nan


def fresh_for(cache_control: str | None, expires: str | None, now: datetime) -> float | None:
    """Return the seconds that a page stays fresh, by Cache-Control or else Expires."""
    control = cache_control or ""
    if _NOT_KEPT.search(control):
        return None
    if (age := _MAX_AGE.search(control)) is not None:
        return float(age[1])
    seconds = math.nan if expires is None else seconds_until(expires, now)
    return seconds if seconds > 0 else None
