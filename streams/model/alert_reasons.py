"""Reasons of alert events that readers tell apart by their words. Pure."""

from streams.model.alert import AlertEvent, Kind

JOINED = "joined by"
PARTED = "parted by"
"""How a reason begins that a person gave, whose name follows."""
OUTGROWN = "edited, and no longer matches the watch"


def is_outgrown(event: AlertEvent) -> bool:
    """Say whether an event tells that a story was edited so that it no longer matches its watch."""
    return event.kind is Kind.CORRECTED and event.reason == OUTGROWN
