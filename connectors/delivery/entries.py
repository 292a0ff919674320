"""What of `alerts` becomes an entry of the outbox, and for whom. Pure."""

from connectors.delivery.outbox.records import OutboxEntry
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.kafka import Received
from streams.contract.codec import DecodeError, decode
from streams.contract.dead_letter import dead_letter
from streams.contract.headers import require_known
from streams.contract.messages import Message
from streams.model.alert import AlertEvent, Kind

Unpacked = tuple[list[tuple[Received, AlertEvent]], list[tuple[Received, DecodeError]]]


def unpack(records: list[Received]) -> Unpacked:
    """Tell alert events, each with its record, from what isn't one."""
    events: list[tuple[Received, AlertEvent]] = []
    poison: list[tuple[Received, DecodeError]] = []
    for record in records:
        try:
            require_known(record.headers)
            events.append((record, decode(record.value, AlertEvent)))
        except DecodeError as error:
            poison.append((record, error))
    return events, poison


def wants(subscriber: Subscriber, event: AlertEvent) -> bool:
    """Say whether a subscriber is to get an event: nobody gets what is only recorded."""
    if event.shadow or event.kind is Kind.JOINED:
        return False
    return not subscriber.watches or event.watch in subscriber.watches


def entry(record: Received, event: AlertEvent, subscriber: Subscriber) -> OutboxEntry:
    """Return what the outbox keeps of an event for a subscriber."""
    return OutboxEntry(
        event=event.event,
        subscriber=subscriber.id,
        alert=event.alert,
        kind=event.kind,
        payload=record.value or b"",
        partition=record.partition,
        offset=record.offset,
        watch=event.watch,
        severity=event.severity,
        reason=event.reason,
    )


def unreadable(record: Received, error: DecodeError, prefix: str) -> Message:
    """Return the dead letter of what isn't an alert event."""
    return dead_letter(
        stage="deliver",
        topic=prefix + record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=record.headers,
        error=error,
    )
