"""Which events a subscriber isn't told at all, and why not."""

from connectors.delivery.routing.preferences import Preferences, update_reason
from connectors.delivery.routing.records import REPEAT, AlertSoFar, QueuedEvent
from streams.model.alert import Kind

MUTED = "the alert is muted"


def must_be_told(event: QueuedEvent, alert: AlertSoFar) -> bool:
    """Say whether it takes back what the receiver was told: nothing may keep that from it.

    Where nothing is known of the alert, an earlier outbox may have told it.
    """
    return event.kind == Kind.WITHDRAWN and (alert.heard or not alert.known)


def unwanted(event: QueuedEvent, alert: AlertSoFar, preferences: Preferences) -> str | None:
    """Return why an event isn't to be sent; `None` if it is."""
    if must_be_told(event, alert):
        return None
    if preferences.watches and event.watch not in preferences.watches:
        return f"watch {event.watch} isn't among its watches"
    if alert.muted:
        return MUTED
    if event.severity.rank < preferences.min_severity.rank:
        return f"severity {event.severity} is below {preferences.min_severity}"
    if event.kind == REPEAT:
        return None
    kind = event.kind
    asks_for_openings = not preferences.events or Kind.OPENED in preferences.events
    if kind == Kind.UPDATED and not alert.heard and asks_for_openings:
        kind = Kind.OPENED  # the first of an alert that is grave enough opens it for this one
    if preferences.events and kind not in preferences.events:
        return f"{kind} isn't among its events"
    if kind == Kind.UPDATED and preferences.update_reasons:
        why = update_reason(event.reason)
        if why is not None and why not in preferences.update_reasons:
            return f"{why} isn't among its update_reasons"
    return None
