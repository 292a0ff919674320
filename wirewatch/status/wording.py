"""Sizes and lists in words. Pure."""

from collections.abc import Sequence

SIZES = (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3))
NAMED = 5
"""Names that are told; the others are counted."""


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
