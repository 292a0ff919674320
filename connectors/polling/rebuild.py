"""What poll has forgotten of its feeds, read back from Kafka: for when `feeds.sqlite` was lost.

Without it, stories that came while nothing ran would count as backfill and raise no alert, and
those that went out long ago would go out again. `feed_health` says which feeds were polled
before, `stories` what they brought. What a feed showed longer ago than `stories` goes back is
told by its date.
"""

import asyncio
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
import structlog

from connectors.background import in_thread, wait_for
from connectors.formats.entry import Entry
from connectors.kafka import KafkaError, Received
from connectors.kafka.errors import AWAY
from connectors.kafka.topic_reader import Log
from connectors.polling.entry_aliases import mark
from connectors.polling.feed import Feed
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.feed_state import Polled, SeenStory
from connectors.polling.forgetting import GRACE
from connectors.polling.identity import ANY_VERSION, KnownStory
from connectors.polling.store import Store
from streams.backoff import Tries
from streams.contract.codec import DecodeError, decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import FEED_HEALTH, STORIES
from streams.model.feed_health import FeedHealth
from streams.model.story import GONE

log = structlog.get_logger()


class SentStory(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed of a story that went out."""

    id: str
    feed: str
    headline: str
    url: str | None = None
    summary: str = ""
    body: str = ""
    flags: tuple[str, ...] = ()


@dataclass
class _Feed:
    """A feed as Kafka remembers it. `since` is the time of its oldest story there."""

    health: FeedHealth
    since: float
    stories: dict[str, SentStory] = field(default_factory=dict)


async def read_back(
    store: Store, kafka: KafkaAccess, prefix: str, feeds: Sequence[Feed], stop: asyncio.Event
) -> None:
    """Read back what is known on Kafka alone of some feeds; wait for Kafka until `stop` is set."""
    unknown = [feed for feed in feeds if not store.knows(feed.id)]
    halt = threading.Event()
    stopping = asyncio.create_task(stop.wait())
    tries = Tries(AWAY)
    try:
        while unknown and not stop.is_set():
            reading = asyncio.create_task(
                in_thread(rebuilt, kafka, prefix, unknown, time.time(), halt)
            )
            await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if stop.is_set():
                halt.set()
                reading.cancel()
                return
            try:
                polls = await reading
            except KafkaError as error:
                seconds = tries.failed()
                log.warning("kafka_away", error=str(error), next_try_in=seconds)
                await wait_for(stop, seconds)
                continue
            for polled in polls:
                await store.save(polled)
            if polls:
                stories = sum(len(polled.seen) for polled in polls)
                log.warning("feed_state_read_back", feeds=len(polls), stories=stories)
            return
    finally:
        stopping.cancel()


def rebuilt(
    kafka: KafkaAccess, prefix: str, feeds: Collection[Feed], now: float, halt: threading.Event
) -> list[Polled]:
    """Return what is to be remembered of those feeds that were polled before. Blocks.

    Raises `KafkaError`. Once `halt` is set, it ends with what it has.
    """
    health = _health(Log(kafka, FEED_HEALTH, prefix=prefix, stop=halt), {one.id for one in feeds})
    found = {feed: _Feed(one, now) for feed, one in health.items() if one.last_ok is not None}
    if found:
        _read_stories(Log(kafka, STORIES, prefix=prefix, stop=halt), found)
    by_id = {feed.id: feed for feed in feeds}
    return [
        _polled(by_id[feed], one, now)
        for feed, one in found.items()
        # A feed that was away for longer than its stories are kept begins anew.
        if one.stories or now - one.health.polled.timestamp() < GRACE
    ]


def _health(records: Iterable[Received], feeds: Collection[str]) -> dict[str, FeedHealth]:
    found = {}
    for record in records:
        try:
            told = decode(record.value, FeedHealth)
        except DecodeError:
            continue
        if told.feed in feeds:
            found[told.feed] = told
    return found


def _read_stories(records: Iterable[Received], feeds: dict[str, _Feed]) -> None:
    for record in records:
        try:
            told = decode(record.value, SentStory)
        except DecodeError:
            continue
        # That its page is gone is nothing its feed said, and has only the beginning of its text.
        if (feed := feeds.get(told.feed)) is not None and GONE not in told.flags:
            feed.stories[told.id] = told
            feed.since = min(feed.since, record.timestamp.timestamp())


def _polled(feed: Feed, found: _Feed, now: float) -> Polled:
    last = found.health
    memory = FeedMemory(
        url=feed.url,
        last_ok=last.last_ok.timestamp() if last.last_ok else None,
        last_new=last.last_story.timestamp() if last.last_story else None,
        rhythm=last.rhythm,
        known_since=found.since,
        tidied=now,
    )
    return Polled(memory=memory, health=last, now=now, seen=tuple(_seen(feed.id, found.stories)))


def _seen(feed: str, stories: dict[str, SentStory]) -> Iterator[SeenStory]:
    """Return the stories with the aliases that they go by: all but their guids, which ids tell.

    In which version a story is there by now isn't known: its page may have told more than the feed.
    """
    entries = [
        Entry(link=one.url or "", title=one.headline, summary=one.summary, content=one.body)
        for one in stories.values()
    ]
    for name, one in zip(stories, mark(entries, feed), strict=True):
        yield SeenStory(
            story=KnownStory(name, ANY_VERSION, one.title, one.place),
            aliases=tuple(one.aliases.values()),
        )
