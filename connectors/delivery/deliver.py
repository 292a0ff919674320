"""Deliver: from `alerts` on Kafka through the outbox to every subscriber.

Guarantee: an event leaves the outbox only when its receiver took it, or the reason why it never
will is written down. A repeat on Kafka is no repeat for a subscriber. At each receiver an
alert's events come in their order. A subscriber that can't be reached holds up nobody else.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import structlog

from connectors.delivery.notices.service import NoticeSettings, ServiceNotices
from connectors.delivery.outbox.outbox import Outbox, tell_aside
from connectors.delivery.reader import NEWCOMER_SECONDS, AlertReader, AlertSource, meet
from connectors.delivery.reporter import report, tell_the_last
from connectors.delivery.sender import Sinks, SubscriberSender
from connectors.delivery.sinks.interface import Links, Notification, SinkTools
from connectors.delivery.sinks.mail_server import MailServer
from connectors.delivery.sinks.registry import open_sinks
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.errors import ConnectorError
from connectors.http.ssrf_guard import guarded_session
from connectors.kafka import Producer, kafka_answers
from connectors.polling.list_edits import Edits
from connectors.sqlite import is_damaged, move_aside
from connectors.until_written import until_written
from connectors.watchdog import watched
from streams.contract.kafka_access import KafkaAccess
from streams.model.alert import AlertEvent
from streams.model.watch import Watch

log = structlog.get_logger()

FINISH_SECONDS = 3.0
"""What is under way at a stop has so long: `wirewatch run` gives all services together six."""
READ_SECONDS = 1.0
"""What the reader has of that: it writes at once, and a Kafka that is away may never answer."""
READ_AGAIN = "nothing is lost: alerts that were not taken in are read after the next start"
CLEAR_SECONDS = 3_600.0
"""Between two looks for what can be forgotten or must be given up on."""


@dataclass(frozen=True, kw_only=True)
class DeliverSettings:
    """What deliver needs to know. `json` makes the terminal print JSON lines.

    `edits` hands on the lists of subscribers that come into force while it runs.
    """

    kafka: KafkaAccess
    prefix: str
    outbox: Path
    subscribers: tuple[Subscriber, ...]
    user_agent: str = "wirewatch"
    mail: MailServer | None = None
    allow_private: bool = False
    json: bool = False
    canary_limit: float | None = None
    """How old the last canary may be; `None` if none are sent."""
    on_alert: Callable[[AlertEvent], None] = lambda _: None
    """Sees each alert event that was taken in."""
    watches: Callable[[], Sequence[Watch]] = tuple
    """The watches of now: who has them is told when their sources are missing."""
    links: Callable[[Notification], Links] = lambda told: told.links
    """Writes the signed links of a message."""
    edits: Edits[Subscriber] = field(default_factory=Edits)


async def deliver(settings: DeliverSettings, stop: asyncio.Event) -> None:
    """Deliver until `stop` is set. Raises `ConnectorError` if the outbox can't be used."""
    while not stop.is_set():
        outbox = await _opened(settings.outbox)
        try:
            await Delivering(settings, outbox, stop).run()
        except* sqlite3.DatabaseError as errors:
            if not all(is_damaged(error) for error in errors.exceptions):
                raise
            outbox.close()
            tell_aside(settings.outbox, move_aside(settings.outbox))
        finally:
            outbox.close()
    log.info("stopped")


async def _opened(path: Path) -> Outbox:
    try:
        outbox = await until_written(partial(Outbox, path, time.time()), path.name)
    except (sqlite3.Error, OSError) as error:
        raise ConnectorError(f"{path}: {error}") from error
    if outbox.remark:
        log.info("outbox", remark=outbox.remark)
    return outbox


