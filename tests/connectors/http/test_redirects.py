"""Where a fetch is sent on to, and what it tells there."""

import aiohttp
import pytest
from aiohttp import web

from connectors.http.fetch import NotModified, Page, Validators
from streams.model.feed_health import FeedState
from tests.support.fetching import SECRET, failed, get, redirecting


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

    found = failed(get(handler))
    assert found.state is FeedState.HTTP_ERROR
    assert found.reason == "leads to an address that is no URL"


def test_reasons_hold_no_secret_of_the_address() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=403)

    assert "s3cret" not in failed(get(handler, "/feed?token=s3cret")).reason


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


def test_no_cookie_is_kept_and_who_asks_is_told() -> None:
    handler, seen = redirecting(302, "/1")
    get(handler, "/0")
    assert "Cookie" not in seen[1].headers
    assert seen[1].headers["User-Agent"] == "tests"
    assert "application/rss+xml" in seen[1].headers["Accept"]
