"""What the outbox takes in and hands out."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """An event for a subscriber, to be added. A `refused` one is only remembered."""

    event: str
    subscriber: str
    alert: str
    kind: str
    payload: bytes
    partition: int | None = None
    offset: int | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one subscriber. `attempts` have been made.

    `maybe_taken` says that one of them may have reached the receiver.
    """

    id: int
    event: str
    subscriber: str
    alert: str
    kind: str
    payload: bytes
    attempts: int
    first_try: float | None
    maybe_taken: bool


@dataclass(frozen=True, slots=True)
class Receiver:
    """What is known of a subscriber's receiver.

    It gets what came to Kafka `since` then. It is left alone until `held_until`, after so many
    `failures` in a row, the first of them at `failing_since`.
    """

    since: float
    held_until: float = 0.0
    failures: int = 0
    failing_since: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A receiver that failed is left alone until then."""

    until: float
    failures: int


@dataclass
class Cleared:
    """What a clearing away gave up on: events by subscriber."""

    gone: dict[str, int] = field(default_factory=dict)
    """Of those who are no subscribers any more."""
    dead: dict[str, int] = field(default_factory=dict)
    """Of those whose receivers have been away for too long."""
