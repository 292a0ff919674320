"""From `alerts` on Kafka into the outbox, whatever becomes of Kafka.

What is read and how far are written in one transaction; only then is it told to the senders.
Kafka's own position of the group follows: it stands before the oldest event that is pending, so
that a deliver that lost its outbox misses nothing. It is kept every hour though nothing came,
since Kafka forgets a group that says nothing for seven days.
"""

import asyncio
import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import structlog

from connectors.background import in_thread, wait_for
from connectors.delivery.entries import entry, unpack, unreadable, wants
from connectors.delivery.outbox.clearing import DAY
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.resume_offset import KnownOffsets, ResumePoint, where_to_start
from connectors.delivery.sender import SubscriberSender
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.kafka import Consumer, KafkaError, Producer, Received, topic_id
from connectors.kafka.errors import AWAY
from connectors.until_written import until_written
from connectors.watchdog import Work
from streams.backoff import Tries
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import ALERTS, CANARY
from streams.model.alert import AlertEvent, Kind

log = structlog.get_logger()

GROUP = "wirewatch-deliver"
POLL_SECONDS = 0.5
"""How soon a stop is noticed; what comes is noticed at once."""
FETCH_SECONDS = 2.0
CLOSE_SECONDS = 0.5
STEADY_SECONDS = 2 * FETCH_SECONDS
"""How long reading must go well before the next failure is the first again: what Kafka forbids it
says a moment later."""
COMMIT_SECONDS = 2.0
"""Between two positions kept on Kafka, while they change."""
IDLE_COMMIT_SECONDS = 3_600.0
LOOK_SECONDS = 30.0
"""Silence after which Kafka is asked whether that is all."""
NEWCOMER_SECONDS = DAY
"""A new subscriber gets what came to Kafka from so long ago on, where that is read anew."""


@dataclass(frozen=True, kw_only=True)
class AlertSource:
    """The Kafka that alerts come from."""

    kafka: KafkaAccess
    prefix: str