class Delivering:
    """The reader, a sender for each subscriber, and what clears up after them."""

    def __init__(self, settings: DeliverSettings, outbox: Outbox, stop: asyncio.Event) -> None:
        """Take an open outbox."""
        self._settings = settings
        self._outbox = outbox
        self._stop = stop
        self._senders: dict[str, SubscriberSender] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Deliver until it is time to stop; what is under way then may finish."""
        settings = self._settings
        source = AlertSource(kafka=settings.kafka, prefix=settings.prefix)
        notices = ServiceNotices(settings_of(settings), self._subscribers, outbox=self._outbox)

        def see(event: AlertEvent) -> None:
            notices.see(event)
            settings.on_alert(event)

        senders = partial(_senders_of, self._senders)
        reader = AlertReader(source, self._outbox, senders, notices.canary.take, see)
        answers = partial(kafka_answers, settings.kafka)
        async with (
            watched(reader.work, answers),
            guarded_session(
                user_agent=settings.user_agent, allow_private=settings.allow_private
            ) as session,
            guarded_session(user_agent=settings.user_agent, allow_private=True) as own_network,
            asyncio.TaskGroup() as group,
        ):
            tools = SinkTools(
                session=session,
                own_network=own_network,
                user_agent=settings.user_agent,
                folder=settings.outbox.parent,
                mail=settings.mail,
                links=settings.links,
                json=settings.json,
            )
            sinks = open_sinks(tools)
            begin = partial(self._begin, group, sinks)
            begin(settings.subscribers)
            settings.edits.follow(begin)
            reading = group.create_task(reader.run(self._stop))
            producer = Producer(settings.kafka, prefix=settings.prefix)
            beside = [
                group.create_task(self._clear_away()),
                group.create_task(notices.run(sinks)),
                group.create_task(report(self._outbox.settled, producer)),
            ]
            await self._stop.wait()
            settings.edits.leave(begin)
            for task in beside:
                task.cancel()
            await self._finish(reading)
            await tell_the_last(self._outbox.settled, producer)

    def _begin(
        self,
        group: asyncio.TaskGroup,
        table: Sinks,
        subscribers: Sequence[Subscriber],
    ) -> None:
        """Go by a list of subscribers: the first, or an edited one."""
        if not self._outbox.is_new:  # else the reader knows since when they are there
            meet(self._outbox, subscribers, time.time() - NEWCOMER_SECONDS)
        wanted = {subscriber.id: subscriber for subscriber in subscribers}
        for name in self._senders.keys() - wanted.keys():
            self._senders.pop(name).leave()
            pending = self._outbox.pending(name)
            log.warning("subscriber_left", subscriber=name, pending=pending, kept_for="three days")
        for name, subscriber in wanted.items():
            if name in self._senders:
                self._senders[name].change(subscriber)
                continue
            self._senders[name] = sender = SubscriberSender(subscriber, self._outbox, table)
            before = self._tasks.get(name)
            self._tasks[name] = group.create_task(_after(before, sender))

    async def _finish(self, reading: asyncio.Task[None]) -> None:
        """Let what is under way finish, for a while."""
        for sender in self._senders.values():
            sender.leave()
        _, unread = await asyncio.wait([reading], timeout=READ_SECONDS)
        if unread:
            reading.cancel()
            log.info("reading_cut_short", because="Kafka does not answer", meaning=READ_AGAIN)
        left = FINISH_SECONDS - READ_SECONDS if unread else FINISH_SECONDS
        late: set[asyncio.Task[None]] = set()
        if sending := [*self._tasks.values()]:
            _, late = await asyncio.wait(sending, timeout=left)
        for task in late:
            task.cancel()
        if late:
            log.warning("deliveries_cut_short", count=len(late), meaning="they are made again")

    async def _clear_away(self) -> None:
        while True:
            now = time.time()
            clear = partial(self._outbox.clear_away, now, list(self._senders))
            cleared = await until_written(clear, self._settings.outbox.name)
            for name, count in cleared.gone.items():
                log.error("given_up", subscriber=name, count=count, reason="no longer a subscriber")
            for name, count in cleared.dead.items():
                reason = "its receiver has been away for three days"
                log.error("given_up", subscriber=name, count=count, reason=reason)
            await asyncio.sleep(CLEAR_SECONDS)

    def _subscribers(self) -> list[Subscriber]:
        return [sender.subscriber for sender in self._senders.values()]


def settings_of(settings: DeliverSettings) -> NoticeSettings:
    """Return what the notices need to know."""
    return NoticeSettings(
        kafka=settings.kafka,
        prefix=settings.prefix,
        folder=settings.outbox.parent,
        canary_limit=settings.canary_limit,
        watches=settings.watches,
    )


def _senders_of(senders: Mapping[str, SubscriberSender]) -> list[SubscriberSender]:
    return list(senders.values())


async def _after(before: asyncio.Task[None] | None, sender: SubscriberSender) -> None:
    """Send, once the one who sent to that subscriber before is done."""
    if before is not None:
        await asyncio.wait([before])
    await sender.run()
