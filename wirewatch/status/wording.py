"""Times, sizes and lists in words. Pure."""

from collections.abc import Sequence
from datetime import timedelta

UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
SIZES = (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3))
NAMED = 5
"""Names that are told; the others are counted."""


def in_words(length: timedelta) -> str:
    """Return a length of time in its largest unit: `3 minutes`."""
    seconds = max(length.total_seconds(), 0.0)
    for name, size in UNITS:
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {name}" if number == 1 else f"{number} {name}s"
    return "0 seconds"


def bytes_in_words(number: int) -> str:
    """Return a size: `1.5 GB`."""
    for name, size in SIZES:
        if number >= size:
            return f"{number / size:.1f} {name}"
    return f"{number} bytes"


def listed(names: Sequence[str], most: int) -> str:
    """Return the first names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest:,} more" if rest > 0 else "")
