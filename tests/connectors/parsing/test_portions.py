"""A feed too large for one go is read in portions, over several polls, and no story is lost."""

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from connectors.formats import registry
from connectors.formats.entry import NotAFeedError, Parsed, RawFeed
from connectors.kafka import ensure_topics
from connectors.parsing import portions
from connectors.parsing.parser_pool import ParserPool
from connectors.parsing.portions import parse_in_time
from connectors.polling import poll as polling
from connectors.polling import schedule
from connectors.polling.feed import Feed
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import FEED_HEALTH, STORIES
from streams.model.feed_health import FeedHealth
from streams.model.feed_health import FeedState as State
from streams.model.story import Story
from tests.connectors.polling.test_poll import read, settings
from tests.support.fetching import Handler

URL = "https://courier.example/rss"
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title>{}</channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title>{}</feed>'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns="http://purl.org/rss/1.0/"><channel><title>Courier</title></channel>{}</rdf:RDF>'
)
ITEM = "<item><guid>{0}</guid><title>Story {0}</title><description>{1}</description></item>"
ENTRY = "<entry><id>{0}</id><title>Story {0}</title><summary>{1}</summary></entry>"


def document(frame: str, item: str, count: int, text: str = "") -> bytes:
    return frame.format("".join(item.format(number, text) for number in range(count))).encode()


def in_polls(body: bytes, late: Callable[[], bool]) -> list[Parsed]:
    """Read a document over as many polls as it takes."""
    found: list[Parsed] = []
    start = 0
    while not found or start:
        read = partial(parse_in_time, registry.parse, body, URL, "application/xml")
        found.append(read(start=start, late=late))
        start = found[-1].rest
    return found


@pytest.mark.parametrize(("frame", "item"), [(RSS, ITEM), (ATOM, ENTRY), (RDF, ITEM)])
def test_what_there_was_no_time_for_is_read_at_the_next_poll(frame: str, item: str) -> None:
    found = in_polls(document(frame, item, 2_600), late=lambda: True)
    titles = [entry.title for parsed in found for entry in parsed.entries]
    assert titles == [f"Story {number}" for number in range(2_600)]
    assert len(found) == 6
    assert {parsed.title for parsed in found} == {"Courier"}
    assert found[0].remarks == (
        "a very large feed: entries 1 to 500 of 2,600 read, the rest follows at the next poll",
    )
    assert found[-1].remarks == ("a very large feed: entries 2,501 to 2,600 of 2,600 read",)


def test_while_there_is_time_a_large_feed_is_read_to_its_end() -> None:
    (found,) = in_polls(document(RSS, ITEM, 2_600), late=lambda: False)
    assert (len(found.entries), found.rest, found.remarks) == (2_600, 0, ())


def test_a_feed_that_became_shorter_is_read_from_its_start_again() -> None:
    body = document(RSS, ITEM, 2_600)
    found = parse_in_time(registry.parse, body, URL, "", start=9_000, late=lambda: False)
    assert len(found.entries) == 2_600


def test_a_portion_that_can_not_be_read_costs_no_other() -> None:
    def parse(body: bytes, url: str, content_type: str) -> RawFeed:
        if b"<guid>700</guid>" in body:
            raise NotAFeedError("too broken")
        return registry.parse(body, url, content_type)

    body = document(RSS, ITEM, 2_600)
    found = parse_in_time(parse, body, URL, "", start=0, late=lambda: False)
    assert (len(found.entries), found.lost) == (2_100, 500)


def test_few_entries_with_very_long_texts_are_a_large_feed_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portions, "LARGE_BYTES", 50_000)
    monkeypatch.setattr(portions, "PORTION_BYTES", 10_000)
    found = in_polls(document(RSS, ITEM, 30, "word " * 500), late=lambda: True)
    assert [len(parsed.entries) for parsed in found] == [3] * 10


def polled(
    address: KafkaAccess, prefix: str, folder: Path, answer: Handler, times: int
) -> tuple[list[Story], list[FeedHealth]]:
    """Poll a feed some times in a row; give its stories and its health after each poll."""

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/feed", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/feed"
        feed = Feed(id="courier", url=url, source="Courier", interval=300)
        try:
            for _ in range(times):
                await polling.poll(settings(address, prefix, folder, feed), asyncio.Event())
        finally:
            await runner.cleanup()

    ensure_topics(address, prefix=prefix)
    asyncio.run(main())
    health = [decode(value, FeedHealth) for value in read(address, prefix, FEED_HEALTH, times)]
    health = sorted(health, key=lambda one: one.polled)
    told = sum(one.stories for one in health)
    stories = [decode(value, Story) for value in read(address, prefix, STORIES, told)]
    return stories, health


def busy(monkeypatch: pytest.MonkeyPatch, *, portion: float, seconds: float) -> None:
    """Make the machine so busy that each portion takes so long."""
    program = (sys.executable, "-m", "tests.support.slow_parser", str(portion))
    pool = partial(ParserPool, seconds=seconds, program=program)
    monkeypatch.setattr(polling, "ParserPool", pool)


def test_a_flood_on_a_busy_machine_is_cut_and_goes_on_at_the_next_poll(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(monkeypatch, portion=2.6, seconds=5.0)  # of which half is for reading
    body = document(RSS, ITEM, 2_600)

    async def answer(request: web.Request) -> web.Response:
        if "If-None-Match" in request.headers:
            return web.Response(status=304)
        return web.Response(body=body, headers={"ETag": '"1"'})

    stories, health = polled(kafka_address, prefix, tmp_path, answer, 4)
    assert [one.stories for one in health] == [1_000, 1_000, 600, 0]
    assert [(one.failures, one.state.readable) for one in health] == [(0, True)] * 4
    assert "1 to 1,000 of 2,600" in health[0].detail
    pauses = [(one.next_poll - one.polled).total_seconds() for one in health if one.next_poll]
    assert [pause <= schedule.FLOOR for pause in pauses] == [True, True, False, False]
    assert len({story.id for story in stories}) == len(stories) == 2_600
    assert all(story.backfill for story in stories), "old news must raise no alert"


def test_a_page_that_there_was_no_time_to_read_is_not_called_no_feed(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=document(RSS, ITEM, 3))

    with monkeypatch.context() as while_busy:
        busy(while_busy, portion=60, seconds=0.5)
        stories, (told,) = polled(kafka_address, prefix, tmp_path, answer, 1)
    assert (told.state, told.failures, told.last_ok) == (State.SLOW, 0, None)
    assert "this machine is too busy" in told.detail
    assert told.next_poll is not None
    assert (told.next_poll - told.polled).total_seconds() <= 300
    stories, _ = polled(kafka_address, prefix, tmp_path, answer, 2)
    assert [story.backfill for story in stories] == [True] * 3
