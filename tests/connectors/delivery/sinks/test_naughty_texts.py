"""Texts that break what shows them, in every field, to every sink: shown as they are."""

import asyncio
import io
import re
from html.parser import HTMLParser
from itertools import cycle
from typing import Any

import pytest
from aiohttp import test_utils, web
from rich.console import Console

from connectors.delivery.sinks.chat_text import MENTION
from connectors.delivery.sinks.content import HEADLINE, one_line, subject
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.mail_message import message_id
from connectors.delivery.sinks.outcome import Result
from connectors.delivery.sinks.settings import MailSettings, WebhookSettings
from connectors.delivery.sinks.terminal import render
from connectors.delivery.sinks.webhook import SUMMARY_CHARACTERS
from streams.model.alert import Kind
from tests.connectors.delivery.sinks.test_chat import SERVICES, settings
from tests.connectors.delivery.sinks.test_mail import DESK, part, server
from tests.support.chat_services import serving
from tests.support.mail_server import MailBox, mail_server
from tests.support.naughty import NAUGHTY, naughty_alert
from tests.support.sending import sink

TOLD = [
    Notification(
        id=f"event-{number}-{kind}",
        subscriber="desk",
        events=(naughty_alert(text, number, kind),),
        note=text,
    )
    for number, (text, kind) in enumerate(zip(NAUGHTY, cycle((Kind.OPENED, Kind.CORRECTED))))
]
NO_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ALLOWED = {
    *("html", "head", "meta", "title", "style", "body"),
    *("div", "p", "h1", "a", "bdi", "blockquote", "mark"),
}


class Page(HTMLParser):
    """What a mail program finds in HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.odd: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name not in ("class", "style", "dir", "lang", "href", "name", "content", "charset"):
                self.odd.append(name)
            if name == "href" and not str(value).startswith(("http://", "https://")):
                self.odd.append(str(value))

    def handle_data(self, data: str) -> None:
        self.text += data


def headline(told: Notification) -> str:
    return one_line(told.events[0].story.headline, HEADLINE) or "(no headline)"


def test_there_are_enough_of_them_and_all_differ() -> None:
    assert len(set(NAUGHTY)) >= 300
    assert len(set(NAUGHTY)) == len(NAUGHTY)


@pytest.mark.parametrize("kind", SERVICES)
def test_chats_show_every_text_as_it_is_and_nobody_is_called(kind: str) -> None:
    service = SERVICES[kind]()

    async def main() -> list[Result]:
        async with serving(service), sink(kind) as post:
            to = settings(kind, service.url)
            return [(await post(to, told)).result for told in TOLD]

    assert set(asyncio.run(main())) == {Result.DELIVERED}
    assert len(service.shown) == len(TOLD)
    assert service.calls == []
    for told, shown in zip(TOLD, service.shown, strict=True):
        assert headline(told) in shown.replace(MENTION, "@"), told.id
        assert not NO_CONTROLS.search(shown.replace("\n", "")), told.id


def test_mails_show_every_text_as_it_is_and_have_the_headers_that_we_wrote() -> None:
    async def main(box: MailBox) -> list[Result]:
        async with sink("mail", mail=server(box)) as post:
            to = MailSettings(to=DESK)
            outcomes = await asyncio.gather(*(post(to, told) for told in TOLD))
            return [outcome.result for outcome in outcomes]

    with mail_server(MailBox()) as box:
        assert set(asyncio.run(main(box))) == {Result.DELIVERED}
    assert len(box.taken) == len(TOLD)
    assert {tuple(envelope.rcpt_tos) for envelope in box.taken} == {(DESK,)}
    names = set(box.messages[0].keys())
    arrived = {str(message["Message-ID"]): message for message in box.messages}
    for told in TOLD:
        message = arrived[message_id(told.id, "desk", "example.org")]
        assert (set(message.keys()), message.defects) == (names, [])
        assert message["Subject"] == one_line(subject(told), 200), told.id
        text, page = part(message, "plain"), Page()
        page.feed(part(message, "html"))
        assert headline(told) in text
        assert headline(told) in page.text
        assert set(page.tags) <= ALLOWED
        assert page.tags.count("style") == 1, "ours, and none that a feed wrote"
        assert page.odd == []
        assert not NO_CONTROLS.search((text + page.text).replace("\r\n", ""))


def test_a_webhook_gets_every_text_exactly_and_what_is_no_text_is_given_up() -> None:
    bodies: dict[str, dict[str, object]] = {}

    async def handle(request: web.Request) -> web.Response:
        bodies[request.headers["webhook-id"]] = await request.json()
        return web.Response()

    async def main() -> list[Result]:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/", handle)
        async with test_utils.TestServer(app) as there, sink("webhook") as post:
            to = WebhookSettings(url=str(there.make_url("/")))
            return [(await post(to, told)).result for told in TOLD]

    results = dict(zip(TOLD, asyncio.run(main()), strict=True))
    for told, result in results.items():
        (event,) = told.events
        text = event.story.headline
        if re.search("[\ud800-\udfff]", text):  # no record on Kafka can have it
            assert result is Result.GIVE_UP
            continue
        assert result is Result.DELIVERED
        data: Any = bodies[event.event]["data"]
        assert {data["title"], data["reason"], data["story"]["headline"]} == {text}
        assert data["changes"] == [{"what": text, "before": text, "after": text}]
        assert data["story"]["summary"] == text[:SUMMARY_CHARACTERS]


def test_a_terminal_shows_every_text_and_is_driven_by_none() -> None:
    for told in TOLD:
        console = Console(file=io.StringIO(), width=100, force_terminal=False)
        console.print(render(told.events[0]))
        assert isinstance(console.file, io.StringIO)
        shown = console.file.getvalue()
        assert not NO_CONTROLS.search(shown.replace("\n", "")), told.id
        assert shown.count("─ alert") == 1, told.id
