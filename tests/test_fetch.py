"""Fetch against servers that answer well, badly, slowly and never."""

import asyncio
import gzip
import sys
import zlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import aiohttp
import brotli
import pytest
from aiohttp import web
from yarl import URL

from connectors.dial import guarded_connector, guarded_session
from connectors.sources.fetch import (
    Failed,
    Fetched,
    Limits,
    NotModified,
    Page,
    Validators,
    at_home,
    fetch,
)
from streams.feed_health import FeedState

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

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
    headers: Sequence[tuple[str, str]] = (),
    user: str = "",
    host: str = "127.0.0.1",
    home: str | None = None,
) -> Fetched:
    async def main() -> Fetched:
        app = web.Application()
        app.router.add_get("/{tail:.*}", handler)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        session = guarded_session(user_agent="tests", allow_private=allow_private)
        url = f"http://{user}{host}:{port}{path}"
        try:
            async with session:
                told = home and home.format(port=port)
                return await fetch(session, url, known, limits, headers=headers, home=told)
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
    assert found.state is (FeedState.GONE if status == 410 else FeedState.HTTP_ERROR)
    assert str(status) in found.reason
    assert (found.after, found.status) == (120.0, status)


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


@pytest.mark.parametrize("status", [300, 301, 305])
def test_a_redirect_to_nowhere_is_no_page(status: int) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, body=b"<rss/>")

    assert failed(get(handler)).status == status


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


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=5),
    "zstd": zstd.compress,
}


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


def redirecting(status: int, *targets: str) -> tuple[Handler, list[web.Request]]:
    """Give a handler that sends `/0` to the first target, `/1` to the next, and keeps requests."""
    seen: list[web.Request] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request)
        number = int(request.path[1:])
        if number == len(targets):
            return web.Response(body=b"<rss/>", headers={"Set-Cookie": "a=b"})
        target = targets[number].format(port=request.url.port)
        return web.Response(status=status, headers={"Location": target, "Set-Cookie": "a=b"})

    return handler, seen


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_five_redirects_are_followed_and_six_are_too_many(status: int) -> None:
    five, _ = redirecting(status, *(f"/{n}" for n in range(1, 6)))
    assert isinstance(get(five, "/0"), Page)
    six, _ = redirecting(status, *(f"/{n}" for n in range(1, 7)))
    assert failed(get(six, "/0")).reason == "more than 5 redirects"


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ([301, 308], "/2"),
        ([301, 302], "/1"),
        ([302, 301], None),
        ([307], None),
        ([303, 308], None),
        ([], None),
    ],
)
def test_a_page_moved_for_good_as_far_as_all_redirects_say_so(
    statuses: list[int], moved: str | None
) -> None:
    async def handler(request: web.Request) -> web.Response:
        number = int(request.path[1:])
        if number == len(statuses):
            return web.Response(body=b"<rss/>")
        return web.Response(status=statuses[number], headers={"Location": f"/{number + 1}"})

    page = get(handler, "/0")
    assert isinstance(page, Page)
    assert (page.moved_to or "None").endswith(moved or "None")


def test_a_page_not_modified_where_it_moved_to_says_where() -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path == "/feed":
            return web.Response(status=301, headers={"Location": "/new"})
        return web.Response(status=304)

    found = get(handler, known=Validators(etag='"1"'))
    assert isinstance(found, NotModified)
    assert str(found.moved_to).endswith("/new")


SECRET = [("X-Key", "s3cret")]


def test_the_feeds_own_headers_go_to_its_own_host_alone() -> None:
    handler, seen = redirecting(302, "/1", "http://localhost:{port}/2", "http://127.0.0.1:{port}/3")
    get(handler, "/0", headers=SECRET, user="reader:w%C3%B6rd@")
    told = [(r.headers.get("X-Key"), "Authorization" in r.headers) for r in seen]
    assert told == [("s3cret", True), ("s3cret", True), (None, False), ("s3cret", True)]
    assert aiohttp.BasicAuth.decode(seen[0].headers["Authorization"], "utf-8") == (
        "reader",
        "wörd",
        "utf-8",
    )


def test_a_feed_asked_where_it_has_moved_tells_its_secrets_at_home_alone() -> None:
    handler, seen = redirecting(302, "http://127.0.0.1:{port}/1")
    get(
        handler, "/0", headers=SECRET, host="localhost", home="http://reader:word@127.0.0.1:{port}/"
    )
    told = [(r.headers.get("X-Key"), "Authorization" in r.headers) for r in seen]
    assert told == [(None, False), ("s3cret", True)]


def test_a_user_in_a_redirect_is_nobody() -> None:
    handler, seen = redirecting(302, "http://admin:admin@127.0.0.1:{port}/1")
    get(handler, "/0")
    assert "Authorization" not in seen[1].headers


@pytest.mark.parametrize(
    ("home", "target", "told"),
    [
        ("http://c.example/", "https://c.example/", True),
        ("https://c.example/", "http://c.example/", False),
        ("https://c.example/", "https://c.example:8443/", False),
        ("http://c.example:8080/", "https://c.example/", False),
        ("https://c.example/", "https://www.c.example/", False),
        ("https://c.example/", "https://C.example/x", True),
    ],
)
def test_secrets_follow_to_the_same_host_over_no_worse_a_scheme(
    home: str, target: str, told: bool
) -> None:
    assert at_home(URL(target), URL(home)) is told


def test_no_cookie_is_kept_and_who_asks_is_told() -> None:
    handler, seen = redirecting(302, "/1")
    get(handler, "/0")
    assert "Cookie" not in seen[1].headers
    assert seen[1].headers["User-Agent"] == "tests"
    assert "application/rss+xml" in seen[1].headers["Accept"]


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
        assert page.validators == Validators(last_modified="x")
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
