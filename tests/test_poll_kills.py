"""A poll that is killed, or whose Kafka is away, loses no story and renames none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from connectors.dial import guarded_connector
from connectors.feed_state import FeedState, Memory
from connectors.kafka import KafkaError
from connectors.poll import Poller
from connectors.sources.entry import NotAFeedError, Parsed
from connectors.sources.feed import Feed
from connectors.sources.fetch import Validators
from connectors.sources.parser_pool import ParserPool
from streams.bus import STORIES, Message
from streams.codec import decode
from streams.story import Story
from tests.publisher import Publisher, with_publisher


class Killed(BaseException):
    """Stands for a kill -9: no handler of the connector may catch it."""


@dataclass
class Log:
    """Stands for Kafka: keeps what is sent, and can fail or be killed before or after."""

    stories: list[Story] = field(default_factory=list)
    before: BaseException | None = None
    after: BaseException | None = None

    async def send(self, messages: Sequence[Message]) -> None:
        if self.before:
            raise self.before
        for message in messages:
            if message.topic is STORIES:
                self.stories.append(decode(message.value, Story))
        if self.after:
            raise self.after


class DyingParser(ParserPool):
    """A parser pool in a process that is killed while it parses."""

    async def parse(self, *_: object, **__: object) -> Parsed:
        raise Killed


class DyingState(FeedState):
    """A feed state in a process that is killed as it saves."""

    def save(self, *_: object, **__: object) -> None:
        raise Killed


class SavesFirst(Poller):
    """The mistake that loses stories: the state is saved before Kafka has them."""

    async def poll_feed(self, feed: Feed) -> None:
        state, sender = self._state, self._producer
        saved: list[Callable[[], None]] = []

        class Early:
            async def send(self, messages: Sequence[Message]) -> None:
                saved[0]()
                await sender.send(messages)

        fetched = Validators(etag='"3"')
        memory = Memory(url=feed.url, validators=fetched, next_poll=0.0, last_ok=1.0)
        saved.append(lambda: state.save(feed.id, memory, [], 1.0))
        self._producer = Early()
        await super().poll_feed(feed)


Step = str
STEPS: tuple[Step, ...] = ("fetch", "parse", "send", "ack", "save")


async def poll_once(
    publisher: Publisher,
    folder: Path,
    log: Log,
    *,
    killed_at: Step | None = None,
    poller: type[Poller] = Poller,
) -> None:
    """Poll the feed `courier` in a process that is killed at a step, or isn't."""
    state = (DyingState if killed_at == "save" else FeedState)(folder / "feeds.sqlite")
    parser = (DyingParser if killed_at == "parse" else ParserPool)(workers=1)
    log.before = Killed() if killed_at == "send" else None
    log.after = Killed() if killed_at == "ack" else None
    connector = guarded_connector(allow_private=killed_at != "fetch")
    try:
        async with aiohttp.ClientSession(connector=connector) as session:
            one = poller(session=session, parser=parser, state=state, producer=log)
            await one.poll_feed(publisher.feed("courier"))
    except Killed:
        pass
    finally:
        parser.close()
        state.close()


def stories_after_a_kill(folder: Path, at: Step, poller: type[Poller] = Poller) -> list[str]:
    """Poll, be killed at a step, poll again: the headlines that reached the log."""
    log = Log()

    async def act(publisher: Publisher) -> None:
        await poll_once(publisher, folder, log, killed_at=at, poller=poller)
        await poll_once(publisher, folder, log)

    with_publisher(act, courier=["1", "2", "3"])
    ids = {
        story.headline: {s.id for s in log.stories if s.headline == story.headline}
        for story in log.stories
    }
    assert all(len(same) == 1 for same in ids.values()), "an old story got a new id"
    return sorted(ids)


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_loses_no_story(tmp_path: Path, step: Step) -> None:
    assert stories_after_a_kill(tmp_path, step) == ["Story 1", "Story 2", "Story 3"]


def test_saving_before_the_ack_would_lose_stories(tmp_path: Path) -> None:
    """The test above can fail: with the order turned round, it does."""
    assert stories_after_a_kill(tmp_path, "send", SavesFirst) == []


def test_while_kafka_is_away_nothing_is_saved(tmp_path: Path) -> None:
    log = Log()

    async def act(publisher: Publisher) -> None:
        parser = ParserPool(workers=1)
        state = FeedState(tmp_path / "feeds.sqlite")
        log.before = KafkaError("away")
        try:
            async with aiohttp.ClientSession(
                connector=guarded_connector(allow_private=True)
            ) as session:
                one = Poller(session=session, parser=parser, state=state, producer=log)
                with pytest.raises(KafkaError):
                    await one.poll_feed(publisher.feed("courier"))
                feed = publisher.feed("courier")
                assert state.memory(feed.id, feed.url) == Memory(url=feed.url)
                log.before = None
                await one.poll_feed(feed)
        finally:
            parser.close()
            state.close()

    with_publisher(act, courier=["1", "2"])
    assert sorted(story.headline for story in log.stories) == ["Story 1", "Story 2"]


def test_a_page_that_is_no_feed_is_a_failed_poll(tmp_path: Path) -> None:
    class NoFeed(ParserPool):
        async def parse(self, *_: object, **__: object) -> Parsed:
            raise NotAFeedError("a web page, not a feed")

    async def act(publisher: Publisher) -> None:
        parser = NoFeed()
        state = FeedState(tmp_path / "feeds.sqlite")
        log = Log()
        feed = publisher.feed("courier")
        try:
            async with aiohttp.ClientSession(
                connector=guarded_connector(allow_private=True)
            ) as session:
                one = Poller(session=session, parser=parser, state=state, producer=log)
                await one.poll_feed(feed)
                memory = state.memory(feed.id, feed.url)
        finally:
            parser.close()
            state.close()
        assert (memory.failures, memory.last_ok, memory.validators) == (1, None, Validators())

    with_publisher(act, courier=["1"])
