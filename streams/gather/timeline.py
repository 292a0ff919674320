"""From when to when alerts reach, counted without looking at each."""

from bisect import bisect_left, bisect_right, insort
from datetime import datetime


class Timeline:
    """Spans of time. What it costs to count them hardly grows with their number."""

    def __init__(self) -> None:
        """Start without spans."""
        self._begins: list[datetime] = []
        self._ends: list[datetime] = []

    def __len__(self) -> int:
        """Count all spans."""
        return len(self._begins)

    def add(self, begin: datetime, end: datetime) -> None:
        """Add a span."""
        insort(self._begins, begin)
        insort(self._ends, end)

    def remove(self, begin: datetime, end: datetime) -> None:
        """Take a span away that was added."""
        del self._begins[bisect_left(self._begins, begin)]
        del self._ends[bisect_left(self._ends, end)]

    def meeting(self, begin: datetime, end: datetime) -> int:
        """Count the spans that share a moment with this one."""
        # All that begin in time, without those that are over before.
        return bisect_right(self._begins, end) - bisect_left(self._ends, begin)
