"""What stays as it is may be news: the end of an embargo, and the rest of a first poll."""

import asyncio
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from msgspec.structs import replace

from connectors.parsing.parser_pool import ParserPool
from connectors.polling import wire
from connectors.polling.feed import FeedKind
from streams.model.story import Status
from tests.support.polled import FEED, Polls, poller_of


def item(guid: str, **more: object) -> bytes:
    told = {"uri": guid, "headline": f"Story {guid}", "pubstatus": "usable", **more}
    return json.dumps(told).encode()


@pytest.mark.parametrize("validators", [True, False])
def test_an_embargo_ends_in_a_document_that_stays_as_it_is(
    parser: ParserPool, monkeypatch: pytest.MonkeyPatch, validators: bool
) -> None:
    end = time.time() + 3600
    body = item("1", embargoed=datetime.fromtimestamp(end, UTC).isoformat())

    async def serve(request: web.Request) -> web.Response:
        if validators and request.headers.get("If-None-Match") == '"a"':
            raise web.HTTPNotModified
        return web.Response(body=body, headers={"ETag": '"a"'} if validators else {})

    async def main() -> Polls:
        app, polls = web.Application(), Polls()
        app.router.add_get("/", serve)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        feed = replace(FEED, url=f"http://127.0.0.1:{runner.addresses[0][1]}/", interval=86_400)
        try:
            async with poller_of(parser, polls) as poller:
                told = await poller.poll_feed(feed)
                assert told.memory.next_poll < end + 600
                await poller.poll_feed(feed)
                monkeypatch.setattr(time, "time", lambda: end + 1)
                await poller.poll_feed(feed)
                await poller.poll_feed(feed)
        finally:
            await runner.cleanup()
        return polls

    polls = asyncio.run(main())
    assert [story.status for story in polls.stories] == [Status.WITHHELD, Status.USABLE]
    assert polls.stories[0].id == polls.stories[1].id
    details = [health.detail for health in polls.health]
    assert details == ["", "not modified", "", "not modified"]


def test_the_rest_of_a_first_polls_wire_files_is_old_news(
    parser: ParserPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_FILES", 2)

    def put(number: int) -> None:
        file = tmp_path / f"{number}.json"
        file.write_bytes(item(str(number)))
        os.utime(file, (number + 1, number + 1))

    async def main() -> Polls:
        polls = Polls()
        feed = replace(FEED, url=tmp_path.as_uri(), kind=FeedKind.WIRE)
        async with poller_of(parser, polls) as poller:
            for _ in range(3):
                await poller.poll_feed(feed)
            put(5)
            await poller.poll_feed(feed)
        return polls

    for number in range(5):
        put(number)
    stories = asyncio.run(main()).stories
    assert [story.backfill for story in stories] == [True] * 5 + [False]
