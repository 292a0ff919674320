"""What a subscriber asked for, as `subscribers.toml` has it. The words are Alertmanager's."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType

import msgspec

from streams.model.alert import Kind
from streams.model.watch import Severity

HOUR = 3600.0
DAY = 24 * HOUR
FLAP_SECONDS = 15 * 60.0
"""How long an alert that was withdrawn twice must stay before it is told again."""


class Period(StrEnum):
    """How often a digest comes."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class Weekday(IntEnum):
    """A day of the week, as `datetime` counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class UpdateReason(StrEnum):
    """Why an alert is told again, in words for a configuration file."""

    NEW_FACT = "new_fact"
    OFFICIAL = "official"
    SEVERITY = "severity"
    OUTLETS = "outlets"
    BACK = "back"
    TAKEN_BACK = "taken_back"
    BY_HAND = "by_hand"


REASON_BEGINS: Mapping[str, UpdateReason] = MappingProxyType(
    {
        "new fact": UpdateReason.NEW_FACT,
        "first official source": UpdateReason.OFFICIAL,
        "severity up": UpdateReason.SEVERITY,
        "third outlet": UpdateReason.OUTLETS,
        "tenth outlet": UpdateReason.OUTLETS,
        "reported again": UpdateReason.BACK,
        "reinstated": UpdateReason.BACK,
        "released after a hold": UpdateReason.BACK,
        "killed by": UpdateReason.TAKEN_BACK,
        "held back by": UpdateReason.TAKEN_BACK,
        "joined by": UpdateReason.BY_HAND,
        "parted by": UpdateReason.BY_HAND,
    }
)
"""How the reasons of `updated` events begin. One that isn't here is wanted by everybody."""


class QuietHours(msgspec.Struct, frozen=True):
    """From when to when nothing is sent, in minutes after local midnight."""

    start: int
    end: int


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """What a subscriber wants to hear, and when. Without any of it: everything at once.

    Lengths of time are seconds, clock times minutes after midnight in `time_zone`. An empty list
    means all. What is `critical` doesn't wait for a digest, a cooldown or the end of quiet hours,
    unless `critical_at_once` is false.
    """

    watches: tuple[str, ...] = ()
    min_severity: Severity = Severity.LOW
    events: tuple[Kind, ...] = ()
    update_reasons: tuple[UpdateReason, ...] = ()
    time_zone: str = "UTC"
    quiet_hours: QuietHours | None = None
    critical_at_once: bool = True
    digest: Period | None = None
    digest_at: int = 8 * 60
    digest_day: Weekday = Weekday.MONDAY
    group_wait: float = 0.0
    cooldown: float = 0.0
    hourly_cap: int | None = None
    flap_wait: float = FLAP_SECONDS
    repeat_interval: float | None = None
    language: str = "en"

    @property
    def sends_at_once(self) -> bool:
        """Whether nothing waits but alerts that come and go: each event is a message of its own."""
        waits = (self.quiet_hours, self.digest, self.hourly_cap)
        return not (any(one is not None for one in waits) or self.group_wait or self.cooldown)


EVERYTHING_AT_ONCE = Preferences()


def update_reason(text: str) -> UpdateReason | None:
    """Return the reason of an update by how its text begins; `None` if it is a new one."""
    return next((why for begin, why in REASON_BEGINS.items() if text.startswith(begin)), None)
