"""What a replay came to, in a few numbers and its last alerts: it grows with neither."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime

from streams.matching.match import Watches
from streams.model.alert import AlertEvent, Kind
from wirewatch.history.pipeline import Came


@dataclass
class ReplayTotals:
    """Counts by watch, and the last `kept` alerts that opened."""

    kept: int
    stories: int = 0
    first: datetime | None = None
    last: datetime | None = None
    matches: Counter[str] = field(default_factory=Counter)
    events: Counter[tuple[str, Kind]] = field(default_factory=Counter)
    opened: deque[AlertEvent] = field(default_factory=deque)

    def enter(self, now: datetime, came: Came) -> None:
        """Take in what a story came to."""
        self.stories += 1
        self.first = min(self.first or now, now)
        self.last = max(self.last or now, now)
        self.matches.update(match.watch for match in came.matches)
        for event in came.events:
            self.tell(event)

    def tell(self, event: AlertEvent) -> None:
        """Take in an event."""
        self.events[event.watch, event.kind] += 1
        if event.kind is Kind.OPENED:
            self.opened.append(event)
            if len(self.opened) > self.kept:
                self.opened.popleft()

    def rows(self, watches: Watches) -> list[tuple[str, ...]]:
        """Return for each watch: its id, the stories that fit it, its events by kind."""
        return [
            (
                watch.id,
                str(self.matches[watch.id]),
                *(str(self.events[watch.id, kind]) for kind in KINDS),
            )
            for watch in watches.all
        ]


KINDS = (Kind.OPENED, Kind.UPDATED, Kind.CORRECTED, Kind.WITHDRAWN)