class AlertReader:
    """Takes alert events in until `stop` is set."""

    def __init__(
        self,
        source: AlertSource,
        outbox: Outbox,
        senders: Callable[[], Sequence[SubscriberSender]],
        canary: Callable[[bytes | None], None] = lambda _: None,
        on_alert: Callable[[AlertEvent], None] = lambda _: None,
    ) -> None:
        """Ask for the `senders` anew each time: subscribers come and go.

        `canary` takes what comes to the topic of that name, `on_alert` sees each alert event.
        """
        self._canary, self._on_alert = canary, on_alert
        self._source = source
        self._outbox = outbox
        self._senders = senders
        self._read: dict[int, int] = {}
        self._turns = 0
        self._behind: tuple[int, ...] | None = None
        self._committed: dict[int, int] = {}
        self._commit_at = 0.0
        self._tries = Tries(AWAY)

    def work(self) -> Work:
        """Say what there is to do, for the watchdog."""
        work: dict[str, Hashable] = {"alerts are not read": self._turns}
        if self._behind is not None:
            work["alerts wait on Kafka to be read"] = self._behind
        return work

    async def run(self, stop: asyncio.Event) -> None:
        """Read; when Kafka is away, try again for ever."""
        while not stop.is_set():
            try:
                await self._connected(stop)
            except KafkaError as error:
                seconds = self._tries.failed()
                log.warning("kafka_away", error=str(error), next_try_in=seconds)
                await wait_for(stop, seconds)

    async def _connected(self, stop: asyncio.Event) -> None:
        source = self._source
        consumer = await in_thread(
            partial(
                Consumer,
                source.kafka,
                group=GROUP,
                topics=(),
                prefix=source.prefix,
                fetch_wait=FETCH_SECONDS,
            )
        )
        dead = Producer(source.kafka, prefix=source.prefix)
        try:
            places = await self._begin(consumer)
            log.info("delivering", subscribers=len(self._senders()))
            began = looked = time.monotonic()
            while not stop.is_set():
                records = self._without_canaries(await in_thread(consumer.poll, POLL_SECONDS))
                self._turns += 1
                if records:
                    await self._take(records, dead)
                await self._commit(consumer)
                if records or time.monotonic() - began >= STEADY_SECONDS:
                    self._tries.worked()
                if records:
                    looked, self._behind = time.monotonic(), None
                elif time.monotonic() - looked >= LOOK_SECONDS:
                    looked = time.monotonic()
                    there = await in_thread(consumer.places, ALERTS, None)
                    if there.keys() != places:
                        return  # partitions were added: begin anew with them
                    self._look(there)
        finally:
            with suppress(TimeoutError):  # they end by themselves, in threads that nobody waits for
                async with asyncio.timeout(CLOSE_SECONDS):
                    await in_thread(consumer.close)
                    await dead.close()

    async def _begin(self, consumer: Consumer) -> set[int]:
        """Go to where reading goes on; return the partitions."""
        source, kept = self._source, self._outbox.positions
        log_id = await in_thread(partial(topic_id, source.kafka, ALERTS, prefix=source.prefix))
        places = await in_thread(consumer.places, ALERTS, None)
        committed = await in_thread(consumer.committed, ALERTS, places)
        start = where_to_start(
            KnownOffsets(
                places=places,
                log=log_id,
                kept_log=kept.log,
                kept=kept.all(),
                committed=committed,
            )
        )
        if self._outbox.is_new:
            self._begin_anew(start, committed)
        for event, facts in start.remarks:
            log.warning(event, **facts)
        self._read = start.offsets
        await _kept(partial(kept.begin, log_id, self._read))
        # Of canaries only the last one says something.
        canaries = await in_thread(consumer.places, CANARY, None)
        last = {number: max(first, end - 1) for number, (first, end) in canaries.items()}
        await in_thread(consumer.go_to_all, {ALERTS: self._read, CANARY: last})
        self._committed, self._commit_at = {}, 0.0
        return set(places)

    def _without_canaries(self, records: Sequence[Received]) -> list[Received]:
        """Hand the canaries on, and return the alerts."""
        for record in records:
            if record.topic == CANARY.name:
                self._canary(record.value)
        return [record for record in records if record.topic != CANARY.name]

    def _begin_anew(self, start: ResumePoint, committed: dict[int, int]) -> None:
        """Say what a new outbox means, and who gets what of that which is on Kafka already."""
        subscribers = [sender.subscriber for sender in self._senders()]
        if committed:
            # They were there before, as far as anyone knows.
            meet(self._outbox, subscribers, 0.0)
            meaning = (
                "what was delivered after the oldest alert that was still pending comes again,"
                " under the same ids; nothing is left out"
            )
            facts = {"meaning": meaning, "goes_on_at": start.offsets}
            start.remarks.append(("outbox_lost", facts))
        else:
            meet(self._outbox, subscribers, time.time() - NEWCOMER_SECONDS)

    async def _take(self, records: list[Received], dead: Producer) -> None:
        events, poison = unpack(records)
        if poison:
            await dead.send(
                [unreadable(record, error, self._source.prefix) for record, error in poison]
            )
            first, error = poison[0]
            place = f"{self._source.prefix}{first.topic}/{first.partition}/{first.offset}"
            cause = f"{type(error).__name__}: {error}"[:500]
            log.error("dead_letters", stage="deliver", count=len(poison), first=place, error=cause)
        senders, now = self._senders(), time.time()
        since = {
            sender.subscriber.id: max(
                self._outbox.receiver(sender.subscriber.id).since, now - (ALERTS.kept or now)
            )
            for sender in senders
        }
        entries = [
            entry(record, event, sender.subscriber)
            for record, event in events
            for sender in senders
            if self._concerns(sender.subscriber, event)
            and record.timestamp.timestamp() >= since[sender.subscriber.id]
        ]
        for record in records:
            self._read[record.partition] = record.offset + 1
        await _kept(partial(self._outbox.add, entries, now, read=self._read))
        for _, event in events:
            self._on_alert(event)
        told = {entry.subscriber for entry in entries}
        for sender in senders:
            if sender.subscriber.id in told:
                sender.wake()

    def _concerns(self, subscriber: Subscriber, event: AlertEvent) -> bool:
        """Say whether to keep an event: what takes back what was told even for another watch."""
        if wants(subscriber, event):
            return True
        return event.kind is Kind.WITHDRAWN and self._outbox.knows(subscriber.id, event.alert)

    async def _commit(self, consumer: Consumer) -> None:
        """Keep the position on Kafka, now and then."""
        now = time.monotonic()
        if now < self._commit_at:
            return
        settled = self._outbox.positions.settled()
        if settled != self._committed or now >= self._commit_at + IDLE_COMMIT_SECONDS:
            await in_thread(consumer.commit_at, ALERTS, settled)
            self._committed, self._commit_at = settled, now + COMMIT_SECONDS

    def _look(self, places: dict[int, tuple[int, int]]) -> None:
        """Notice what is on Kafka and hasn't come, for the watchdog."""
        behind = any(end > self._read.get(number, 0) for number, (_, end) in places.items())
        self._behind = (
            tuple(self._read[number] for number in sorted(self._read)) if behind else None
        )


def meet(outbox: Outbox, subscribers: Sequence[Subscriber], since: float) -> None:
    """Remember subscribers; newcomers get what came to Kafka `since` then."""
    outbox.meet({one.id: one.address for one in subscribers}, since)


async def _kept(write: Callable[[], object]) -> None:
    await until_written(write, "outbox.sqlite")
