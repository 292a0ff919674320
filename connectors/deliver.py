"""Deliver: from `alerts` on Kafka through the outbox to every subscriber.

Guarantee: an event is in the outbox before its Kafka offset is committed, and leaves it only
when its receiver took it or the reason why it never will is written down. A repeat on Kafka
is no repeat for a subscriber. A subscriber that can't be reached holds up nobody else.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import structlog

from connectors.dial import guarded_connector
from connectors.kafka import Consumer, KafkaError, Producer, Received
from connectors.outbox import Delivery, Outbox, pause
from connectors.sinks import terminal, webhook
from connectors.sinks.outcome import Outcome, Result
from connectors.sinks.subscriber import SinkKind, Subscriber
from streams.alert import AlertEvent
from streams.bus import ALERTS, Message
from streams.codec import DecodeError, decode
from streams.dead_letter import dead_letter

log = structlog.get_logger()

DICE = random.SystemRandom()
GROUP = "wirewatch-deliver"
POLL_SECONDS = 0.2
RECONNECT_SECONDS = (1.0, 2.0, 5.0, 10.0)
LONGEST_WAIT = 5.0
"""Seconds after which a subscriber's queue is looked at in any case."""


@dataclass(frozen=True, kw_only=True)
class DeliverSettings:
    """What deliver needs to know. `json` makes the terminal print JSON lines."""

    kafka: str
    prefix: str
    outbox: Path
    subscribers: tuple[Subscriber, ...]
    allow_private: bool = False
    json: bool = False


Sink = Callable[[Subscriber, AlertEvent, bytes], Awaitable[Outcome]]


def sinks(settings: DeliverSettings, session: aiohttp.ClientSession) -> Mapping[SinkKind, Sink]:
    """Give the table of sinks: one function for each kind of subscriber."""

    async def to_terminal(_: Subscriber, event: AlertEvent, payload: bytes) -> Outcome:
        return terminal.show(event, payload, as_json=settings.json)

    async def to_webhook(subscriber: Subscriber, event: AlertEvent, _: bytes) -> Outcome:
        return await webhook.post(session, subscriber, event, datetime.now(UTC))

    return {SinkKind.TERMINAL: to_terminal, SinkKind.WEBHOOK: to_webhook}


async def deliver(settings: DeliverSettings, stop: asyncio.Event) -> None:
    """Deliver until `stop` is set."""
    outbox = Outbox(settings.outbox)
    outbox.forget(time.time())
    news = {subscriber.id: asyncio.Event() for subscriber in settings.subscribers}
    connector = guarded_connector(allow_private=settings.allow_private)
    try:
        async with aiohttp.ClientSession(connector=connector) as session:
            table = sinks(settings, session)
            async with asyncio.TaskGroup() as group:
                senders = [
                    group.create_task(_send(outbox, subscriber, table, news[subscriber.id]))
                    for subscriber in settings.subscribers
                ]
                group.create_task(_take(settings, outbox, news, stop))
                await stop.wait()
                for sender in senders:
                    sender.cancel()
    finally:
        outbox.close()
    log.info("stopped")


async def _take(
    settings: DeliverSettings,
    outbox: Outbox,
    news: Mapping[str, asyncio.Event],
    stop: asyncio.Event,
) -> None:
    """Take events from Kafka into the outbox; when Kafka is away, try again for ever."""
    failures = 0
    while not stop.is_set():
        try:
            await _take_from(settings, outbox, news, stop)
        except KafkaError as error:
            seconds = RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)]
            failures += 1
            log.warning("kafka_away", error=str(error), next_try_in=seconds)
            await _wait(stop, seconds)


async def _take_from(
    settings: DeliverSettings,
    outbox: Outbox,
    news: Mapping[str, asyncio.Event],
    stop: asyncio.Event,
) -> None:
    consumer = await asyncio.to_thread(
        Consumer, settings.kafka, group=GROUP, topics=[ALERTS], prefix=settings.prefix
    )
    dead = Producer(settings.kafka, prefix=settings.prefix)
    log.info("delivering", subscribers=len(settings.subscribers))
    try:
        while not stop.is_set():
            records = await asyncio.to_thread(consumer.poll, POLL_SECONDS)
            if not records:
                continue
            events, poison = unpack(records)
            if poison:
                await dead.send([_dead_letter(record, error) for record, error in poison])
                log.error("dead_letters", stage="deliver", count=len(poison))
            rows = [
                (event.event, subscriber.id, payload)
                for event, payload in events
                for subscriber in settings.subscribers
                if wants(subscriber, event)
            ]
            outbox.add(rows, time.time())
            await asyncio.to_thread(consumer.commit)
            for _, subscriber, _ in rows:
                news[subscriber].set()
    finally:
        await asyncio.to_thread(consumer.close)
        await dead.close()


def unpack(
    records: list[Received],
) -> tuple[list[tuple[AlertEvent, bytes]], list[tuple[Received, DecodeError]]]:
    """Tell alert events, each with its bytes, from what isn't one."""
    events: list[tuple[AlertEvent, bytes]] = []
    poison: list[tuple[Received, DecodeError]] = []
    for record in records:
        try:
            events.append((decode(record.value, AlertEvent), record.value or b""))
        except DecodeError as error:
            poison.append((record, error))
    return events, poison


def wants(subscriber: Subscriber, event: AlertEvent) -> bool:
    """Say whether a subscriber is to get an event: nobody gets those of a shadow."""
    if event.shadow:
        return False
    return not subscriber.watches or event.watch in subscriber.watches


async def _send(
    outbox: Outbox, subscriber: Subscriber, table: Mapping[SinkKind, Sink], news: asyncio.Event
) -> None:
    """Send a subscriber what is due, oldest first, for ever."""
    send = table[subscriber.kind]
    while True:
        news.clear()
        for delivery in outbox.due(subscriber.id, time.time()):
            event = decode(delivery.payload, AlertEvent)
            outcome = await send(subscriber, event, delivery.payload)
            settle(outbox, delivery, event, outcome, now=time.time(), dice=DICE.random())
            if outcome.away:
                break  # the rest waits with it
        due = outbox.next_due(subscriber.id)
        wait = LONGEST_WAIT if due is None else min(max(due - time.time(), 0.0), LONGEST_WAIT)
        await _wait(news, wait)


def settle(
    outbox: Outbox,
    delivery: Delivery,
    event: AlertEvent,
    outcome: Outcome,
    *,
    now: float,
    dice: float,
) -> None:
    """Write down what came of a try. `dice` (0..1) spreads the next one."""
    facts = {
        "subscriber": delivery.subscriber,
        "alert": event.alert,
        "event_id": delivery.event,
        "attempt": delivery.attempts + 1,
    }
    wait = pause(delivery.attempts + 1, after=outcome.after, dice=dice)
    if outcome.result is Result.DELIVERED:
        outbox.done(delivery, now)
        log.info("delivered", **facts)
    elif outcome.result is Result.RETRY and wait is not None:
        outbox.retry(delivery, now, at=now + wait, error=outcome.reason, away=outcome.away)
        log.warning("delivery_retry", reason=outcome.reason, seconds=wait, **facts)
    else:
        outbox.fail(delivery, now, error=outcome.reason)
        log.error("delivery_failed", reason=outcome.reason, **facts)


def _dead_letter(record: Received, error: DecodeError) -> Message:
    return dead_letter(
        stage="deliver",
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=record.headers,
        error=error,
    )


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but no longer than that."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
