"""Records as they come from Kafka."""

from datetime import datetime

import msgspec

from connectors.kafka import Received
from streams.contract.messages import Message, message
from tests.support.samples import NOON


def received(
    record: msgspec.Struct | Message, offset: int = 0, at: datetime = NOON, partition: int = 0
) -> Received:
    """Return a record, or a message made of one, as Kafka gives it back."""
    packed = record if isinstance(record, Message) else message(record)
    return Received(
        topic=packed.topic.name,
        partition=partition,
        offset=offset,
        key=packed.key,
        value=packed.value,
        headers=packed.headers,
        timestamp=at,
    )
