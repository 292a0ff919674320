"""How long to wait before the next try. A schedule of pauses is a `Backoff`, and so data. Pure."""

from typing import NamedTuple


class Backoff(NamedTuple):
    """Seconds to wait after each failure in a row; the last of them holds for all that follow."""

    seconds: tuple[float, ...]

    def after(self, failures: int) -> float:
        """Return the pause after so many failures in a row."""
        return self.seconds[min(max(failures, 1), len(self.seconds)) - 1]


class Tries:
    """Counts the failures in a row of what is tried again."""

    def __init__(self, backoff: Backoff) -> None:
        """Begin without a failure."""
        self._backoff = backoff
        self.failures = 0

    def failed(self) -> float:
        """Count a failure; return the seconds to wait before the next try."""
        self.failures += 1
        return self._backoff.after(self.failures)

    def worked(self) -> None:
        """Begin anew: the next failure is the first."""
        self.failures = 0
