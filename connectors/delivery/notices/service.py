"""What deliver tells of the service itself: of sources those who watch, of canaries operators."""

import asyncio
import math
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from babel.dates import format_datetime

from connectors.background import in_thread
from connectors.delivery.canary import FILE as CANARY_FILE
from connectors.delivery.canary import CanarySink, CanaryState
from connectors.delivery.canary_watch import CanaryNews
from connectors.delivery.coverage.watching import CoverageSource, CoverageWatching
from connectors.delivery.frame.catalogue import ENGLISH, say
from connectors.delivery.notices.all_quiet import due, of_day
from connectors.delivery.notices.queue import FILE as NOTICES_FILE
from connectors.delivery.notices.queue import NoticeIn, NoticeQueue, ServiceNotice
from connectors.delivery.notices.sender import NoticeSender
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.stopped import ReceiverStop
from connectors.delivery.outbox.summary import opened_since
from connectors.delivery.sinks.interface import Send
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.until_written import until_written
from streams.contract.kafka_access import KafkaAccess
from streams.model.alert import AlertEvent
from streams.model.story import digest
from streams.model.watch import Watch

log = structlog.get_logger()

OUTBOX = "outbox.sqlite"
DAY = timedelta(days=1)
DAILY_LOOK_SECONDS = 5.0
STOPPED_LOOK_SECONDS = 10.0
AGAIN_SECONDS = 60.0
"""Before all of it is begun anew after a fault."""


@dataclass(frozen=True, kw_only=True)
class NoticeSettings:
    """What the notices need to know. Without a `canary_limit` no canaries are sent."""

    kafka: KafkaAccess
    prefix: str
    folder: Path
    canary_limit: float | None
    watches: Callable[[], Sequence[Watch]]


class ServiceNotices:
    """Watches canaries and sources, and tells those whom it concerns."""

    def __init__(
        self,
        settings: NoticeSettings,
        subscribers: Callable[[], Sequence[Subscriber]],
        outbox: Outbox,
    ) -> None:
        """Go on from what the data folder has."""
        self._folder = folder = settings.folder
        self._subscribers, self._outbox = subscribers, outbox
        self._sender: NoticeSender | None = None
        limit = settings.canary_limit or math.inf
        self.canary = CanarySink(folder / CANARY_FILE, limit, self._tell_operators)
        source = CoverageSource(kafka=settings.kafka, prefix=settings.prefix, folder=folder)
        self._coverage = CoverageWatching(source, settings.watches, self._tell_watchers)

    def see(self, event: AlertEvent) -> None:
        """Take in an alert event: its source brought something to its watch."""
        self._coverage.see(event)

    async def run(self, sinks: Mapping[str, Send]) -> None:
        """Watch and tell until cancelled. Whatever goes wrong here ends no delivery of alerts."""
        while True:
            try:
                await self._run(sinks)
            except* sqlite3.DatabaseError as errors:
                # What is damaged is moved aside when it is opened anew.
                because = "; ".join(map(str, errors.exceptions))
                log.warning("notices_failed", because=because, next_try_in=AGAIN_SECONDS)
            except* Exception:
                log.exception("notices_failed", next_try_in=AGAIN_SECONDS)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _run(self, sinks: Mapping[str, Send]) -> None:
        opened = partial(NoticeQueue, self._folder / NOTICES_FILE)
        queue = await until_written(opened, NOTICES_FILE)
        self._sender = sender = NoticeSender(queue, self._subscribers, self._outbox)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.canary.watch())
                group.create_task(self._coverage.run())
                group.create_task(self._tell_daily(sender))
                group.create_task(self._tell_of_stopped(sender))
                group.create_task(sender.run(sinks))
        finally:
            self._sender = None
            queue.close()

    async def _tell_daily(self, sender: NoticeSender) -> None:
        """Send those who want it their line of the day, when its time has come."""
        told: dict[str, str] = {}
        while True:
            now = datetime.now(UTC)
            for one in self._subscribers():
                day = due(one.digest_at, one.time_zone, now) if one.all_quiet else None
                if day is None or told.get(one.id) == day:
                    continue
                sources = self._coverage.sources(one.watches, now)
                if sources is not None:
                    opened = partial(opened_since, self._folder / OUTBOX, one.id, now - DAY)
                    alerts = await in_thread(opened)
                    feeds = [source.health.feed for source in sources]
                    missing = [one.health.feed for one in sources if one.trouble is not None]
                    line = partial(of_day, one.id, day, feeds, missing, alerts)
                    sender.tell(line, [one], routine=True)
                    told[one.id] = day
            await asyncio.sleep(DAILY_LOOK_SECONDS)

    async def _tell_of_stopped(self, sender: NoticeSender) -> None:
        """Tell operators, once, whose receiver wants nothing any more."""
        while True:
            subscribers = self._subscribers()
            if operators := [one for one in subscribers if one.operator]:
                for one in subscribers:
                    if (stop := self._outbox.stopped(one.id)) is not None:
                        sender.tell(partial(stopped_notice, one.id, stop), operators)
            await asyncio.sleep(STOPPED_LOOK_SECONDS)

    def _tell(self, notice: NoticeIn, subscribers: Sequence[Subscriber]) -> None:
        if self._sender is not None:
            self._sender.tell(notice, subscribers)

    def _tell_operators(self, news: CanaryNews, state: CanaryState) -> None:
        operators = [one for one in self._subscribers() if one.operator]
        self._tell(partial(canary_notice, news, state), operators)

    def _tell_watchers(self, notice: NoticeIn, watches: Collection[str]) -> None:
        concerned = [one for one in self._subscribers() if concerns(one, watches)]
        self._tell(notice, concerned)


def concerns(subscriber: Subscriber, watches: Collection[str]) -> bool:
    """Say whether news of these watches concerns a subscriber: no watches of its own means all."""
    if not subscriber.coverage:
        return False
    return not subscriber.watches or bool(set(subscriber.watches) & set(watches))


def stopped_notice(subscriber: str, stop: ReceiverStop, language: str = ENGLISH) -> ServiceNotice:
    """Return what operators are told of a receiver that gets nothing any more."""
    _ = say(language)
    note = _(
        "{subscriber} gets nothing any more: {why}. Correct its address in subscribers.toml, or"
        " run `wirewatch subscribers resume {subscriber}`; then `wirewatch deliver retry` sends"
        " what was given up."
    ).format(subscriber=subscriber, why=stop.why)
    title = _("{subscriber} is stopped").format(subscriber=subscriber)
    return ServiceNotice(
        id=digest(("stopped", subscriber, f"{stop.since:.0f}")), title=title, note=note
    )


def canary_notice(news: CanaryNews, state: CanaryState, language: str = ENGLISH) -> ServiceNotice:
    """Return what operators are told of canaries."""
    _ = say(language)
    late = "" if state.late is None else state.late.isoformat()
    if news is CanaryNews.BACK:
        title = _("Canaries come through again")
        note = _("canaries come through again: what was late has been, or is being, delivered.")
    else:
        title = _("No canary comes through")
        since = state.sent and format_datetime(state.sent, "dd MMM HH:mm:ss", locale=language)
        what = (
            _("no canary has come through since {since} UTC").format(since=since)
            if since
            else _("no canary has come through at all")
        )
        note = _(
            "{what}: alerts may not be raised or delivered. "
            "See `wirewatch status`, and the logs of poll and work."
        ).format(what=what)
    return ServiceNotice(id=digest(("canary", news, late)), title=title, note=note)
