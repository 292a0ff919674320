"""A hub and a publisher on loopback: subscribe, be asked back, be pushed to, be let down."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from connectors.dial import guarded_session
from connectors.feed_state import FeedState
from connectors.polling.poller import Poller
from connectors.polling.store import Store
from connectors.sources.feed import Feed
from connectors.sources.parser_pool import ParserPool
from connectors.websub import WebSubSettings
from connectors.websub_server import WebSub
from streams.bus import STORIES, Message
from streams.codec import decode
from streams.feed_health import FeedHealth
from streams.story import Story


@dataclass
class Hub:
    """A hub with the one feed it pushes. It asks back before it answers, as some do."""

    entries: list[str] = field(default_factory=lambda: ["1"])
    form: dict[str, str] = field(default_factory=dict)
    answered: str = ""
    status: int = 202
    port: int = 0

    @property
    def topic(self) -> str:
        return f"http://127.0.0.1:{self.port}/feed"

    def document(self, entries: Sequence[str]) -> bytes:
        items = "".join(f"<item><guid>{n}</guid><title>Story {n}</title></item>" for n in entries)
        return f'<rss version="2.0"><channel><title>Courier</title>{items}</channel></rss>'.encode()

    async def feed(self, _: web.Request) -> web.Response:
        links = f'</hub>; rel="hub", <{self.topic}>; rel="self"'
        return web.Response(body=self.document(self.entries), headers={"Link": links})

    async def subscribe(self, request: web.Request) -> web.Response:
        self.form = {key: str(value) for key, value in (await request.post()).items()}
        query = {
            "hub.mode": "subscribe",
            "hub.topic": self.form["hub.topic"],
            "hub.challenge": "really?",
            "hub.lease_seconds": "1000",
        }
        if self.status < 300:
            async with (
                aiohttp.ClientSession() as session,
                session.get(self.form["hub.callback"], params=query) as response,
            ):
                self.answered = await response.text()
        return web.Response(status=self.status)

    async def push(self, entries: Sequence[str], *, secret: str | None = None) -> int:
        body = self.document(entries)
        key = (secret or self.form["hub.secret"]).encode()
        headers = {
            "X-Hub-Signature": f"sha256={hmac.new(key, body, 'sha256').hexdigest()}",
            "Content-Type": "application/rss+xml",
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.form["hub.callback"], data=body, headers=headers) as response,
        ):
            return response.status


@dataclass
class Log:
    """Stands for Kafka."""

    stories: list[str] = field(default_factory=list)

    async def send(self, messages: Sequence[Message]) -> None:
        self.stories += [
            decode(message.value, Story).headline
            for message in messages
            if message.topic is STORIES
        ]


@dataclass
class World:
    """Everything that a test plays with."""

    hub: Hub
    log: Log
    feed: Feed
    poller: Poller
    websub: WebSub
    store: Store

    async def poll(self) -> FeedHealth:
        return (await self.poller.poll_feed(self.feed)).health

    @property
    def relaxed(self) -> bool:
        """Whether the next poll is far, there for safety alone."""
        memory = self.store.memory(self.feed)
        return memory.next_poll - (memory.last_ok or 0.0) > 2 * memory.interval


@asynccontextmanager
async def world(folder: Path, hub: Hub) -> AsyncIterator[World]:
    app = web.Application()
    app.router.add_get("/feed", hub.feed)
    app.router.add_post("/hub", hub.subscribe)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hub.port = runner.addresses[0][1]
    feed = Feed(id="courier", url=hub.topic, source="Courier", interval=300)
    store = Store(lambda: FeedState(folder / "feeds.sqlite"))
    parser, log = ParserPool(workers=1), Log()
    with_port = await _free_port()
    settings = WebSubSettings(callback=f"http://127.0.0.1:{with_port}/hubs", port=with_port)
    try:
        await store.open()
        async with guarded_session(user_agent="tests", allow_private=True) as session:
            websub = WebSub(settings, session, store, [feed], plain=True)
            poller = Poller(session=session, parser=parser, store=store, producer=log, hubs=websub)
            async with websub.serving(poller.take_pushed):
                yield World(hub, log, feed, poller, websub, store)
    finally:
        parser.close()
        await store.close()
        await runner.cleanup()


async def _free_port() -> int:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


def play(folder: Path, act: Callable[[World], Awaitable[None]], hub: Hub | None = None) -> None:
    async def main() -> None:
        async with world(folder, hub or Hub()) as there:
            await act(there)

    asyncio.run(main())


def test_a_feed_with_a_hub_is_subscribed_to_and_pushed(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        assert (await world.poll()).push == ""
        await world.websub.ask_all()
        assert world.hub.answered == "really?"
        assert await world.hub.push(["2"]) == 200
        world.hub.entries.insert(0, "2")
        health = await world.poll()
        assert (health.push, health.stories, health.gap) == ("on", 0, None)
        assert world.log.stories == ["Story 1", "Story 2"]
        assert world.relaxed

    play(tmp_path, act)


def test_what_is_not_signed_by_the_hub_is_dropped(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        assert await world.hub.push(["forged"], secret="guess") == 202
        world.hub.form["hub.callback"] += "x"
        assert await world.hub.push(["lost"]) == 410
        assert world.log.stories == ["Story 1"]

    play(tmp_path, act)


def test_a_hub_that_polls_outrun_is_broken_until_it_pushes_again(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        states = []
        for entry in ("2", "3"):
            world.hub.entries.insert(0, entry)
            states.append((await world.poll()).push)
        assert states == ["on", "broken"]
        assert not world.relaxed
        await world.hub.push(["4"])
        world.hub.entries.insert(0, "4")
        assert (await world.poll()).push == "on"
        assert world.relaxed

    play(tmp_path, act)


def test_a_hub_that_says_no_changes_nothing(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        world.hub.entries.insert(0, "2")
        health = await world.poll()
        assert (health.push, health.stories) == ("", 1)
        assert not world.relaxed

    play(tmp_path, act, Hub(status=403))


def test_a_restart_keeps_the_subscription(tmp_path: Path) -> None:
    hub = Hub()

    async def subscribe(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        assert world.websub.active("courier")

    async def again(world: World) -> None:
        assert world.websub.active("courier")
        assert hub.form == {}, "it isn't asked again"

    play(tmp_path, subscribe, hub)
    hub.form = {}
    play(tmp_path, again, hub)


def test_a_hub_without_tls_is_not_told_a_secret(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        world.websub._schemes = {"https"}
        await world.poll()
        await world.websub.ask_all()
        assert world.hub.form == {}

    play(tmp_path, act)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        other = WebSub(world.websub._settings, world.websub._session, world.store, [])
        with pytest.raises(Exception, match=r"WebSub can't listen on 127\.0\.0\.1:\d+: "):
            async with other.serving(world.poller.take_pushed):
                pass

    play(tmp_path, act)
