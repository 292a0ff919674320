"""Atom and JSON Feed out: read back by feedparser and by our own readers."""

import asyncio
import json
import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import feedparser
import msgspec
import pytest
from structlog.testing import capture_logs

from connectors.delivery.feed_server import feed_server
from connectors.delivery.sample import HEADLINE as SAMPLE_HEADLINE
from connectors.delivery.sample import sample_event
from connectors.delivery.sinks.content import HEADLINE, one_line
from connectors.delivery.sinks.feed import FOLDER
from connectors.delivery.sinks.feed_document import MOST_ENTRIES
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.outcome import DeliveryOutcome, Result
from connectors.delivery.sinks.secret import Secret
from connectors.delivery.sinks.settings import FeedSettings
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.formats.registry import parse
from streams.model.alert import AlertEvent, Change, Kind
from streams.model.alert_reasons import OUTGROWN
from tests.support.naughty import NAUGHTY, naughty_alert
from tests.support.samples import sample_alert, sample_story
from tests.support.sending import sink


def told(event: AlertEvent) -> Notification:
    return Notification(id=event.event, subscriber="readers", events=(event,))


def write(data: Path, *every: Notification) -> list[DeliveryOutcome]:
    async def main() -> list[DeliveryOutcome]:
        async with sink("feed", folder=data) as post:
            return [await post(FeedSettings(), one) for one in every]

    return asyncio.run(main())


def whole(data: Path, name: str = "all") -> Any:  # noqa: ANN401 - feedparser has no types
    file = data / FOLDER / "readers" / f"{name}.atom"
    found = feedparser.parse(BytesIO(file.read_bytes()))  # type: ignore[no-untyped-call,attr-defined]  # it has no types
    assert (found.bozo, found.version) == (False, "atom10")
    return found


def atom(data: Path, name: str = "all") -> list[Any]:
    entries: list[Any] = whole(data, name).entries
    return entries


def later(event: AlertEvent, kind: Kind) -> AlertEvent:
    change = Change(what="figures", before="41", after="14")
    return msgspec.structs.replace(event, event=f"{kind}", kind=kind, changes=(change,))


def test_an_alert_is_one_entry_that_is_changed_in_place(tmp_path: Path) -> None:
    opened = sample_alert()
    other = sample_alert(sample_story("2"))
    write(tmp_path, told(opened), told(other))
    first = {entry.id: entry for entry in atom(tmp_path)}
    write(tmp_path, told(later(opened, Kind.CORRECTED)))
    corrected = atom(tmp_path)
    assert len(first) == 2
    assert {entry.id for entry in corrected} == first.keys()
    assert "41 → 14" in corrected[0].content[0].value
    outgrown = msgspec.structs.replace(later(opened, Kind.CORRECTED), event="2", reason=OUTGROWN)
    write(tmp_path, told(outgrown))
    assert atom(tmp_path)[0].title == f"CORRECTED: {opened.story.headline}"
    write(tmp_path, told(later(opened, Kind.WITHDRAWN)))
    withdrawn = atom(tmp_path)
    assert withdrawn[0].title == f"WITHDRAWN: {opened.story.headline}"
    assert withdrawn[0].published == corrected[0].published == first[withdrawn[0].id].published


def test_a_sample_is_in_no_feed_of_alerts(tmp_path: Path) -> None:
    write(tmp_path, told(sample_alert()))
    sample = sample_event(datetime.now(UTC))
    write(tmp_path, replace(told(sample), sample=True))
    assert [entry.title for entry in atom(tmp_path)] == [sample_alert().story.headline]
    assert [entry.title for entry in atom(tmp_path, "sample")] == [f"SAMPLE: {SAMPLE_HEADLINE}"]


def test_a_repeat_changes_nothing_even_after_later_events(tmp_path: Path) -> None:
    opened = sample_alert()
    write(tmp_path, told(opened), told(later(opened, Kind.WITHDRAWN)))
    folder = tmp_path / FOLDER / "readers"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write(tmp_path, told(opened), told(later(opened, Kind.WITHDRAWN)))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_there_is_a_feed_for_each_watch_and_one_of_all(tmp_path: Path) -> None:
    mine = sample_alert()
    other = msgspec.structs.replace(mine, alert="a" * 32, event="e2", watch="ream", title="Ream")
    write(tmp_path, told(mine), told(other))
    assert [len(atom(tmp_path, name)) for name in ("all", mine.watch, "ream")] == [2, 1, 1]


