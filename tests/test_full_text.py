"""Full text: pages are fetched politely, once, where they may be, and the headline never waits."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from connectors.dial import guarded_session
from connectors.full_text import beside_poll
from connectors.full_text.queue import Queue
from connectors.full_text.service import FullText
from connectors.full_text.verdict import FROM_PAGE
from connectors.poll import PollSettings
from connectors.sources.feed import Feed
from connectors.sources.parser_pool import ParserPool
from streams.bus import Message
from streams.codec import decode
from streams.story import Status, Story
from tests.samples import sample_story

PARAGRAPHS = [
    f"In its {number} paragraph the story tells at some length what the two ministers said of the "
    "drill, who came to the base, and what the neighbours made of it all in the end."
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
    seconds: float = 20.0

    def story(self, url: str | None, guid: str = "1", **changes: object) -> Story:
        return msgspec.structs.replace(sample_story(guid, body="Short."), url=url, **changes)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FullText]:
        queue = Queue(self.path)
        extractor = ParserPool(workers=1, seconds=self.seconds, program=beside_poll.WORKER)
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
            async with asyncio.timeout(60):
                await texts.settle(asyncio.Event())
        return self.reasons()

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


def test_a_story_goes_out_again_with_its_text(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        story = stand.story(stand.site.has("/1"))
        assert await stand.settled(story) == {f"done {story.id}": None}
        (told,) = stand.sent.stories
        assert told.body.split("\n") == PARAGRAPHS
        assert (told.id, told.first_seen, told.summary) == (
            story.id,
            story.first_seen,
            story.summary,
        )
        assert told.version != story.version
        assert told.flags == (FROM_PAGE,)
        await stand.settled(story)
        assert len(stand.sent.stories) == 1
        assert stand.site.asked == ["/robots.txt", "/1"]

    on_site(tmp_path, act)


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


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_page_that_may_not_be_used_is_let_be(kind: str, tmp_path: Path) -> None:
    path, page, state, reason = REFUSALS[kind]

    async def act(stand: Stand) -> None:
        story = stand.story(stand.site.has(path, **page))  # type: ignore[arg-type] # of the table
        noted = await stand.settled(story)
        assert list(noted) == [f"{state} {story.id}"]
        assert reason is None or (noted[f"{state} {story.id}"] or "").startswith(reason)

    stand = on_site(tmp_path, act)
    assert stand.sent.stories == []
    assert (path in stand.site.asked) == (kind != "robots.txt")


@pytest.mark.parametrize("tag", ["googlebot: noarchive", "max-snippet: 5, nofollow", "all"])
def test_a_tag_for_others_is_not_for_us(tag: str, tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        await stand.settled(stand.story(stand.site.has("/1", X_Robots_Tag=tag)))

    assert len(on_site(tmp_path, act).sent.stories) == 1


@pytest.mark.parametrize(("status", "state"), [(404, "done"), (403, "done"), (500, "pending")])
def test_a_robots_txt_that_cannot_be_had(status: int, state: str, tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        stand.site.pages["/robots.txt"] = (status, "", {})
        story = stand.story(stand.site.has("/1"))
        assert list(await stand.settled(story)) == [f"{state} {story.id}"]

    stand = on_site(tmp_path, act)
    assert ("/1" in stand.site.asked) == (state == "done")


def test_a_redirect_leads_nowhere_that_is_forbidden(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        stand.site.has("/no/2")
        url = stand.site.has("/1", status=302, Location="/no/2")
        await stand.settled(stand.story(url))

    stand = on_site(tmp_path, act)
    assert stand.sent.stories == []
    assert stand.site.asked == ["/robots.txt", "/1"]


def test_private_addresses_are_refused(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        stand.allow_private = False
        await stand.settled(stand.story(stand.site.has("/1")))

    stand = on_site(tmp_path, act)
    assert stand.site.asked == []
    assert stand.sent.stories == []


def test_stories_of_no_interest_are_let_be(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        url = stand.site.has("/1")
        stories = [
            stand.story(url, "backfill", backfill=True),
            stand.story(url, "killed", status=Status.CANCELED),
            stand.story(None, "no link"),
        ]
        assert await stand.settled(*stories) == {}
        stand.feed = msgspec.structs.replace(stand.feed, full_text=False)
        assert await stand.settled(stand.story(url)) == {}

    assert on_site(tmp_path, act).site.asked == []


def test_a_story_that_gives_as_much_is_not_sent_again(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        story = stand.story(stand.site.has("/1"), body="Long. " * 500)
        assert await stand.settled(story) == {f"failed {story.id}": "the feed itself gave as much"}

    assert on_site(tmp_path, act).sent.stories == []


def test_pages_of_a_host_come_one_by_one(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        stories = [stand.story(stand.site.has(f"/{n}"), str(n)) for n in range(5)]
        await stand.settled(*stories)

    stand = on_site(tmp_path, act)
    assert {story.body for story in stand.sent.stories} == {"\n".join(PARAGRAPHS)}
    assert len(stand.sent.stories) == 5
    assert stand.site.most_at_once == 1
    assert stand.site.asked.count("/robots.txt") == 1


def test_a_page_that_stalls_its_reader_harms_no_other(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        stand.seconds = 5.0
        hostile = stand.story(stand.site.has("/1", text="<div>" * 300_000), "1")
        noted = await stand.settled(hostile, stand.story(stand.site.has("/2"), "2"))
        assert (noted[f"failed {hostile.id}"] or "").startswith("not parsed")

    assert len(on_site(tmp_path, act).sent.stories) == 1


def test_an_edit_that_comes_meanwhile_takes_the_place(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        first = stand.story(stand.site.has("/1"))
        edited = msgspec.structs.replace(first, headline="Edited", version="edited")
        async with stand.running() as texts:
            stand.site.hold.clear()
            texts.on_sent(stand.feed, [first])
            await stand.site.is_asked.wait()
            texts.on_sent(stand.feed, [edited])
            stand.site.hold.set()
            async with asyncio.timeout(60):
                await texts.settle(asyncio.Event())

    stand = on_site(tmp_path, act)
    assert [story.headline for story in stand.sent.stories] == ["Edited"]


def test_what_was_killed_meanwhile_is_not_sent(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        first = stand.story(stand.site.has("/1"))
        killed = msgspec.structs.replace(first, status=Status.CANCELED, version="killed")
        async with stand.running() as texts:
            stand.site.hold.clear()
            texts.on_sent(stand.feed, [first])
            await stand.site.is_asked.wait()
            texts.on_sent(stand.feed, [killed])
            stand.site.hold.set()
            async with asyncio.timeout(60):
                await texts.settle(asyncio.Event())

    assert on_site(tmp_path, act).sent.stories == []


def test_what_is_wanted_survives_an_end(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        story = stand.story(stand.site.has("/1"))
        stand.site.hold.clear()
        async with stand.running() as texts:
            texts.on_sent(stand.feed, [story])
            await stand.site.is_asked.wait()
        assert list(stand.reasons()) == [f"pending {story.id}"]
        stand.site.hold.set()
        assert list(await stand.settled()) == [f"done {story.id}"]

    assert len(on_site(tmp_path, act).sent.stories) == 1


def test_the_feeds_password_goes_to_its_own_host_alone(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        secret = (("Authorization", "Basic c2VjcmV0"),)
        stand.feed = msgspec.structs.replace(stand.feed, headers=secret)
        await stand.settled(stand.story(stand.site.has("/1"), "1"))
        assert stand.site.authorizations == {None}
        stand.feed = msgspec.structs.replace(stand.feed, url=stand.site.url("/feed"))
        await stand.settled(stand.story(stand.site.has("/2"), "2"))
        assert stand.site.authorizations == {None, "Basic c2VjcmV0"}

    on_site(tmp_path, act)


def test_poll_once_waits_for_the_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(stand: Stand) -> None:
        settings = PollSettings(
            kafka="127.0.0.1:9",
            prefix="",
            state=tmp_path / "feeds.sqlite",
            feeds=(stand.feed,),
            user_agent="test",
            allow_private=True,
            once=True,
        )
        monkeypatch.setattr(beside_poll, "Producer", lambda *_, **__: stand.sent)
        async with beside_poll.full_text(settings, asyncio.Event()) as on_sent:
            assert on_sent is not None
            on_sent(stand.feed, [stand.story(stand.site.has("/1"))])

    assert [story.flags for story in on_site(tmp_path, act).sent.stories] == [(FROM_PAGE,)]


def test_without_such_a_feed_nothing_is_opened(tmp_path: Path) -> None:
    async def main() -> None:
        state = tmp_path / "feeds.sqlite"
        settings = PollSettings(kafka="", prefix="", state=state, feeds=(), user_agent="test")
        async with beside_poll.full_text(settings, asyncio.Event()) as on_sent:
            assert on_sent is None

    asyncio.run(main())
    assert list(tmp_path.iterdir()) == []
