"""What subscribers get: events in the life of an alert."""

from enum import StrEnum

import msgspec

from streams.ledger import Ledger, Time
from streams.story import Story, digest
from streams.tags import Tags
from streams.watch import Why


class Kind(StrEnum):
    """What happened to an alert."""

    OPENED = "opened"
    UPDATED = "updated"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class AlertEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event of one alert. `event` is the id to drop repeats by; `reason` names the cause."""

    alert: str
    event: str
    kind: Kind
    reason: str
    watch: str
    title: str
    story: Story
    tags: Tags
    why: Why
    outlets: tuple[str, ...]
    times: Ledger


class OpenAlert(msgspec.Struct, frozen=True, kw_only=True):
    """What gather remembers of an alert: enough to know a repeat from news."""

    alert: str
    story: str
    version: str
    opened: Time


def alert_id(*, watch: str, story: str) -> str:
    """Give the id of the alert that a story raises for a watch."""
    return digest(("alert", watch, story))


def event_id(*, alert: str, kind: Kind, version: str) -> str:
    """Give the id of an event: the same input always gives the same event."""
    return digest(("event", alert, kind, version))