def test_a_feed_keeps_its_id_under_another_title_and_shares_it_with_none(tmp_path: Path) -> None:
    mine = sample_alert()
    twin = msgspec.structs.replace(mine, alert="a" * 32, event="e2", watch="ream")
    write(tmp_path, told(mine), told(twin))
    names = ("all", mine.watch, "ream")
    ids = [whole(tmp_path, name).feed.id for name in names]
    assert len({*ids}) == len(names)
    renamed = msgspec.structs.replace(later(mine, Kind.UPDATED), title="Another title")
    write(tmp_path, told(renamed))
    assert whole(tmp_path, mine.watch).feed.title == "Another title"
    assert [whole(tmp_path, name).feed.id for name in names] == ids


@pytest.mark.parametrize("ending", ["atom", "json"])
def test_our_own_reader_reads_both(tmp_path: Path, ending: str) -> None:
    event = sample_alert()
    write(tmp_path, told(event))
    body = (tmp_path / FOLDER / "readers" / f"all.{ending}").read_bytes()
    (entry,) = parse(body, "https://w.example.org/all", "").entries
    assert entry.title == event.story.headline
    assert entry.link == event.story.url
    assert entry.guid.startswith("urn:uuid:")
    assert "<mark>joint drills</mark>" in entry.content


def test_digests_and_notices_are_in_the_feed(tmp_path: Path) -> None:
    events = tuple(sample_alert(sample_story(str(number))) for number in range(3))
    digest = Notification(id="d", subscriber="readers", events=events, title="3 alerts")
    notice = Notification(
        id="n", subscriber="readers", title="2 sources silent", note="Since 04:10"
    )
    write(tmp_path, digest, notice, notice)
    assert atom(tmp_path)[0].title == "2 sources silent"
    assert len(atom(tmp_path)) == 4


def test_a_feed_keeps_the_newest_only(tmp_path: Path) -> None:
    events = tuple(sample_alert(sample_story(str(n))) for n in range(MOST_ENTRIES + 5))
    write(tmp_path, Notification(id="d", subscriber="readers", events=events, title="many"))
    assert len(atom(tmp_path)) == MOST_ENTRIES


@pytest.mark.parametrize("first", range(0, len(NAUGHTY), MOST_ENTRIES))
def test_texts_that_break_what_shows_them_are_shown_as_they_are(tmp_path: Path, first: int) -> None:
    texts = NAUGHTY[first : first + MOST_ENTRIES]
    every = [told(naughty_alert(text, number)) for number, text in enumerate(texts)]
    digest = Notification(
        id="d", subscriber="readers", events=tuple(one.events[0] for one in every), title="d"
    )
    write(tmp_path, digest)
    shown = {entry.title for entry in atom(tmp_path)}
    items = json.loads((tmp_path / FOLDER / "readers" / "all.json").read_bytes())["items"]
    for one in every:
        headline = one_line(one.events[0].story.headline, HEADLINE) or "(no headline)"
        headline = re.sub("[\ufffe\uffff]", "", headline)  # XML has no such characters
        assert headline in {item["title"] for item in items}
        if "<" not in headline and "&" not in headline:  # feedparser cleans what looks like HTML
            assert headline.strip() in shown
    page = str([entry.content for entry in atom(tmp_path)])
    assert "<script" not in page
    assert {path.parent for path in tmp_path.rglob("*.atom")} == {tmp_path / FOLDER / "readers"}


