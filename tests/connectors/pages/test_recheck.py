"""Pages that alerts rest on are asked for again; one that is gone takes its story back."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import msgspec
import pytest
from aiohttp import web

from connectors.http.ssrf_guard import guarded_session
from connectors.kafka import Received
from connectors.pages import recheck
from connectors.pages.recheck import Rechecker
from connectors.pages.recheck_schedule import HOUR
from connectors.polling.feed import Feed
from streams.model.alert import AlertEvent, Kind
from streams.model.story import Story, gone
from tests.support.full_text_site import Sent
from tests.support.received import received
from tests.support.samples import NOON, sample_alert, sample_story

SURE = 600.0
ROBOTS = "User-agent: *\nDisallow: /no/\n"


@dataclass
class Page:
    """A publisher's page: what it answers, one after the other, the last one for ever."""

    answers: list[web.Response | int]
    asked: list[tuple[str, str]] = field(default_factory=list)
    agents: set[str | None] = field(default_factory=set)
    secrets: set[str | None] = field(default_factory=set)
    port: int = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.agents.add(request.headers.get("User-Agent"))
        self.secrets.add(request.headers.get("X-Key"))
        if request.path == "/robots.txt":
            return web.Response(text=ROBOTS)
        self.asked.append((request.method, request.path))
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=given) if isinstance(given, int) else given

    def story(self, path: str = "/1") -> Story:
        return msgspec.structs.replace(
            sample_story(), url=f"http://127.0.0.1:{self.port}{path}", feed="courier"
        )

    def event(self, path: str = "/1", kind: Kind = Kind.OPENED) -> AlertEvent:
        return msgspec.structs.replace(sample_alert(), story=self.story(path), kind=kind)


@dataclass
class Clock:
    """A clock that the test sets."""

    now: float = NOON.timestamp()

    def __call__(self) -> float:
        return self.now


Act = Callable[[Page, Rechecker, Clock], Awaitable[None]]


def play(answers: list[web.Response | int], act: Act, *, private: bool = True) -> tuple[Page, Sent]:
    page, sent, clock = Page(answers), Sent(), Clock()

    async def main() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", page.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        page.port = runner.addresses[0][1]
        feed = Feed(
            id="courier",
            url=f"http://127.0.0.1:{page.port}/feed",
            source="Courier",
            headers=(("X-Key", "k"),),
        )
        try:
            async with guarded_session(user_agent="ua", allow_private=private) as session:
                rechecker = Rechecker(
                    session=session, producer=sent, feeds=[feed], clock=clock, pause=0.0
                )
                await act(page, rechecker, clock)
        finally:
            await runner.cleanup()

    asyncio.run(main())
    return page, sent


def record(event: AlertEvent, value: bytes | None = None) -> Received:
    whole = received(event)
    return whole if value is None else replace(whole, value=value)


async def at(rechecker: Rechecker, clock: Clock, seconds: float) -> None:
    """Ask for what is due so long after the alert, and wait for the answers."""
    clock.now = NOON.timestamp() + seconds
    rechecker.start_due()
    await rechecker.settle()


async def twice(page: Page, rechecker: Rechecker, clock: Clock) -> None:
    rechecker.hear([record(page.event())])
    for seconds in (0.0, HOUR, HOUR + SURE, HOUR + 2 * SURE):
        await at(rechecker, clock, seconds)


CHALLENGE = "<html><title>Just a moment...</title></html>"


def test_a_page_that_is_gone_takes_its_story_back() -> None:
    page, sent = play([410], twice)
    found = datetime.fromtimestamp(NOON.timestamp() + HOUR + SURE, UTC)
    assert sent.stories == [gone(page.story(), found)]
    assert page.asked == [("HEAD", "/1"), ("GET", "/1")]
    assert (page.agents, page.secrets) == ({"ua"}, {None, "k"})


@pytest.mark.parametrize(
    "answers",
    [
        [410, 200],
        [410, 404],
        [410, 503],
        [404],
        [403],
        [500],
        [200],
        [410, web.Response(status=410, text=CHALLENGE, content_type="text/html")],
        [410, web.Response(status=410, headers={"cf-mitigated": "challenge"})],
        [web.Response(status=302, headers={"Location": "/no/more"})],
        [410, web.Response(body=b"x" * 200_000)],
    ],
)
def test_anything_else_takes_nothing_back(answers: list[web.Response | int]) -> None:
    page, sent = play(answers, twice)
    assert sent.stories == []
    assert page.asked


def test_where_head_is_not_known_the_page_is_got() -> None:
    page, sent = play([405, 410, 410], twice)
    assert len(sent.stories) == 1
    assert [method for method, _ in page.asked] == ["HEAD", "GET", "GET"]


def test_private_addresses_are_refused() -> None:
    page, sent = play([410], twice, private=False)
    assert (page.asked, page.agents, sent.stories) == ([], set(), [])


def test_robots_txt_is_kept_to() -> None:
    async def act(page: Page, rechecker: Rechecker, clock: Clock) -> None:
        rechecker.hear([record(page.event("/no/1"))])
        await at(rechecker, clock, HOUR)
        await at(rechecker, clock, HOUR + SURE)

    page, sent = play([410], act)
    assert (page.asked, sent.stories) == ([], [])


def test_what_was_withdrawn_is_not_asked_for_and_poison_is_passed_over() -> None:
    async def act(page: Page, rechecker: Rechecker, clock: Clock) -> None:
        rechecker.hear(
            [
                record(page.event(), b"\xff"),
                record(page.event()),
                record(page.event(kind=Kind.WITHDRAWN)),
            ]
        )
        await at(rechecker, clock, HOUR)

    assert play([410], act)[0].asked == []


def test_a_fault_of_ours_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    async def act(page: Page, rechecker: Rechecker, clock: Clock) -> None:
        rechecker.hear([record(page.event())])
        with monkeypatch.context() as patched:
            patched.setattr(recheck, "fetch", broken)
            await at(rechecker, clock, HOUR)
        await at(rechecker, clock, HOUR + SURE)
        await at(rechecker, clock, 6 * HOUR)

    assert play([200], act)[0].asked == [("HEAD", "/1")]
