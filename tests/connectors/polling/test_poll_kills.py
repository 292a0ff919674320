"""A poll that is killed, or whose Kafka is away, loses no story and renames none."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs

from connectors.formats.entry import NotAFeedError, Parsed
from connectors.http.ssrf_guard import guarded_connector
from connectors.kafka import KafkaError
from connectors.kafka.retrying_producer import Patient
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.feed import Feed
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.feed_state import FeedStore, Polled, StateError
from connectors.polling.poller import Poller, Sends
from connectors.polling.store import Store
from streams.backoff import Backoff
from streams.contract.codec import decode
from streams.contract.messages import Message
from streams.contract.topics import STORIES
from streams.model.story import Story
from tests.support.publisher import Publisher, with_publisher


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


class DyingConnector(aiohttp.TCPConnector):
    """A connector in a process that is killed as it connects."""

    async def connect(self, *_: object, **__: object) -> aiohttp.connector.Connection:
        raise Killed


class DyingParser(ParserPool):
    """A parser pool in a process that is killed while it parses."""

    async def parse(self, *_: object, **__: object) -> Parsed:
        raise Killed


class DyingState(FeedStore):
    """A feed state in a process that is killed as it saves."""

    def save(self, *_: object, **__: object) -> None:
        raise Killed


class FullState(FeedStore):
    """A feed state on a full disk."""

    def save(self, *_: object, **__: object) -> None:
        raise StateError("feeds.sqlite can't be written: database or disk is full")


class SavesFirst(Store):
    """The mistake that loses stories: the state is saved before Kafka has them."""

    def __init__(self, state: Callable[[], FeedStore], kafka: Sends) -> None:
        super().__init__(state)
        self._kafka = kafka
        self._held: Sequence[Message] = ()

    async def send(self, messages: Sequence[Message]) -> None:
        self._held = messages

    async def save(self, polled: Polled) -> None:
        await super().save(polled)
        await self._kafka.send(self._held)


Step = str
STEPS: tuple[Step, ...] = ("fetch", "parse", "send", "ack", "save", "told")


async def poll_once(
    feed: Feed,
    folder: Path,
    log: Log,
    *,
    killed_at: Step | None = None,
    saves_first: bool = False,
    state: type[FeedStore] = FeedStore,
) -> FeedMemory:
    """Poll a feed in a process that is killed at a step, or isn't; give what is remembered."""
    kind = DyingState if killed_at == "save" else state
    opened: list[FeedStore] = []

    def open_state() -> FeedStore:
        opened.append(kind(folder / "feeds.sqlite"))
        return opened[0]

    swapped = SavesFirst(open_state, log)
    store = swapped if saves_first else Store(open_state)
    parser = (DyingParser if killed_at == "parse" else ParserPool)(workers=1)
    log.before = Killed() if killed_at == "send" else log.before
    log.after = Killed() if killed_at == "ack" else None

    def told(*_: object) -> None:
        if killed_at == "told":
            raise Killed

    connector = DyingConnector() if killed_at == "fetch" else guarded_connector(allow_private=True)
    try:
        async with aiohttp.ClientSession(connector=connector) as session:
            await store.open()
            one = Poller(
                session=session,
                parser=parser,
                store=store,
                producer=swapped if saves_first else log,
                on_sent=told,
            )
            await one.poll_feed(feed)
    except Killed:
        log.before = None
    finally:
        parser.close()
        await store.close()
    return store.memory(feed)


