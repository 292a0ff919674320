"""What is wrong with a source, and since when. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from streams.model.feed_health import FeedHealth, FeedState

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(days=1)
"""A source that can't be read is missed after its own rhythm, but no sooner and no later."""
UNKNOWN = timedelta(hours=1)
"""What counts as the rhythm of a source that hasn't shown any yet."""
GAP_COUNTS = timedelta(hours=1)
"""How long after it was found a gap counts."""
NEVER_TOLD = frozenset({FeedState.REMOVED})


class Missing(StrEnum):
    """How a source is missing, in words that fit after its name."""

    UNREADABLE = "can't be read"
    BLOCKED = "blocks us"
    SILENT = "brings nothing"
    NOT_POLLED = "isn't polled"
    GAPPED = "has a gap"


@dataclass(frozen=True, slots=True)
class SourceTrouble:
    """A source that is missing since then: stories of that time may be missing too."""

    how: Missing
    since: datetime


def patience(rhythm: float | None) -> timedelta:
    """Return how long a source may be away before somebody would have heard from it."""
    usual = UNKNOWN if rhythm is None else timedelta(seconds=rhythm)
    return min(max(usual, SHORTEST), LONGEST)


def trouble(source: FeedHealth, now: datetime) -> SourceTrouble | None:
    """Return what is wrong with a source beyond what its rhythm explains.

    One that was never read is no source yet: that is the operator's to see to.
    """
    if source.last_ok is None or source.state in NEVER_TOLD:
        return None
    wait = patience(source.rhythm)
    if source.next_poll is not None and now - source.next_poll > wait:
        return SourceTrouble(Missing.NOT_POLLED, source.polled)
    if not source.state.readable:
        how = Missing.BLOCKED if source.state is FeedState.BLOCKED else Missing.UNREADABLE
        return SourceTrouble(how, source.last_ok) if now - source.last_ok > wait else None
    if source.state is FeedState.SILENT:
        return SourceTrouble(Missing.SILENT, source.last_story or source.polled)
    if source.gap is not None and now - source.gap.until <= GAP_COUNTS:
        return SourceTrouble(Missing.GAPPED, source.gap.since)
    return None
