"""A hub and a publisher on loopback, and all that subscribes to them."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from connectors.http.ssrf_guard import guarded_session
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.feed import Feed
from connectors.polling.feed_state import FeedStore
from connectors.polling.poller import Poller
from connectors.polling.store import Store
from connectors.websub.connection_limits import DoorLimits
from connectors.websub.protocol import WebSubSettings
from connectors.websub.push_limits import BODY_SECONDS, Pushes
from connectors.websub.server import WebSub
from streams.contract.codec import decode
from streams.contract.messages import Message
from streams.contract.topics import STORIES
from streams.model.feed_health import FeedHealth
from streams.model.story import Story


@dataclass
class Hub:
    """A hub with the one feed it pushes. It asks back before it answers, as some do."""

    entries: list[str] = field(default_factory=lambda: ["1"])
    form: dict[str, str] = field(default_factory=dict)
    modes: list[str] = field(default_factory=list)
    answered: str = ""
    status: int = 202
    location: str = ""
    """Where the address that the feed names sends requests on to; there is `/hub2`, too."""
    name: str = "/hub"
    """The address that the feed names."""
    asked_at: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def topic(self) -> str:
        return f"http://127.0.0.1:{self.port}/feed"

    def document(self, entries: Sequence[str]) -> bytes:
        items = "".join(f"<item><guid>{n}</guid><title>Story {n}</title></item>" for n in entries)
        return f'<rss version="2.0"><channel><title>Courier</title>{items}</channel></rss>'.encode()

    async def feed(self, _: web.Request) -> web.Response:
        links = f'<{self.name}>; rel="hub", <{self.topic}>; rel="self"'
        return web.Response(body=self.document(self.entries), headers={"Link": links})

    async def subscribe(self, request: web.Request) -> web.Response:
        self.asked_at.append(request.path)
        if self.location and request.path == self.name:
            return web.Response(status=self.status, headers={"Location": self.location})
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.modes.append(form["hub.mode"])
        self.form |= form  # a farewell tells no secret
        query = {
            "hub.mode": form["hub.mode"],
            "hub.topic": self.form["hub.topic"],
            "hub.challenge": "really?",
            "hub.lease_seconds": "1000",
        }
        if self.location or self.status < 300:
            async with (
                aiohttp.ClientSession() as session,
                session.get(self.form["hub.callback"], params=query) as response,
            ):
                self.answered = await response.text()
        return web.Response(status=202 if self.location else self.status)

    async def push(
        self, entries: Sequence[str], *, secret: str | None = None, links: str = ""
    ) -> int:
        body = self.document(entries).replace(b"</title>", b"</title>" + links.encode(), 1)
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
async def world(
    folder: Path, hub: Hub, *, polled: bool = True, limits: DoorLimits, body_seconds: float
) -> AsyncIterator[World]:
    app = web.Application()
    app.router.add_get("/feed", hub.feed)
    app.router.add_post("/{hub:hub.*}", hub.subscribe)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", hub.port).start()
    hub.port = runner.addresses[0][1]
    feed = Feed(id="courier", url=hub.topic, source="Courier", interval=300)
    store = Store(lambda: FeedStore(folder / "feeds.sqlite"))
    parser, log = ParserPool(workers=1), Log()
    with_port = await _free_port()
    settings = WebSubSettings(callback=f"http://127.0.0.1:{with_port}/hubs", port=with_port)
    try:
        await store.open()
        async with guarded_session(user_agent="tests", allow_private=True) as session:
            websub = WebSub(
                settings,
                session,
                store,
                [feed] if polled else [],
                plain=True,
                limits=limits,
                pushes=Pushes(body_seconds),
            )
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


def play(
    folder: Path,
    act: Callable[[World], Awaitable[None]],
    hub: Hub | None = None,
    *,
    polled: bool = True,
    limits: DoorLimits | None = None,
    body_seconds: float = BODY_SECONDS,
) -> None:
    async def main() -> None:
        async with world(
            folder,
            hub or Hub(),
            polled=polled,
            limits=limits or DoorLimits(),
            body_seconds=body_seconds,
        ) as there:
            await act(there)

    asyncio.run(main())
