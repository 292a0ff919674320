"""Other services through Apprise: an allow-list, and the guard on what it dials by itself."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import requests
from aiohttp import web

from connectors.delivery.sinks.apprise_services import service
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.outcome import DeliveryOutcome, Result
from connectors.delivery.sinks.secret import Secret
from connectors.delivery.sinks.settings import AppriseSettings
from tests.support.naughty import NAUGHTY, naughty_alert
from tests.support.samples import sample_alert
from tests.support.sending import sink

TOLD = Notification(id=sample_alert().event, subscriber="desk", events=(sample_alert(),))
TOKEN = "AHushHushToken1"


class Gotify:
    """Takes messages as Gotify does."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.got: list[dict[str, str]] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        headers = {"Location": "http://10.0.0.1/"} if self.status == 302 else {}
        return web.Response(status=self.status, headers=headers, text="{}")


@asynccontextmanager
async def serving(gotify: Gotify) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/{path:.*}", gotify.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"gotify://127.0.0.1:{runner.addresses[0][1]}/{TOKEN}"
    finally:
        await runner.cleanup()


def send(gotify: Gotify, *every: Notification, own_network: bool = True) -> list[DeliveryOutcome]:
    async def main() -> list[DeliveryOutcome]:
        async with serving(gotify) as url, sink("apprise") as post:
            to = AppriseSettings(url=Secret(url), allow_private_address=own_network)
            return [await post(to, told) for told in every]

    return asyncio.run(main())


def test_an_alert_arrives() -> None:
    gotify = Gotify()
    (outcome,) = send(gotify, TOLD)
    assert outcome.result is Result.DELIVERED
    assert sample_alert().story.headline in gotify.got[0]["message"]


@pytest.mark.parametrize("status", [401, 429, 500])
def test_what_a_service_refuses_is_tried_again_and_told_without_its_token(status: int) -> None:
    (outcome,) = send(Gotify(status), TOLD)
    assert outcome.result is Result.RETRY
    assert "Gotify didn't take it" in outcome.reason
    assert TOKEN not in outcome.reason


def test_a_private_address_needs_permission_where_the_library_dials() -> None:
    gotify = Gotify()
    (outcome,) = send(gotify, TOLD, own_network=False)
    assert outcome.result is Result.GIVE_UP
    assert "allow_private_address" in outcome.reason
    assert gotify.got == []


@pytest.mark.parametrize("own_network", [True, False])
def test_who_else_dials_in_this_process_is_let_be_afterwards(
    own_network: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    monkeypatch.delenv("no_proxy", raising=False)
    gotify = Gotify()
    send(gotify, TOLD, own_network=own_network)
    assert (os.environ["NO_PROXY"], os.environ.get("no_proxy")) == ("intranet.example", None)

    async def post() -> int:
        async with serving(gotify) as url:
            place = url.replace("gotify", "http", 1)
            return (
                await asyncio.to_thread(requests.post, place, json={"message": "mine"})
            ).status_code

    assert asyncio.run(post()) == 200
    assert gotify.got[-1] == {"message": "mine"}


@pytest.mark.parametrize(
    "url",
    [
        "json://example.org",
        "xml://example.org",
        "form://example.org",
        "syslog://",
        "dbus://",
        "file:///etc/passwd",
        "mailto://user:pw@example.org",
        "windows://",
        "slack://a/b/c",
        "https://example.org",
        "nothing",
    ],
)
def test_only_services_that_show_messages_to_people_are_allowed(url: str) -> None:
    with pytest.raises(ValueError, match="discord://"):
        service(url)


def test_texts_that_break_what_shows_them_are_sent_as_they_are() -> None:
    gotify = Gotify()
    texts = [text for text in NAUGHTY if text.strip()][::6]
    told = [
        Notification(id=f"e{n}", subscriber="desk", events=(naughty_alert(text, n),))
        for n, text in enumerate(texts)
    ]
    outcomes = send(gotify, *told)
    assert {outcome.result for outcome in outcomes} == {Result.DELIVERED}
    assert len(gotify.got) == len(texts)
