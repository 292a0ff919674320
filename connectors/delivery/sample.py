"""A sample for a subscriber: a marked alert of nothing, by the sink that deliver sends with."""

import secrets
from datetime import UTC, datetime

from connectors.delivery.sinks.interface import Notification, SinkTools
from connectors.delivery.sinks.outcome import DeliveryOutcome
from connectors.delivery.sinks.registry import open_sinks
from connectors.delivery.sinks.subscriber import Subscriber
from streams.contract.codec import encode
from streams.model.alert import AlertEvent, Kind
from streams.model.story import Story, digest
from streams.model.tags import Tags
from streams.model.timestamps import Timestamps
from streams.model.watch import Why

HEADLINE = "Nothing happened; wirewatch is only being tried out"
SUMMARY = "Somebody tries out whether alerts arrive here."


def sample_event(now: datetime) -> AlertEvent:
    """Return an event that says that it is a sample, as its watch."""
    name = digest(("sample", secrets.token_hex(8)))
    story = Story(
        id=name,
        version=name,
        feed="sample",
        source="wirewatch",
        headline=HEADLINE,
        summary=SUMMARY,
        first_seen=now,
    )
    return AlertEvent(
        alert=name,
        event=name,
        kind=Kind.OPENED,
        reason="sample",
        watch="sample",
        title="SAMPLE",
        story=story,
        tags=Tags(language="en", countries=(), pairs=(), topics=(), tagger="sample"),
        why=Why(everything=True, min_pair_score=0.0, min_topic_score=0.0),
        outlets=("wirewatch",),
        stories=(name,),
        times=Timestamps(first_seen=now, raised=now),
    )


async def send_sample(subscriber: Subscriber, tools: SinkTools) -> DeliveryOutcome:
    """Send a sample once, whatever the subscriber asks for; return what came of it."""
    event = sample_event(datetime.now(UTC))
    told = Notification(
        id=event.event,
        subscriber=subscriber.id,
        events=(event,),
        payload=encode(event),
        language=subscriber.language,
        sample=True,
    )
    return await open_sinks(tools)[subscriber.kind](subscriber.sink, told)
