"""One poll after another of one feed: what is sent, what is said, what is asked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from connectors.formats.entry import Entry, NotAFeedError, Parsed
from connectors.http.fetch import Failed
from connectors.http.ssrf_guard import guarded_session
from connectors.kafka import KafkaError
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.feed import Feed, FeedKind
from connectors.polling.feed_state import FeedStore, Polled, StateError
from connectors.polling.poll import Polling
from connectors.polling.poller import Poller, ReadWire
from connectors.polling.store import Store
from connectors.polling.wire import Wire
from streams.contract.codec import decode
from streams.contract.messages import Message
from streams.contract.topics import FEED_HEALTH, STORIES
from streams.model.feed_health import FeedHealth
from streams.model.feed_health import FeedState as State
from streams.model.story import Story


class Lines(ParserPool):
    """Reads feeds of one line an entry, `guid title`, in this very process."""

    def __init__(self) -> None:
        super().__init__(workers=0)
        self.parsed = 0

    async def parse(self, body: bytes, *_: object, **__: object) -> Parsed:
        self.parsed += 1
        if body.startswith(b"<"):
            raise NotAFeedError("a web page, not a feed")
        pairs = [line.split(" ", 1) for line in body.decode().splitlines()]
        entries = tuple(Entry(guid=guid, title=title) for guid, title in pairs)
        return Parsed(entries=entries, language=None, format="lines")


@dataclass
class Log:
    """Stands for Kafka."""

    stories: list[Story] = field(default_factory=list)
    health: list[FeedHealth] = field(default_factory=list)
    on_health: Callable[[], None] = lambda: None
    fails: str = ""
    """Whether it fails `before` or `after` it took the messages."""

    async def send(self, messages: Sequence[Message]) -> None:
        if self.fails == "before":
            raise KafkaError("not there")
        self.stories += [decode(m.value, Story) for m in messages if m.topic is STORIES]
        self.health += [decode(m.value, FeedHealth) for m in messages if m.topic is FEED_HEALTH]
        if self.fails:
            raise KafkaError("no answer")
        self.on_health()


@dataclass
class World:
    """A publisher whose feed the test writes, and a poller of it."""

    log: Log
    parser: Lines
    feed: Feed
    told: list[str] = field(default_factory=list)
    body: str = ""
    answer: web.Response | None = None
    requests: list[web.Request] = field(default_factory=list)
    poller: Poller | None = None
    store: Store | None = None

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        if request.path == "/new":
            return web.Response(text=self.body)
        return self.answer or web.Response(text=self.body, headers={"ETag": f'"{len(self.body)}"'})

    async def poll(self, body: str | None = None) -> FeedHealth:
        self.body = self.body if body is None else body
        assert self.poller is not None
        return (await self.poller.poll_feed(self.feed)).health


def lines(*numbers: int, prefix: str = "") -> str:
    return "\n".join(f"{prefix}{n} Story number {n} of the day" for n in numbers)


def play(
    folder: Path, act: Callable[[World], Awaitable[None]], *, read_wire: ReadWire | None = None
) -> World:
    world = World(Log(), Lines(), Feed(id="courier", url="", source="Courier"))

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/{tail:.*}", world.serve)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/feed?key=s3cret"
        kind = FeedKind.FEED if read_wire is None else FeedKind.WIRE
        world.feed = Feed(id="courier", url=url, source="Courier", kind=kind)
        world.store = Store(lambda: FeedStore(folder / "feeds.sqlite"))
        try:
            await world.store.open()
            async with guarded_session(user_agent="tests", allow_private=True) as session:
                world.poller = Poller(
                    session=session,
                    parser=world.parser,
                    store=world.store,
                    producer=world.log,
                    on_sent=lambda _, stories: world.told.extend(s.headline for s in stories),
                    read_wire=read_wire,
                )
                await act(world)
        finally:
            await world.store.close()
            await runner.cleanup()

    asyncio.run(main())
    return world


def test_a_body_as_it_was_is_not_parsed_again(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll(lines(1, 2))
        assert (await world.poll()).detail == "not modified"
        assert world.requests[1].headers["If-None-Match"] == f'"{len(world.body)}"'
        await world.poll(lines(1, 2, 3))

    assert play(tmp_path, act).parser.parsed == 2


def test_who_waits_for_stories_hears_of_the_new_ones_once(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll(lines(1))
        await world.poll(lines(1, 2))
        await world.poll()

    headlines = [f"Story number {n} of the day" for n in (1, 2)]
    world = play(tmp_path, act)
    assert world.told == headlines
    assert [(s.headline, s.backfill) for s in world.log.stories] == [
        (headlines[0], True),
        (headlines[1], False),
    ]


def test_an_edit_is_a_new_version_of_the_same_story(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll("1 Ships call at the port")
        await world.poll("1 Three ships call at the port")

    first, second = play(tmp_path, act).log.stories
    assert first.id == second.id
    assert first.version != second.version


def test_a_poll_that_shares_nothing_with_the_last_is_a_gap(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        assert (await world.poll(lines(1, 2))).gap is None
        health = await world.poll(lines(8, 9))
        assert health.gap is not None
        assert health.gap.until == health.polled
        assert "shares nothing with the poll before" in health.detail
        assert health.interval == 60.0
        assert health.state is State.OK

    play(tmp_path, act)


def test_guids_that_all_change_are_said_and_send_nothing(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll(lines(*range(8)))
        health = await world.poll(lines(*range(8), prefix="urn:new:"))
        assert (health.stories, health.gap) == (0, None)
        assert health.detail == (
            "nearly all of 8 entries looked new at once; 8 were known by title or link"
        )

    play(tmp_path, act)


def test_a_page_in_place_of_the_feed_forgets_nothing(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll(lines(1, 2))
        health = await world.poll("<html>Down for maintenance</html>")
        assert (health.state, health.detail) == (State.NOT_A_FEED, "a web page, not a feed")
        assert (health.last_ok, health.failures) == (world.log.health[0].polled, 1)
        back = await world.poll(lines(1, 2, 3))
        assert (back.stories, back.state, back.failures) == (1, State.OK, 0)

    play(tmp_path, act)


def test_a_feed_that_moved_is_asked_at_its_new_address(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        for number in range(5):
            world.answer = web.Response(status=301, headers={"Location": "/new?token=s3cret"})
            health = await world.poll(lines(*range(number + 1)))
        assert health.state is State.MOVED
        assert health.detail == "has moved for good, to 127.0.0.1: change its address"
        await world.poll()
        assert [r.path for r in world.requests[-2:]] == ["/new", "/new"]

    play(tmp_path, act)


def test_a_feed_that_is_gone_says_what_follows(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        world.answer = web.Response(status=410)
        health = await world.poll()
        assert health.state is State.GONE
        assert health.detail == (
            "the server says 410 Gone;"
            " until its address is changed it is asked ever more rarely, down to once a week"
        )

    play(tmp_path, act)


def test_no_secret_of_the_address_is_told(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll(lines(1))
        for status in (301, 403, 500):
            world.answer = web.Response(status=status, headers={"Location": "http://["})
            await world.poll()

    world = play(tmp_path, act)
    assert "s3cret" not in repr(world.log.health)
    assert len(world.log.health) == 4


def test_wire_files_are_read_with_their_marks(tmp_path: Path) -> None:
    given: list[Mapping[str, str]] = []

    async def read_wire(
        _: Feed, __: aiohttp.ClientSession, ___: ParserPool, marks: Mapping[str, str]
    ) -> Wire | Failed:
        given.append(dict(marks))
        if len(given) == 3:
            return Failed(state=State.UNREACHABLE, reason="no such folder")
        number = len(given)
        parsed = Parsed(entries=(Entry(guid=f"{number}", title=f"Wire {number}"),), language=None)
        return Wire(parsed=parsed, marks={"a.json": f"{number}"}, faults=("b.json: no JSON",))

    async def act(world: World) -> None:
        first = await world.poll()
        assert (first.detail, first.gap) == ("b.json: no JSON", None)
        second = await world.poll()
        assert second.gap is None, "each file is read once"
        assert (await world.poll()).state is State.UNREACHABLE

    world = play(tmp_path, act, read_wire=read_wire)
    assert given == [{}, {"a.json": "1"}, {"a.json": "2"}]
    assert [story.headline for story in world.log.stories] == ["Wire 1", "Wire 2"]


def test_a_fault_of_ours_or_a_full_disk_stops_no_other_feed(tmp_path: Path) -> None:
    class Faulty:
        """Fails for two of three feeds."""

        def __init__(self, poller: Poller) -> None:
            self._poller = poller

        async def poll_feed(self, feed: Feed) -> Polled:
            if feed.id == "fault":
                raise ZeroDivisionError
            if feed.id == "full":
                raise StateError("feeds.sqlite can't be written: disk is full")
            return await self._poller.poll_feed(feed)

        async def leave(self, feed: str, left: Callable[[str], bool]) -> None:
            await self._poller.leave(feed, left)

    async def act(world: World) -> None:
        world.body = lines(1)
        assert world.poller is not None
        assert world.store is not None
        feeds = [Feed(id=n, url=world.feed.url, source=n) for n in ("fault", "full", "good")]
        stop = asyncio.Event()
        world.log.on_health = stop.set
        await Polling(Faulty(world.poller), world.store, feeds).run(stop)
        assert [health.feed for health in world.log.health] == ["good"]

    play(tmp_path, act)
