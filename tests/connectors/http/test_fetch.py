"""Fetch against servers that answer well, badly, slowly and never."""

import asyncio

import aiohttp
import pytest
from aiohttp import web

from connectors.http.fetch import Fetched, Limits, NotModified, Page, Validators, fetch
from connectors.http.ssrf_guard import guarded_connector, guarded_session
from streams.model.feed_health import FeedState
from tests.support.fetching import NOTHING, PACKERS, failed, get


def test_a_page_comes_with_all_that_the_next_fetch_needs() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(
            body=b"<rss/>",
            headers={"ETag": 'W/"odd one"', "Last-Modified": "long ago"},
            content_type="application/rss+xml",
        )

    page = get(handler)
    assert isinstance(page, Page)
    assert page.body == b"<rss/>"
    assert page.content_type.startswith("application/rss+xml")
    headers = {"If-None-Match": 'W/"odd one"', "If-Modified-Since": "long ago"}
    assert page.validators.headers == headers


def test_validators_go_back_as_they_came() -> None:
    known = Validators(etag='W/"odd one"', last_modified="long ago")

    async def handler(request: web.Request) -> web.Response:
        assert request.headers["If-None-Match"] == known.etag
        assert request.headers["If-Modified-Since"] == known.last_modified
        return web.Response(status=304)

    assert get(handler, known=known) == NotModified()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 500, 503])
def test_a_refusal_says_its_number(status: int) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": "120"})

    found = failed(get(handler))
    assert found.state is (FeedState.GONE if status == 410 else FeedState.HTTP_ERROR)
    assert str(status) in found.reason
    assert (found.after, found.status) == (120.0, status)


def test_a_private_address_is_refused_by_name() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response()

    found = failed(get(handler, allow_private=False))
    assert found.state is FeedState.REFUSED
    assert "allow_private_addresses" in found.reason or "not a public address" in found.reason


def test_a_page_too_large_is_left() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * 100_001)

    assert failed(get(handler)).state is FeedState.TOO_LARGE


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_packed_page_is_asked_for_and_unpacked(encoding: str) -> None:
    async def handler(request: web.Request) -> web.Response:
        assert encoding in request.headers["Accept-Encoding"]
        packed = PACKERS[encoding](b"<rss/>")
        return web.Response(body=packed, headers={"Content-Encoding": encoding})

    page = get(handler)
    assert isinstance(page, Page)
    assert page.body == b"<rss/>"


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_bomb_is_cut_while_it_unpacks(encoding: str) -> None:
    packed = PACKERS[encoding](bytes(50_000_000))

    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=packed, headers={"Content-Encoding": encoding})

    assert failed(get(handler)).state is FeedState.TOO_LARGE


@pytest.mark.parametrize("where", ["before the answer", "in the body"])
def test_a_drip_is_cut(where: str) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if where == "in the body":
            await response.prepare(request)
            await response.write(b"<rss>")
        await asyncio.Event().wait()
        return response

    found = failed(get(handler, limits=Limits(seconds=0.3)))
    assert found.state is FeedState.UNREACHABLE
    assert "not done after" in found.reason


def test_a_broken_answer_is_named() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"<rss>")
        assert request.transport is not None
        request.transport.close()
        return response

    found = failed(get(handler))
    assert found.state is FeedState.BROKEN
    assert "broken answer" in found.reason


def test_a_closed_port_is_unreachable() -> None:
    async def main() -> Fetched:
        connector = guarded_connector(allow_private=True)
        async with aiohttp.ClientSession(connector=connector) as session:
            return await fetch(session, "http://127.0.0.1:9/feed?token=s3cret", NOTHING)

    found = failed(asyncio.run(main()))
    assert found.state is FeedState.UNREACHABLE
    assert "s3cret" not in found.reason


def test_a_challenge_page_is_named() -> None:
    async def blocked(_: web.Request) -> web.Response:
        return web.Response(status=403, headers={"cf-mitigated": "challenge"})

    async def waiting(_: web.Request) -> web.Response:
        text = "<html><head><title>Just a moment...</title></head></html>"
        return web.Response(text=text, content_type="text/html")

    for handler in (blocked, waiting):
        found = failed(get(handler))
        assert found.state is FeedState.BLOCKED
        assert "Cloudflare" in found.reason


@pytest.mark.parametrize("etag", [b'"\xe9"', b'"\x01"'])
def test_a_validator_that_cant_be_sent_back_as_it_came_is_left(etag: bytes) -> None:
    async def main() -> Fetched:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nLast-Modified: x\r\nETag: ")
            writer.write(etag + b"\r\n\r\n1")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, guarded_session(user_agent="tests", allow_private=True) as session:
            return await fetch(session, f"http://127.0.0.1:{port}/")

    page = asyncio.run(main())
    if isinstance(page, Page):
        assert page.validators.headers == {"If-Modified-Since": "x"}
    else:
        assert failed(page).state is FeedState.UNREACHABLE


def test_not_modified_means_nothing_to_one_who_didnt_ask() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=304)

    assert failed(get(handler)).state is FeedState.HTTP_ERROR


def test_large_bodies_wait_for_room() -> None:
    """With no room left, a large body isn't read to its end; a small one is."""

    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=b"x" * (3_000_000 if request.path == "/large" else 1_000))

    async def main() -> tuple[Fetched, Fetched]:
        app = web.Application()
        app.router.add_get("/{tail:.*}", handler)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        limits = Limits(seconds=0.5)
        none = asyncio.Semaphore(0)
        try:
            async with guarded_session(user_agent="tests", allow_private=True) as session:
                return (
                    await fetch(session, f"{url}/large", limits=limits, room=none),
                    await fetch(session, f"{url}/small", room=none),
                )
        finally:
            await runner.cleanup()

    large, small = asyncio.run(main())
    assert failed(large).state is FeedState.UNREACHABLE
    assert isinstance(small, Page)
