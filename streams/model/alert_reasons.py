"""Reasons of alert events that readers tell apart by their words. Pure."""

from streams.model.alert import AlertEvent, Bond, Kind

JOINED = "joined by"
PARTED = "parted by"
"""How a reason begins that a person gave, whose name follows."""
OUTGROWN = "edited, and no longer matches the watch"


def named_alerts(event: AlertEvent) -> tuple[str, ...]:
    """Return the other alerts that an event names: those related, and that of a person's word.

    Two that a person joined are no more related: they are one.
    """
    tie = event.grouping
    if tie is None or tie.bond is not Bond.RULING or tie.nearest is None:
        return event.related
    return tuple(dict.fromkeys((*event.related, tie.nearest)))


def is_outgrown(event: AlertEvent) -> bool:
    """Say whether an event tells that a story was edited so that it no longer matches its watch."""
    return event.kind is Kind.CORRECTED and event.reason == OUTGROWN
