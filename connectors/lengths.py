"""Lengths of time in words, in English: for logs and for who runs wirewatch. Pure."""

from datetime import timedelta
from itertools import pairwise

UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def in_words(length: timedelta) -> str:
    """Return a length of time in its two largest units: `3 minutes`, `1 day 2 hours`."""
    left = max(int(length.total_seconds()), 0)
    for (name, size), (smaller, small) in pairwise(UNITS):
        if left >= size:
            parts = ((left // size, name), (left % size // small, smaller))
            return " ".join(_counted(number, unit) for number, unit in parts if number)
    return _counted(left, "second")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
