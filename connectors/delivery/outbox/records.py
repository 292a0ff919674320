"""What the outbox takes in and hands out."""

from dataclasses import dataclass, field

from connectors.delivery.routing.records import Held


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """An event for a subscriber, to be added."""

    event: str
    subscriber: str
    alert: str
    kind: str
    payload: bytes
    partition: int | None = None
    offset: int | None = None
    watch: str = ""
    severity: str = "normal"
    reason: str = ""


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
    watch: str = ""
    severity: str = "normal"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent to a subscriber as one message: one event, or several with what they waited for.

    `id` is the same at every try of the same message.
    """

    id: str
    deliveries: tuple[Delivery, ...]
    why: Held | None = None

    @property
    def subscriber(self) -> str:
        """Whose it is."""
        return self.deliveries[0].subscriber

    @property
    def attempts(self) -> int:
        """How many tries were made of the event that was tried most often."""
        return max(one.attempts for one in self.deliveries)

    @property
    def first_try(self) -> float | None:
        """When the first of them was tried first."""
        times = (one.first_try for one in self.deliveries)
        return min((time for time in times if time is not None), default=None)

    @property
    def maybe_taken(self) -> bool:
        """Whether a try of it may have reached the receiver."""
        return any(one.maybe_taken for one in self.deliveries)


@dataclass(frozen=True, slots=True)
class RepeatDue:
    """An open critical alert that is told once more, for the time of that `count`."""

    alert: str
    payload: bytes
    count: int


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
class ReceiverBackoff:
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
