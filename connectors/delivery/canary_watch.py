"""When a canary is overdue, and when it is back. Pure; times are seconds since the epoch."""

from dataclasses import dataclass
from enum import StrEnum

FIRST = 2.5
"""How many limits the first canary may take after a start: the services come up one by one."""
JUMP_SECONDS = 30.0
"""Between two looks that are seconds apart: the machine slept, or its clock was set."""


class CanaryNews(StrEnum):
    """What there is to tell."""

    LATE = "late"
    BACK = "back"


@dataclass
class CanaryWatch:
    """Holds the canaries that came against the clock. `late` may be known from before a restart.

    `limit` is how old the last canary may be: counted from when it was sent.
    """

    limit: float
    since: float
    """Since when it has been watched, without a jump of the clock."""
    late: bool = False
    sent: float | None = None
    """When the last canary was sent that came."""
    _looked: float | None = None

    def came(self, sent: float) -> None:
        """Take in a canary that came."""
        self.sent = sent if self.sent is None else max(self.sent, sent)

    def look(self, now: float) -> CanaryNews | None:
        """Say what is new. To be asked every few seconds."""
        jumped = self._looked is not None and not 0 <= now - self._looked <= JUMP_SECONDS
        self._looked = now
        if jumped:
            self.since = now
            if self.sent is not None and self.sent > now:
                self.sent = None
        first = self.sent is None or self.sent < self.since
        overdue = now - self._from(first=first) > self.limit * (FIRST if first else 1.0)
        if overdue and not self.late:
            self.late = True
            return CanaryNews.LATE
        if self.late and not first and not overdue:
            self.late = False
            return CanaryNews.BACK
        return None

    def _from(self, *, first: bool) -> float:
        return self.since if first or self.sent is None else self.sent
