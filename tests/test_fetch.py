"""Fetch against servers that answer well, badly, slowly and never."""

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from connectors.dial import guarded_connector
from connectors.sources.fetch import (
    Failed,
    Fetched,
    Limits,
    NotModified,
    Page,
    Validators,
    fetch,
)
from streams.feed_health import FeedState

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
NOTHING = Validators()
LIMITS = Limits(seconds=5.0, body_bytes=100_000)


def get(
    handler: Handler,
    path: str = "/feed",
    *,
    known: Validators = NOTHING,
    limits: Limits = LIMITS,
    allow_private: bool = True,
) -> Fetched:
    async def main() -> Fetched:
        app = web.Application()
        app.router.add_get("/{tail:.*}", handler)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        connector = guarded_connector(allow_private=allow_private)
        try:
            async with aiohttp.ClientSession(connector=connector) as session:
                return await fetch(session, f"http://127.0.0.1:{port}{path}", known, limits)
        finally:
            await runner.cleanup()

    return asyncio.run(main())


def failed(found: Fetched) -> Failed:
    assert isinstance(found, Failed), found
    return found


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
    assert page.validators == Validators(etag='W/"odd one"', last_modified="long ago")


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
    assert found.state is FeedState.HTTP_ERROR
    assert str(status) in found.reason
    assert found.after == 120.0


def test_redirects_are_followed_and_the_last_address_kept() -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path == "/feed":
            raise web.HTTPFound("/moved")
        return web.Response(body=b"<rss/>")

    page = get(handler)
    assert isinstance(page, Page)
    assert page.url.endswith("/moved")


def test_a_redirect_loop_ends() -> None:
    async def handler(_: web.Request) -> web.Response:
        raise web.HTTPFound("/feed")

    assert failed(get(handler)).reason == "more than 5 redirects"


@pytest.mark.parametrize("target", ["ftp://x.example/", "file:///etc/passwd", "http://["])
def test_a_redirect_to_no_web_address_is_an_error(target: str) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": target})

    assert failed(get(handler)).state in {FeedState.HTTP_ERROR, FeedState.UNREACHABLE}


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


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_cut_while_it_unpacks(encoding: str) -> None:
    pack = gzip.compress if encoding == "gzip" else zlib.compress

    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=pack(b"\0" * 50_000_000), headers={"Content-Encoding": encoding})

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
    assert found.state is FeedState.UNREACHABLE
    assert "broken answer" in found.reason


def test_reasons_hold_no_secret_of_the_address() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=403)

    assert "s3cret" not in failed(get(handler, "/feed?token=s3cret")).reason


def test_a_closed_port_is_unreachable() -> None:
    async def main() -> Fetched:
        connector = guarded_connector(allow_private=True)
        async with aiohttp.ClientSession(connector=connector) as session:
            return await fetch(session, "http://127.0.0.1:9/feed?token=s3cret", NOTHING)

    found = failed(asyncio.run(main()))
    assert found.state is FeedState.UNREACHABLE
    assert "s3cret" not in found.reason
