"""What a sink is told of a message: its events, and the words that stand around them."""

import structlog

from connectors.delivery.frame.headings import heading
from connectors.delivery.outbox.records import Parcel
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.subscriber import Subscriber
from streams.contract.codec import DecodeError, decode
from streams.model.alert import AlertEvent

log = structlog.get_logger()


class UnreadableParcelError(Exception):
    """Nothing in the message is an alert event; the text says why."""


def notification(parcel: Parcel, subscriber: Subscriber) -> Notification:
    """Return what a subscriber is to be told. Raises `UnreadableParcelError`.

    An event that can't be read is left out of a message of several.
    """
    events: list[AlertEvent] = []
    error: Exception | None = None
    for one in parcel.deliveries:
        try:
            events.append(decode(one.payload, AlertEvent))
        except (DecodeError, TypeError, ValueError) as unreadable:
            error = unreadable
            log.error("event_left_out", subscriber=one.subscriber, event_id=one.event)  # noqa: TRY400 - its text is in what is raised
    if not events:
        raise UnreadableParcelError(f"what is in the outbox is no alert event: {error}")
    title, note = heading(parcel.why, events, subscriber) if len(events) > 1 else ("", "")
    return Notification(
        id=parcel.id,
        subscriber=parcel.subscriber,
        events=tuple(events),
        payload=parcel.deliveries[0].payload if len(events) == 1 else b"",
        title=title,
        note=note,
        language=subscriber.language,
    )