def stories_after_a_kill(folder: Path, at: Step, *, saves_first: bool = False) -> list[str]:
    """Poll, be killed at a step, poll again: the headlines that reached the log."""
    log = Log()

    async def act(publisher: Publisher) -> None:
        feed = publisher.feed("courier")
        await poll_once(feed, folder, log, killed_at=at, saves_first=saves_first)
        await poll_once(feed, folder, log)

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
    assert stories_after_a_kill(tmp_path, "send", saves_first=True) == []


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_while_a_publisher_changes_all_guids_renames_no_story(
    tmp_path: Path, step: Step
) -> None:
    log = Log()

    async def act(publisher: Publisher) -> None:
        feed = publisher.feed("courier")
        await poll_once(feed, tmp_path, log)
        publisher.feeds["courier"] = [*publisher.feeds["courier"], "new"]
        publisher.prefix = "urn:moved:"
        await poll_once(feed, tmp_path, log, killed_at=step)
        await poll_once(feed, tmp_path, log)

    with_publisher(act, courier=[str(number) for number in range(8)])
    assert len({story.id for story in log.stories}) == 9
    assert len({story.headline for story in log.stories}) == 9


def test_while_kafka_is_away_nothing_is_saved(tmp_path: Path) -> None:
    log = Log(before=KafkaError("away"))

    async def act(publisher: Publisher) -> None:
        feed = publisher.feed("courier")
        with pytest.raises(KafkaError):
            await poll_once(feed, tmp_path, log)
        log.before = None
        assert (await poll_once(feed, tmp_path, log)).last_ok is not None

    with_publisher(act, courier=["1", "2"])
    assert sorted(story.headline for story in log.stories) == ["Story 1", "Story 2"]


def test_what_kafka_does_not_take_is_sent_again_and_no_feed_is_asked_again() -> None:
    tries: list[int] = []

    async def send(messages: Sequence[Message]) -> None:
        tries.append(len(messages))
        if len(tries) in {2, 3}:
            raise KafkaError("away")

    async def answers() -> bool:
        return len(tries) == 3

    flood = [Message(STORIES, b"k", b"v", ())] * 700
    with capture_logs() as logs:
        asyncio.run(Patient(send, answers, backoff=Backoff((0.0,))).send(flood))
    assert tries == [500, 200, 200, 200], "what was taken is sent again"
    assert [one["event"] for one in logs] == ["kafka_away", "kafka_took_nothing"]


def test_a_full_disk_loses_no_story_and_renames_none(tmp_path: Path) -> None:
    log = Log()

    async def act(publisher: Publisher) -> None:
        feed = publisher.feed("courier")
        for _ in range(2):
            with pytest.raises(StateError, match="disk is full"):
                await poll_once(feed, tmp_path, log, state=FullState)
        await poll_once(feed, tmp_path, log)
        await poll_once(feed, tmp_path, log)

    with_publisher(act, courier=["1", "2"])
    assert [story.headline for story in log.stories] == ["Story 1", "Story 2"] * 3
    assert len({story.id for story in log.stories}) == 2


def test_a_page_that_is_no_feed_is_a_failed_poll_and_forgets_nothing(tmp_path: Path) -> None:
    class NoFeed(ParserPool):
        async def parse(self, *_: object, **__: object) -> Parsed:
            raise NotAFeedError("a web page, not a feed")

    async def act(publisher: Publisher) -> None:
        feed = publisher.feed("courier")
        log = Log()
        good = await poll_once(feed, tmp_path, log)
        publisher.feeds["courier"].append("2")
        parser, store = NoFeed(), Store(lambda: FeedStore(tmp_path / "feeds.sqlite"))
        try:
            connector = guarded_connector(allow_private=True)
            async with aiohttp.ClientSession(connector=connector) as session:
                await store.open()
                one = Poller(session=session, parser=parser, store=store, producer=log)
                bad = (await one.poll_feed(feed)).memory
        finally:
            parser.close()
            await store.close()
        assert (bad.failures, bad.last_ok) == (1, good.last_ok)
        assert (bad.validators, bad.digest) == (good.validators, good.digest)
        after = await poll_once(feed, tmp_path, log)
        assert publisher.conditional[-1] is False, "a 304 after that would prove nothing"
        assert (after.failures, [story.headline for story in log.stories]) == (
            0,
            ["Story 1", "Story 2"],
        )

    with_publisher(act, courier=["1"])
