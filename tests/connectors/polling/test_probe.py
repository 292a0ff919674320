"""`wirewatch feeds check` goes the way that poll goes, to the stories."""

import asyncio
from datetime import datetime

import pytest
from aiohttp import web

from connectors.formats.dates import Context, DateReading, read
from connectors.parsing.parser_pool import ParserPool
from connectors.polling import entry_stories
from connectors.polling.feed import Feed
from streams.model.feed_health import FeedState
from tests.support.polled import polled
from wirewatch.feedlist import feed_tables, probe

DOCUMENT = (
    b'<rss version="2.0"><channel><title>T</title>'
    b"<item><guid>1</guid><title>Good</title><pubDate>26 Nov 2026 08:00 GMT</pubDate></item>"
    b"<item><guid>2</guid><title>Bad</title><pubDate>breaks</pubDate></item></channel></rss>"
)
UNTIL = datetime.fromisoformat("2026-11-27T00:00:00Z")


def breaks(raw: str | None, parsed: datetime | None, context: Context) -> DateReading:
    if raw == "breaks":
        raise OverflowError("date value out of range")
    return read(raw, parsed, context)


def checked(body: bytes) -> feed_tables.CheckedFeed:
    async def serve(_: web.Request) -> web.Response:
        return web.Response(body=body)

    async def main() -> feed_tables.CheckedFeed:
        app = web.Application()
        app.router.add_get("/feed", serve)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/feed"
        feed = Feed(id="courier", url=url, source="Courier")
        try:
            async with probe.tools(allow_private=True) as use:
                return feed_tables.checked(feed, await probe.probe(use, feed), UNTIL)
        finally:
            await runner.cleanup()

    return asyncio.run(main())


def test_an_entry_that_no_story_can_be_made_of_fails_alone_and_check_says_so(
    parser: ParserPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_stories, "read", breaks)
    polls = polled(parser, DOCUMENT, DOCUMENT + b" ")
    assert polls.headlines == ["Good"]
    assert [(h.state, h.entries, h.detail) for h in polls.health] == [
        (FeedState.OK, 1, "1 entry could not be read")
    ] * 2
    told = checked(DOCUMENT)
    assert (told.state, told.entries, told.remarks) == ("ok", 1, ("1 entry can't be read",))


def test_what_poll_cannot_understand_is_no_feed_to_check_either(
    parser: ParserPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> str:
        raise ValueError("a fault of ours")

    monkeypatch.setattr("connectors.polling.entry_aliases.place_of", fails)
    assert polled(parser, DOCUMENT).health[0].state is FeedState.NOT_A_FEED
    told = checked(DOCUMENT)
    assert (told.state, told.good) == ("not_a_feed", False)
    assert "not understood" in told.remarks[0]
