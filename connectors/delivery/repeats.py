"""An open critical alert, told once more (Alertmanager's `repeat_interval`)."""

import msgspec

from connectors.delivery.outbox.records import OutboxEntry, RepeatDue
from connectors.delivery.routing.records import REPEAT
from streams.contract.codec import DecodeError, decode, encode
from streams.model.alert import AlertEvent
from streams.model.story import digest

REMINDER = "still open: reminder"


def repeat_entry(subscriber: str, due: RepeatDue) -> OutboxEntry | None:
    """Return the last event of the alert under an id of its own; `None` if it can't be read."""
    try:
        event = decode(due.payload, AlertEvent)
    except DecodeError:
        return None
    again = msgspec.structs.replace(
        event,
        event=digest(("repeat", event.alert, event.event, str(due.count))),
        reason=f"{REMINDER} {due.count}",
    )
    return OutboxEntry(
        event=again.event,
        subscriber=subscriber,
        alert=again.alert,
        kind=REPEAT,
        payload=encode(again),
        watch=again.watch,
        severity=again.severity,
        reason=again.reason,
    )