def test_a_damaged_file_is_kept_beside_and_begun_anew(tmp_path: Path) -> None:
    write(tmp_path, told(sample_alert()))
    file = tmp_path / FOLDER / "readers" / "all.json"
    file.write_bytes(b"{ half")
    with capture_logs() as said:
        write(tmp_path, told(sample_alert(sample_story("2"))))
    assert len(atom(tmp_path)) == 1
    assert file.with_name("all.json.aside").read_bytes() == b"{ half"
    assert "feed_moved_aside" in str(said)


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file")
    (outcome,) = write(tmp_path, told(sample_alert()))
    assert (outcome.result, outcome.away) == (Result.RETRY, True)


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("127.0.0.1", "/readers/all.atom", 200),
        ("127.0.0.1", "/readers/all.json", 200),
        ("127.0.0.1", "/tk-1/all.atom", 200),
        ("127.0.0.1", "/closed/all.atom", 404),
        ("127.0.0.1", "/readers/none.atom", 404),
        ("127.0.0.1", "/readers/..%2f..%2foutbox.sqlite", 404),
        ("127.0.0.1", "/..%2f/all.atom", 404),
        ("127.0.0.1", "/anna/feed/all.atom", 200),
        ("127.0.0.1", "/anna%2Ffeed/all.json", 200),
        ("127.0.0.1", "/readers/../anna/all.atom", 404),
        ("127.0.0.1", "/screen/all.atom", 404),
        ("0.0.0.0", "/readers/all.atom", 404),
        ("0.0.0.0", "/tk-1/all.atom", 200),
    ],
)
def test_feeds_are_served_by_their_tokens_alone(
    tmp_path: Path, host: str, path: str, status: int
) -> None:
    write(tmp_path, told(sample_alert()), replace(told(sample_alert()), subscriber="closed"))
    write(tmp_path, replace(told(sample_alert()), subscriber="anna/feed"))
    subscribers = [
        Subscriber(id="anna/feed", sink=FeedSettings()),
        Subscriber(id="readers", sink=FeedSettings()),
        Subscriber(id="closed", sink=FeedSettings(token=Secret("tk-1"))),
    ]

    async def main() -> tuple[int, str, int]:
        async with (
            feed_server(host, 0, tmp_path, lambda: subscribers) as port,
            aiohttp.ClientSession() as session,
        ):
            url = f"http://127.0.0.1:{port}{path}"
            async with session.get(url) as answer:
                etag = answer.headers.get("ETag", "")
                kind = answer.headers["Content-Type"]
            async with session.get(url, headers={"If-None-Match": etag}) as again:
                return answer.status, kind, again.status

    got, kind, again = asyncio.run(main())
    assert got == status
    if status == 200:
        assert kind in ("application/atom+xml", "application/feed+json")
        assert again == 304
    with suppress(FileNotFoundError):
        assert not (tmp_path / "outbox.sqlite").read_bytes()


@pytest.mark.parametrize("direct", [True, False])
def test_a_feed_names_the_address_under_which_it_was_asked_for_if_that_is_known(
    tmp_path: Path, direct: bool
) -> None:
    """A feed reader knows it by that. Behind a proxy it has another, that only the proxy knows."""
    naughty = msgspec.structs.replace(sample_alert(), title="</id> & co", watch="ream")
    write(tmp_path, told(naughty))
    headers = {} if direct else {"X-Forwarded-Proto": "https"}

    async def main() -> list[tuple[str, bytes]]:
        readers = [Subscriber(id="readers", sink=FeedSettings())]
        async with (
            feed_server("127.0.0.1", 0, tmp_path, lambda: readers) as port,
            aiohttp.ClientSession(headers=headers) as session,
        ):
            got = []
            for file in ("all.atom", "ream.atom", "all.json"):
                url = f"http://127.0.0.1:{port}/readers/{file}"
                async with session.get(url) as answer:
                    got.append((url, await answer.read()))
                    since = {"If-Modified-Since": answer.headers["Last-Modified"]}
                async with session.get(url, headers=since) as again:
                    assert again.status == 304
            return got

    *atoms, (address, body) = asyncio.run(main())
    for url, document in atoms:
        found: Any = feedparser.parse(BytesIO(document))  # type: ignore[no-untyped-call,attr-defined]  # it has no types
        assert (found.bozo, len(found.entries)) == (False, 1)
        own = [link.href for link in found.feed.get("links", ()) if link.rel == "self"]
        assert own == ([url] if direct else [])
    assert json.loads(body).get("feed_url") == (address if direct else None)
