"""What came of one try to deliver one alert event."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """How a try ended."""

    DELIVERED = "delivered"
    RETRY = "retry"
    """It may work later."""
    GIVE_UP = "give_up"
    """It never will."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with its reason.

    `after` is the seconds to wait, if the receiver named them; `away` says that there was
    no receiver at all, so that a sign of life makes the next try worth it at once.
    """

    result: Result
    reason: str = ""
    after: float | None = None
    away: bool = False


DELIVERED = Outcome(Result.DELIVERED)


def retry(reason: str, *, after: float | None = None, away: bool = False) -> Outcome:
    """Say that it may work later."""
    return Outcome(Result.RETRY, reason, after, away)


def give_up(reason: str) -> Outcome:
    """Say that it never will."""
    return Outcome(Result.GIVE_UP, reason)
