"""Moves the dates of the sample feeds by whole weeks, so that their news is of these days.

Weeks, for then the names of weekdays stay right.
"""

import re
from datetime import date, timedelta

NEWEST = date(2024, 6, 26)
"""The newest date in the sample feeds."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHORT = tuple(month[:3] for month in _MONTHS)
_ISO = re.compile(rb"\b(\d{4}-\d\d-\d\d)(?=T)")
_RFC_822 = re.compile(rb"\b(\d\d?) (%s) (\d{4})\b" % "|".join(_SHORT).encode())
_DATELINE = re.compile(rb"\b(%s) (\d\d?)\b" % "|".join(_MONTHS).encode())


def moved(feed: bytes, today: date) -> bytes:
    """Return the feed with its dates moved so that `NEWEST` is of the week that ends yesterday."""
    weeks = timedelta(weeks=(today - timedelta(days=1) - NEWEST).days // 7)

    def iso(found: re.Match[bytes]) -> bytes:
        return (date.fromisoformat(found[1].decode()) + weeks).isoformat().encode()

    def rfc_822(found: re.Match[bytes]) -> bytes:
        day, month, year = found[1].decode(), found[2].decode(), found[3].decode()
        then = date(int(year), _SHORT.index(month) + 1, int(day)) + weeks
        return f"{then.day:0{len(day)}} {_SHORT[then.month - 1]} {then.year}".encode()

    def dateline(found: re.Match[bytes]) -> bytes:
        then = date(NEWEST.year, _MONTHS.index(found[1].decode()) + 1, int(found[2])) + weeks
        return f"{_MONTHS[then.month - 1]} {then.day}".encode()

    return _DATELINE.sub(dateline, _RFC_822.sub(rfc_822, _ISO.sub(iso, feed)))
