"""Validators go to the server alone that gave them."""

import asyncio

import pytest
from aiohttp import web

from connectors.http.fetch import NotModified, Page, Validators, fetch
from connectors.http.ssrf_guard import guarded_session
from connectors.polling.wire_marks import of_validators, validators
from tests.support.fetching import get


def validators_sent(*asks: str, etag: str = '"e1"') -> list[tuple[str, bool]]:
    """Fetch a page again and again, each time sent on by `/feed`; return who was told the etag.

    The validators of a page are kept for the next fetch. `home` and `other` name the servers.
    """
    told: list[tuple[str, bool]] = []
    names: dict[int, str] = {}
    left = list(asks)

    async def answer(request: web.Request) -> web.Response:
        condition = request.headers.get("If-None-Match")
        assert condition in {None, etag}
        told.append((names[request.url.port or 0] + request.path, condition is not None))
        if request.path == "/feed" and left[0] != "home":
            port = next(port for port, name in names.items() if name == left[0])
            return web.Response(status=302, headers={"Location": f"http://127.0.0.1:{port}/x"})
        if condition:
            return web.Response(status=304)
        return web.Response(text="page", headers={"ETag": etag})

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        known = Validators()
        try:
            for _ in range(3):
                await web.TCPSite(runner, "127.0.0.1", 0).start()
            ports = [address[1] for address in runner.addresses]
            names.update(zip(ports, ("home", "other", "third"), strict=True))
            async with guarded_session(user_agent="tests", allow_private=True) as session:
                for _ in asks:
                    found = await fetch(session, f"http://127.0.0.1:{ports[0]}/feed", known)
                    known = found.validators if isinstance(found, Page) else known
                    left.pop(0)
        finally:
            await runner.cleanup()

    asyncio.run(main())
    return told


@pytest.mark.parametrize(
    ("asks", "told"),
    [
        (("home", "home"), [("home/feed", True)]),
        (("other", "other"), [("home/feed", False), ("other/x", True)]),
        (("home", "other"), [("home/feed", True), ("other/x", False)]),
        (("other", "home"), [("home/feed", False)]),
        (("other", "third"), [("home/feed", False), ("third/x", False)]),
    ],
)
def test_validators_are_told_to_the_server_alone_that_gave_them(
    asks: tuple[str, str], told: list[tuple[str, bool]]
) -> None:
    assert validators_sent(*asks)[-len(told) :] == told


def test_validators_of_an_older_release_are_told_to_the_server_that_is_asked() -> None:
    told: list[str | None] = []

    async def answer(request: web.Request) -> web.Response:
        told.append(request.headers.get("If-None-Match"))
        return web.Response(status=304)

    assert isinstance(get(answer, known=Validators(etag='"old"')), NotModified)
    assert told == ['"old"']


@pytest.mark.parametrize(
    "known",
    [
        Validators(),
        Validators(etag='"e"', origin="http://c.example"),
        Validators(last_modified="Tue", origin="http://c.example:8080"),
        Validators(etag='"e"', last_modified="Tue", origin="http://c.example"),
        Validators(etag='"e"', last_modified="Tue"),
    ],
)
def test_the_mark_of_a_wire_file_keeps_whose_validators_they_are(known: Validators) -> None:
    assert validators(of_validators(known)) == known
