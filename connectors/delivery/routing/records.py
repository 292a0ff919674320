"""What the decisions go by, and what they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from streams.model.watch import Severity

REPEAT = "repeat"
"""The kind of an event in the outbox that tells an open critical alert once more."""


class Held(StrEnum):
    """Why an event waits. The first of them names what several are told in."""

    DIGEST = "digest"
    QUIET_HOURS = "quiet_hours"
    HOURLY_CAP = "hourly_cap"
    COOLDOWN = "cooldown"
    FLAPPING = "flapping"
    GROUP_WAIT = "group_wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedEvent:
    """An event that waits for one receiver.

    `held` is why it waited so far; `tried`: it was sent before, and didn't arrive. One that isn't
    `due` is there because a later one of its alert is: it goes along if that one goes.
    """

    id: int
    event: str
    alert: str
    kind: str
    watch: str
    severity: Severity
    reason: str
    added: float
    held: Held | None = None
    due: bool = True
    tried: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSoFar:
    """What a receiver knows of an alert.

    `heard`: something of it was sent. `withdrawals` counts those of the last day; `withdrawn` says
    that it was the last the receiver heard. `known`: there was an event of it before.
    """

    known: bool = False
    heard: bool = False
    withdrawn: bool = False
    withdrawals: int = 0
    muted: bool = False


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that a receiver took: what the cap and the cooldown count."""

    at: float
    watches: frozenset[str]
    critical: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a receiver has heard, and when the open group is due."""

    alerts: Mapping[str, AlertSoFar] = field(default_factory=dict)
    sent: tuple[SentMessage, ...] = ()
    group_due: float | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """An event waits until then."""

    until: float
    why: Held


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """Events that are sent as one, in their order. `why` is what they waited for, if they did."""

    events: tuple[QueuedEvent, ...]
    why: Held | None = None


@dataclass(slots=True)
class Plan:
    """What becomes of each event: sent in a message, held, or dropped with the reason.

    What is in none of them stays as it is.
    """

    messages: list[PlannedMessage] = field(default_factory=list)
    held: dict[int, Hold] = field(default_factory=dict)
    dropped: dict[int, str] = field(default_factory=dict)
