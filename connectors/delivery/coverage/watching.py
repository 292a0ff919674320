"""Watches the sources while deliver runs, and tells the subscribers of a watch when they fail."""

import asyncio
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from connectors.delivery.coverage import memory
from connectors.delivery.coverage.decision import CoverageNews, Source, behind, came, look
from connectors.delivery.coverage.wording import line, title
from connectors.delivery.frame.catalogue import ENGLISH
from connectors.delivery.notices.queue import NoticeIn, ServiceNotice
from connectors.kafka.topic_tail import Following
from streams.contract.codec import DecodeError, decode
from streams.contract.headers import require_known
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import FEED_HEALTH
from streams.model.alert import AlertEvent
from streams.model.feed_health import FeedHealth
from streams.model.story import digest
from streams.model.watch import Watch

log = structlog.get_logger()

FIRST_LOOK_SECONDS, LOOK_SECONDS = 5.0, 60.0
STALE_SECONDS = 120.0
"""Since all was last read, after which nothing is said: records that come don't count as all."""
BROUGHT_EVERY = timedelta(minutes=10)
"""How often it is written down who brought what: after a crash a few minutes are missing."""

Tell = Callable[[NoticeIn, Sequence[str]], None]
"""Tells those who have any of these watches."""


@dataclass(frozen=True, kw_only=True)
class CoverageSource:
    """Where the health of feeds is read, and where is kept what must outlast a restart."""

    kafka: KafkaAccess
    prefix: str
    folder: Path


class CoverageWatching:
    """Reads the health of all feeds, and looks at it every minute."""

    def __init__(
        self, source: CoverageSource, watches: Callable[[], Sequence[Watch]], tell: Tell
    ) -> None:
        """Go on from what was remembered. `watches` are those of now."""
        self._source = source
        self._watches = watches
        self._tell = tell
        self._state = memory.read_state(source.folder)
        self._brought = memory.read_brought(source.folder)
        self._brought_written = datetime.now(UTC)
        self._health: dict[str, FeedHealth] = {}
        self._polled: deque[FeedHealth] = deque()
        """What the reading thread has for the event loop."""
        self._read_at: float | None = None
        """When all that Kafka has was last read."""
        self._stop = threading.Event()

    def see(self, event: AlertEvent) -> None:
        """Take in an alert event: its feed brought something to its watch."""
        at = event.times.raised or datetime.now(UTC)
        feeds = self._brought.setdefault(event.watch, {})
        feeds[event.story.feed] = max(at, feeds.get(event.story.feed, at))

    def sources(self, wanted: Collection[str], now: datetime) -> list[Source] | None:
        """Return the sources behind some watches, or behind all; `None` while nothing is known."""
        if not self._is_current():
            return None
        watches = [one for one in self._watches() if not wanted or one.id in wanted]
        found = {
            source.health.feed: source
            for watch in watches
            for source in behind(watch, self._health, {}, now)
        }
        return list(found.values())

    def _is_current(self) -> bool:
        return self._read_at is not None and time.monotonic() - self._read_at <= STALE_SECONDS

    async def run(self) -> None:
        """Watch for ever."""
        self._stop = threading.Event()
        threading.Thread(target=self._read, name="feed-health", daemon=True).start()
        try:
            await asyncio.sleep(FIRST_LOOK_SECONDS)
            while True:
                is_known = self._look(datetime.now(UTC))
                await asyncio.sleep(LOOK_SECONDS if is_known else FIRST_LOOK_SECONDS)
        finally:
            self._stop.set()
            memory.write_brought(self._source.folder, self._brought, datetime.now(UTC))

    def _read(self) -> None:
        """Read in a thread of its own, whatever becomes of Kafka."""
        source = self._source
        following = Following(
            source.kafka,
            FEED_HEALTH,
            offsets={},
            stop=self._stop,
            say=lambda text: log.info("feed_health", remark=text),
            prefix=source.prefix,
        )
        for record in following:  # it ends when it is told to stop
            if record is None:
                self._read_at = time.monotonic()
                continue
            with suppress(DecodeError):
                require_known(record.headers)
                self._polled.append(decode(record.value, FeedHealth))

    def _look(self, now: datetime) -> bool:
        """Take in what was polled since, decide, and remember what was decided once it is told.

        While Kafka can't be read nothing is known of the sources, so nothing is said of them: then
        it returns false.
        """
        if not self._is_current():
            return False
        state, before = self._state, self._state.looked
        while self._polled:
            polled = self._polled.popleft()
            self._health[polled.feed] = polled
            if before is not None and polled.polled > before:
                state = came(state, polled)
        self._state, news = look(state, self._watches(), self._health, self._brought, now)
        names = {feed: one.source for feed, one in self._health.items()}
        for some in together(news):
            self._tell(partial(notice, some, names), [one.watch for one in some])
        memory.write_state(self._source.folder, self._state)
        if now - self._brought_written >= BROUGHT_EVERY:
            memory.write_brought(self._source.folder, self._brought, now)
            self._brought_written = now
        return True


def together(news: Sequence[CoverageNews]) -> list[list[CoverageNews]]:
    """Put news of several watches together that is of the same: it is told once."""
    found: defaultdict[tuple[object, ...], list[CoverageNews]] = defaultdict(list)
    for one in news:
        found[one.what].append(one)
    return list(found.values())


def notice(
    news: Sequence[CoverageNews], names: dict[str, str], language: str = ENGLISH
) -> ServiceNotice:
    """Return what is told of news that is of the same."""
    first = news[0]
    about = (*(one.watch for one in news), *first.missing)
    kind = "coverage-over" if first.over else "coverage"
    return ServiceNotice(
        id=digest((kind, first.since.isoformat(), first.at.isoformat(), *about)),
        title=title(first, language),
        note=line(first, names, language),
    )
