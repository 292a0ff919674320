"""Secret headers, passwords and validators go to the server they are meant for, on all ways out."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from yarl import URL

from connectors.http.origin import at_home
from connectors.http.ssrf_guard import guarded_session
from connectors.pages.recheck import Rechecker
from connectors.pages.recheck_schedule import HOUR
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.feed import Feed, FeedKind
from tests.connectors.pages.test_recheck import record
from tests.support.full_text_site import Sent, Site, Stand
from tests.support.hub import Hub, play
from tests.support.hub import World as HubWorld
from tests.support.polled import Polls, poller_of
from tests.support.samples import NOON, sample_alert, sample_story
from tests.support.waiting import PATIENCE
from wirewatch.feedlist import probe

HEADERS = (("X-Key", "s3cret"), ("Authorization", "Basic c2VjcmV0"))


@dataclass(frozen=True)
class Asked:
    """A request: for what, and whether it told the secrets."""

    host: str
    port: int
    path: str
    told: bool


@dataclass
class World:
    """Two servers of one host. `/feed` and `/list` send to `target`, `/to/...` to that address."""

    parser: ParserPool
    folder: Path
    home: int = 0
    other: int = 0
    target: str = ""
    asked: list[Asked] = field(default_factory=list)

    def feed(self, path: str = "/feed", scheme: str = "http") -> Feed:
        url = f"{scheme}://127.0.0.1:{self.home}{path}"
        return Feed(id="courier", url=url, source="Courier", full_text=True, headers=HEADERS)

    async def answer(self, request: web.Request) -> web.Response:
        host = URL(f"http://{request.headers['Host']}")
        told = {name for name, _ in HEADERS} & set(request.headers)
        assert len(told) in {0, len(HEADERS)}, "they go together"
        self.asked.append(Asked(str(host.host), host.port or 0, request.path, bool(told)))
        if request.path == "/feed":
            return web.Response(status=302, headers={"Location": self.target})
        if request.path.startswith("/to/"):
            return web.Response(status=302, headers={"Location": request.path[4:]})
        if request.path == "/list":
            return web.json_response([self.target])
        return web.Response(status=404)


async def by_poll(world: World, _: str) -> None:
    async with poller_of(world.parser, Polls()) as poller:
        await poller.poll_feed(world.feed())


async def by_check(world: World, _: str) -> None:
    async with probe.tools(allow_private=True) as use:
        await probe.probe(use, world.feed())


async def by_wire_list(world: World, _: str) -> None:
    async with poller_of(world.parser, Polls()) as poller:
        await poller.poll_feed(msgspec.structs.replace(world.feed(), kind=FeedKind.WIRE))


async def by_wire_file(world: World, _: str) -> None:
    async with poller_of(world.parser, Polls()) as poller:
        await poller.poll_feed(msgspec.structs.replace(world.feed("/list"), kind=FeedKind.WIRE))


async def by_check_of_wire(world: World, _: str) -> None:
    async with probe.tools(allow_private=True) as use:
        await probe.probe(use, msgspec.structs.replace(world.feed("/list"), kind=FeedKind.WIRE))


async def by_full_text(world: World, scheme: str) -> None:
    feed = world.feed(scheme=scheme)
    stand = Stand(Site(), Sent(), world.folder / "full_text.sqlite", feed)
    async with stand.running() as texts:
        texts.on_sent(feed, [stand.story(world.target, feed=feed.id)])
        async with asyncio.timeout(PATIENCE):
            await texts.settle(asyncio.Event())


async def by_recheck(world: World, scheme: str) -> None:
    story = msgspec.structs.replace(sample_story(), url=world.target, feed="courier")
    event = msgspec.structs.replace(sample_alert(), story=story)
    now = NOON.timestamp()
    async with guarded_session(user_agent="tests", allow_private=True) as session:
        rechecker = Rechecker(
            session=session,
            producer=Sent(),
            feeds=[world.feed(scheme=scheme)],
            clock=lambda: now,
            pause=0.0,
        )
        rechecker.hear([record(event)])
        now += HOUR
        rechecker.start_due()
        await rechecker.settle()


Way = Callable[[World, str], Awaitable[None]]
REDIRECTED: tuple[Way, ...] = (by_poll, by_check, by_wire_list)
NAMED: tuple[Way, ...] = (by_wire_file, by_check_of_wire, by_full_text, by_recheck)
PAGES: tuple[Way, ...] = (by_full_text, by_recheck)
HOME, OTHER, NAME = "http://127.0.0.1:{home}", "http://127.0.0.1:{other}", "http://localhost:{home}"
TARGETS = {
    "the same server": f"{HOME}/x",
    "another port": f"{OTHER}/x",
    "another name": f"{NAME}/x",
    "sent on to another port": f"{HOME}/to/{OTHER}/x",
    "sent on to another name": f"{HOME}/to/{NAME}/x",
    "sent home by another port": f"{OTHER}/to/{HOME}/x",
    "there and back": f"{HOME}/to/{OTHER}/to/{HOME}/x",
}


def asked_by(
    way: Way, parser: ParserPool, folder: Path, target: str, scheme: str = "http"
) -> World:
    """Go one way to a target, and return what the servers were asked."""
    world = World(parser, folder)

    async def main() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", world.answer)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        try:
            for _ in range(2):
                await web.TCPSite(runner, "127.0.0.1", 0).start()
            world.home, world.other = (address[1] for address in runner.addresses)
            world.target = target.format(home=world.home, other=world.other)
            await way(world, scheme)
        finally:
            await runner.cleanup()

    asyncio.run(main())
    return world


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("way", [*REDIRECTED, *NAMED])
def test_secrets_are_told_at_home_alone_on_all_ways_out(
    way: Way, target: str, parser: ParserPool, tmp_path: Path
) -> None:
    world = asked_by(way, parser, tmp_path, target)
    asked = [one for one in world.asked if one.path != "/robots.txt"]
    assert asked[-1].path == "/x", "it went all the way"
    for one in asked:
        assert one.told is ((one.host, one.port) == ("127.0.0.1", world.home)), one
    assert not any(one.told for one in world.asked if one.path == "/robots.txt")


@pytest.mark.parametrize("way", PAGES)
def test_secrets_of_a_feed_with_tls_never_go_without(
    way: Way, parser: ParserPool, tmp_path: Path
) -> None:
    world = asked_by(way, parser, tmp_path, f"{HOME}/x", scheme="https")
    assert [one.told for one in world.asked if one.path == "/x"] == [False]


def test_a_hub_is_told_none_of_its_feeds_secrets(tmp_path: Path) -> None:
    hub, told = Hub(), []
    subscribe = hub.subscribe

    async def hear(request: web.Request) -> web.Response:
        told.append(request.headers.get("X-Key"))
        return await subscribe(request)

    async def act(world: HubWorld) -> None:
        world.feed = msgspec.structs.replace(world.feed, headers=HEADERS)
        world.websub.follow([world.feed])
        await world.poll()
        await world.websub.ask_all()

    hub.subscribe = hear  # type: ignore[method-assign]  # the hub listens to what comes first
    play(tmp_path, act, hub)
    assert told == [None]


@pytest.mark.parametrize(
    ("home", "address", "told"),
    [
        ("http://c.example/", "http://c.example/x", True),
        ("http://c.example/", "http://c.example:80/x", True),
        ("https://c.example/", "https://C.example/x", True),
        ("https://c.example:8443/", "https://c.example:8443/x", True),
        ("http://c.example/", "https://c.example/", True),
        ("http://[2001:db8::1]/", "https://[2001:db8::1]/", True),
        ("http://c.example/", "https://c.example:8443/", False),
        ("http://c.example/", "http://c.example:8080/", False),
        ("http://c.example:8080/", "https://c.example/", False),
        ("http://c.example:443/", "https://c.example/", False),
        ("https://c.example/", "http://c.example/", False),
        ("https://c.example/", "http://c.example:443/", False),
        ("https://c.example/", "https://c.example:8443/", False),
        ("https://c.example/", "https://www.c.example/", False),
        ("https://c.example/", "https://c.example.net/", False),
        ("https://c.example/", "https://c.example./", False),
        ("file:///var/wire", "https://c.example/", False),
        ("file:///var/wire", "file:///var/wire", False),
        ("", "https://c.example/", False),
    ],
)
def test_home_is_the_same_server_or_its_own_tls(home: str, address: str, told: bool) -> None:
    assert at_home(URL(address), URL(home)) is told
