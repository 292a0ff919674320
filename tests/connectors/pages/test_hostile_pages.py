"""Pages that no parser gets to the end of are read in processes that are ended in time, and lists
of feeds in a time that grows with their length.

Deep nesting costs lexbor a time that grows with its square: half a megabyte takes half a minute.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from connectors.formats.entry import NotInTimeError
from connectors.http.fetch import Failed
from connectors.http.ssrf_guard import guarded_session
from connectors.pages import article
from connectors.pages.article import ArticleError, read_article
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.feed import Feed, FeedKind
from connectors.polling.wire import read_wire
from wirewatch.feedlist import probe
from wirewatch.feedlist.lists import read_list

LINKS = '<link rel="alternate" type="application/rss+xml" href="/rss"><a href="/a.xml">a</a>'
DEEP = f"<!doctype html><html>{LINKS}{'<div>' * 100_000}".encode()
SECONDS = 1.0


def test_a_list_of_feeds_that_opens_folders_without_end_keeps_its_feeds() -> None:
    folders, feed = '<outline text="a">' * 3_000, '<outline xmlUrl="http://a.example/{}"/>'
    text = folders + "".join(feed.format(number) for number in range(3_000))
    found = read_list(text.encode(), "a.opml")
    assert len(found.feeds) == 3_000
    assert found.feeds[-1].tags == ("a",)


def test_what_is_deeper_than_is_kept_is_closed_again() -> None:
    deep = '<outline text="deep">' * 40 + "</outline>" * 40
    feed = '<outline xmlUrl="http://a.example/"/>'
    (found,) = read_list(f'<outline text="a">{deep}{feed}</outline>'.encode(), "a.opml").feeds
    assert found.tags == ("a",)


def test_a_list_of_feeds_with_an_address_that_never_comes_is_read() -> None:
    text = f"<outline xmlurl={' ' * 200_000}"
    assert read_list(text.encode(), "a.opml").feeds == ()


def served(act: Callable[[str], Awaitable[None]]) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path != "/":
            raise web.HTTPNotFound
        return web.Response(body=DEEP, content_type="text/html")

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            await act(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        finally:
            await runner.cleanup()

    asyncio.run(main())


def test_a_list_of_wire_files_nested_without_end_is_given_up() -> None:
    async def act(url: str) -> None:
        feed = Feed(id="w", url=url, source="W", kind=FeedKind.WIRE)
        parser = ParserPool(workers=1, seconds=SECONDS)
        try:
            async with guarded_session(user_agent="t", allow_private=True) as session:
                found = await read_wire(feed, session, parser, {})
            reason = found.reason if isinstance(found, Failed) else ""
        except NotInTimeError as error:  # where other tests take the time
            reason = str(error)
        finally:
            parser.close()
        assert reason.startswith("not parsed")

    served(act)


def test_a_story_nested_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(url: str) -> None:
        with pytest.raises(ArticleError, match="not parsed"):
            await read_article(url, user_agent="t", allow_private=True)

    monkeypatch.setattr(article, "SECONDS", SECONDS)
    served(act)


def test_a_site_nested_without_end_has_no_feeds() -> None:
    async def act(url: str) -> None:
        parser = ParserPool(workers=1, seconds=SECONDS)
        try:
            async with guarded_session(user_agent="t", allow_private=True) as session:
                first, found = await probe.find(probe.Tools(session, parser), url)
        finally:
            parser.close()
        assert (first.parsed, found) == (None, [])

    served(act)
