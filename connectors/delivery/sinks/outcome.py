"""What came of one try to deliver one alert event."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """How a try ended."""

    DELIVERED = "delivered"
    RETRY = "retry"
    """It may work later."""
    GIVE_UP = "give_up"
    """This event never will."""
    STOP = "stop"
    """The receiver wants nothing any more."""
    PAUSE = "pause"
    """Nothing can arrive as long as this process runs."""


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """A result with its reason.

    `after` is the seconds to wait, if the receiver named them. `away` says that it was not about
    this event: once another one arrives, this one is worth a try at once. `maybe_taken` says that
    the receiver may have taken it all the same.
    """

    result: Result
    reason: str = ""
    after: float | None = None
    away: bool = False
    maybe_taken: bool = False


DELIVERED = DeliveryOutcome(Result.DELIVERED)


def retry(
    reason: str, *, after: float | None = None, away: bool = False, maybe_taken: bool = False
) -> DeliveryOutcome:
    """Say that it may work later."""
    return DeliveryOutcome(Result.RETRY, reason, after, away, maybe_taken)


def give_up(reason: str) -> DeliveryOutcome:
    """Say that this event never will arrive."""
    return DeliveryOutcome(Result.GIVE_UP, reason)
