"""Dates as feeds write them. feedparser takes a zone that it doesn't know for UTC."""

from datetime import datetime, timedelta

ZONES = {
    "ICT": 7.0,  # Cambodia, Laos, Thailand, Vietnam
    "WIB": 7.0,
    "WITA": 8.0,
    "WIT": 9.0,
    "MMT": 6.5,
    "PHT": 8.0,
    "SGT": 8.0,
    "MYT": 8.0,
    "HKT": 8.0,
    "KST": 9.0,
    "JST": 9.0,
    "AEST": 10.0,
    "AEDT": 11.0,
    "NPT": 5.75,
}
"""Hours ahead of UTC."""


def in_utc(parsed: datetime | None, raw: str | None, now: datetime) -> datetime | None:
    """Give the moment that a date means: its zone applied, and never later than `now`."""
    if parsed is None or raw is None:
        return parsed
    words = raw.replace("(", " ").replace(")", " ").split()
    hours = ZONES.get(words[-1].upper(), 0.0) if words else 0.0
    return min(parsed - timedelta(hours=hours), now)
