"""A site with pages of stories, and a poll beside it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from aiohttp import web

from connectors.http.ssrf_guard import guarded_session
from connectors.pages import lifecycle
from connectors.pages.page_queue import Queue
from connectors.pages.service import FullText
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.feed import Feed
from streams.contract.codec import decode
from streams.contract.messages import Message
from streams.model.story import Story
from tests.support.samples import sample_story
from tests.support.waiting import PATIENCE

PARAGRAPHS = [
    f"In its {number} paragraph the story tells at some length what the two ministers said of the "
    "joint drill, who came to Cambodia, and what the neighbours made of it all in the end."
    for number in ("first", "second", "third")
]


TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
PAGE = "<html><head><title>T</title>{head}</head><body><article>{text}</article></body></html>"
ROBOTS = (
    "User-agent: *\nDisallow: /private\nCrawl-delay: 0\nUser-agent: wirewatch\nDisallow: /no*\n"
)


@dataclass
class Site:
    """A publisher's pages by path: a status, a body, headers."""

    pages: dict[str, tuple[int, str, dict[str, str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    authorizations: set[str | None] = field(default_factory=set)
    at_once: int = 0
    most_at_once: int = 0
    port: int = 0
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.hold.set()
        self.pages.setdefault("/robots.txt", (200, ROBOTS, {}))

    def has(
        self, path: str, *, head: str = "", text: str = TEXT, status: int = 200, **headers: str
    ) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, PAGE.format(head=head, text=text), named)
        return self.url(path)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        self.authorizations.add(request.headers.get("Authorization"))
        status, body, headers = self.pages.get(request.path, (404, "", {}))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.is_asked.set()
        await self.hold.wait()
        self.at_once -= 1
        kind = {"Content-Type": "text/html; charset=utf-8"}
        return web.Response(body=body.encode(), status=status, headers=kind | headers)


class Sent:
    """Takes messages in place of Kafka."""

    def __init__(self) -> None:
        self.stories: list[Story] = []

    async def send(self, messages: Sequence[Message]) -> None:
        self.stories += [decode(message.value, Story) for message in messages]

    async def answers(self) -> bool:
        return True

    async def close(self) -> None:
        """There is nothing to close."""


@dataclass
class Stand:
    """Full text, beside a site, with a queue in a file."""

    site: Site
    sent: Sent
    path: Path
    feed: Feed
    allow_private: bool = True
    seconds: float = 60.0

    def story(self, url: str | None, guid: str = "1", **changes: object) -> Story:
        return msgspec.structs.replace(sample_story(guid, body="Short."), url=url, **changes)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FullText]:
        queue = Queue(self.path)
        extractor = ParserPool(workers=1, seconds=self.seconds, program=lifecycle.WORKER)
        session = guarded_session(user_agent="test", allow_private=self.allow_private)
        stop = asyncio.Event()
        try:
            async with session:
                texts = FullText(
                    session=session,
                    extractor=extractor,
                    producer=self.sent,
                    queue=queue,
                    feeds=[self.feed],
                    pause=0.0,
                )
                task = asyncio.create_task(texts.run(stop))
                try:
                    yield texts
                finally:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)
        finally:
            extractor.close()
            queue.close()

    async def settled(self, *stories: Story) -> dict[str, str | None]:
        """Hand stories over and wait until no page is due; give each story's reason."""
        async with self.running() as texts:
            texts.on_sent(self.feed, stories)
            async with asyncio.timeout(PATIENCE):
                await texts.settle(asyncio.Event())
        return self.reasons()

    def make_due(self) -> None:
        """Let what is to be tried later be due now."""
        queue = Queue(self.path)
        try:
            queue._db.execute("UPDATE pages SET next_try = 0")
        finally:
            queue.close()

    def reasons(self) -> dict[str, str | None]:
        queue = Queue(self.path)
        try:
            return dict(queue._db.execute("SELECT state || ' ' || story, reason FROM pages"))
        finally:
            queue.close()


def on_site(folder: Path, act: Callable[[Stand], Awaitable[None]]) -> Stand:
    async def main() -> Stand:
        site = Site()
        app = web.Application()
        app.router.add_get("/{path:.*}", site.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        site.port = runner.addresses[0][1]
        feed = Feed(id="courier", url="https://feeds.example/", source="Courier", full_text=True)
        stand = Stand(site, Sent(), folder / "full_text.sqlite", feed)
        try:
            await act(stand)
        finally:
            await runner.cleanup()
        return stand

    return asyncio.run(main())


# What the site has at /1, and what is noted of the story: (page, state, reason, asked for).
REFUSALS = {
    "robots.txt": ("/no/1", {}, "failed", "its robots.txt forbids it"),
    "noarchive in the page": (
        "/1",
        {"head": '<META NAME="Robots" CONTENT="index, NOARCHIVE">'},
        "failed",
        "the page says noarchive",
    ),
    "noindex for us in the page": (
        "/1",
        {"head": '<meta name="wirewatch" content="noindex">'},
        "failed",
        "the page says noindex",
    ),
    "a header": ("/1", {"X_Robots_Tag": "noarchive"}, "failed", "the page says noarchive"),
    "forbidden": ("/1", {"status": 403}, "failed", "the server says 403 Forbidden"),
    "not there yet": ("/1", {"status": 404}, "pending", "the server says 404 Not Found"),
    "away": ("/1", {"status": 503}, "pending", "the server says 503 Service Unavailable"),
    "no text": ("/1", {"text": "<p>Log in</p>"}, "failed", None),
    "no web page": (
        "/1",
        {"Content_Type": "application/pdf"},
        "failed",
        "not a web page, but ",
    ),
}


def sent_while_fetching(folder: Path, **changes: object) -> list[Story]:
    """Return what is sent when another version comes while the first one's page is on its way."""

    async def act(stand: Stand) -> None:
        first = stand.story(stand.site.has("/1"))
        async with stand.running() as texts:
            stand.site.hold.clear()
            texts.on_sent(stand.feed, [first])
            await stand.site.is_asked.wait()
            texts.on_sent(stand.feed, [msgspec.structs.replace(first, **changes)])
            stand.site.hold.set()
            async with asyncio.timeout(PATIENCE):
                await texts.settle(asyncio.Event())

    return on_site(folder, act).sent.stories
