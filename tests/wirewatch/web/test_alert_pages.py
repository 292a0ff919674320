"""What the pages of alerts say, over HTTP."""

import json
import re
from datetime import timedelta
from functools import reduce
from pathlib import Path

import msgspec
import pytest
from selectolax.lexbor import LexborHTMLParser

from streams.model.alert import AlertEvent, Kind
from streams.model.story import story_version
from tests.streams.grouping.test_rulings import ALERT, FIRST, OTHER, TEAK, Worker, one_event
from tests.support.archived import archive
from tests.support.samples import sample_alert, sample_story, sample_tagged
from tests.support.web_site import STORIES, WATCHES, fill, gathered, served
from tests.wirewatch.web.conftest import Filled
from wirewatch.archive.layout import FILE
from wirewatch.archive.writing import face
from wirewatch.web.views.alerts import ROWS


def heads(html: str) -> list[str]:
    return [one.text(strip=True) for one in LexborHTMLParser(html).css(".alert h2")]


def test_an_alert_whose_story_no_longer_matches_says_so_wherever_it_is_shown(
    tmp_path: Path,
) -> None:
    first = STORIES[0]
    headline, body = "Flood closes a bridge in Peru", "In Cusco, Peru, a river rose by a metre."
    edited = msgspec.structs.replace(
        first,
        headline=headline,
        body=body,
        version=story_version(headline=headline, body=body),
        first_seen=first.first_seen + timedelta(minutes=5),
        edited=True,
    )
    opened, corrected = fill(tmp_path / "data", list(gathered([first, edited], WATCHES[:1])))
    assert corrected.kind is Kind.CORRECTED
    chip = ">no longer matches</span>"
    with served(tmp_path) as page:
        for view in ("/alerts", f"/alerts/{opened.alert}", f"/stories/{first.id}"):
            assert chip in page.get(view).text, view
        (row,) = json.loads(page.get("/api/alerts").text)["alerts"]
        assert row["no_longer_matches"]
        fill(tmp_path / "data", [opened])  # comes again: changes nothing
        assert chip in page.get("/alerts").text
    with served(tmp_path / "other") as page:
        fill(tmp_path / "other" / "data", [opened])
        assert chip not in page.get("/alerts").text


def test_alerts_are_listed_newest_first_with_their_outlets_and_last_change(filled: Filled) -> None:
    answer = filled.page.get("/alerts?watch=us-cambodia-defense")
    assert answer.status == 200
    rows = LexborHTMLParser(answer.text).css(".alert")
    assert [row.attributes["data-alert"] for row in rows] == list(
        reversed(filled.opened("us-cambodia-defense"))
    )
    told = " ".join(rows[-1].text().split())
    assert "high" in told
    assert "KH-US" in told
    assert "Mekong Courier, Gulf Wire" in told
    assert "updated" in told


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("", 8),
        ("pair=kh-us", 3),
        ("pair=US-KH", 3),
        ("state=closed", 0),
        ("min_severity=low", 8),
        ("min_severity=high", 3),
        ("min_severity=critical", 0),
        ("outlet=gulf+wire", 2),
        ("outlet=Gulf", 0),
        ("outlet=Gulf+Wire&min_severity=high", 1),
    ],
)
def test_filters_stand_in_the_address(filled: Filled, asked: str, number: int) -> None:
    assert len(heads(filled.page.get(f"/alerts?{asked}").text)) == number
    assert len(json.loads(filled.page.get(f"/api/alerts?{asked}").text)["alerts"]) == number


@pytest.mark.parametrize(
    "asked",
    [
        "pair=x",
        "state=gone",
        "since=1y",
        "cursor=zz",
        "bogus=1",
        "watch=%00",
        "min_severity=x",
        "outlet=%00",
    ],
)
def test_what_can_not_be_asked_for_is_told(filled: Filled, asked: str) -> None:
    answer = filled.page.get(f"/alerts?{asked}")
    assert answer.status == 400
    assert "This can&#39;t be searched for" in answer.text


def test_pages_of_alerts_have_each_once(tmp_path: Path) -> None:
    number = 2 * ROWS + 3
    fill(tmp_path / "data", (sample_alert(sample_story(str(one))) for one in range(number)))
    seen: list[str] = []
    address: str | None = "/alerts"
    with served(tmp_path) as page:
        while address:
            found = LexborHTMLParser(page.get(address).text)
            seen += [str(row.attributes["data-alert"]) for row in found.css(".alert")]
            older = found.css_first("a[rel=next]")
            address = None if older is None else older.attributes["href"]
    assert len(seen) == len(set(seen)) == number


def test_marked_words_are_exactly_those_that_decided(filled: Filled) -> None:
    for alert in filled.opened("us-cambodia-defense"):
        told = reduce(face, (one for one in filled.events if one.alert == alert))
        found = LexborHTMLParser(filled.page.get(f"/alerts/{alert}").text)
        for field in ("headline", "body"):
            text = found.css_first(f"[data-field={field}]")
            assert text is not None
            for kind, places in wanted(told, field).items():
                assert marked_places(text.html or "", kind) == places
        quoted = found.css_first("blockquote")
        sentence = told.why.sentence
        assert sentence is not None
        assert quoted is not None
        whole: str = getattr(told.story, sentence.field)
        assert quoted.text() == whole[sentence.start : sentence.end]


def wanted(event: AlertEvent, field: str) -> dict[str, set[int]]:
    """The places of characters that must be marked, by kind."""
    assert event.why.pair is not None
    kinds = {
        "country": event.why.pair.spans,
        "topic": tuple(span for topic in event.why.topics for span in topic.spans),
    }
    return {
        kind: {at for one in spans if one.field == field for at in range(one.start, one.end)}
        for kind, spans in kinds.items()
    }


def marked_places(html: str, kind: str) -> set[int]:
    """The places of a text's characters that stand in a mark of a kind."""
    places: set[int] = set()
    at = 0
    inside: list[bool] = []
    for tag, text in re.findall(r"<([^>]*)>|([^<]+)", html):
        if tag.startswith("mark"):
            inside.append(kind in re.findall(r'class="([^"]*)"', tag)[0].split())
        elif tag == "/mark":
            inside.pop()
        elif text:
            length = len(LexborHTMLParser(f"<p>{text}</p>").text())
            places |= set(range(at, at + length)) if any(inside) else set()
            at += length
    return places


def test_an_alert_tells_why_what_happened_and_who_told_it(filled: Filled) -> None:
    alert = filled.opened("us-cambodia-defense")[0]
    answer = filled.page.get(f"/alerts/{alert}")
    assert answer.status == 200
    told = " ".join(LexborHTMLParser(answer.text).text().split())
    for words in ("between, actual", "third outlet", "opened the alert", "other report", "0.50"):
        assert words in told
    assert filled.page.get(f"/alerts/{alert[:10]}").status == 200


@pytest.mark.parametrize("given", ["none", "0000000000", "../../etc/passwd", "%00"])
def test_an_alert_that_is_not_there_is_told(filled: Filled, given: str) -> None:
    answer = filled.page.get(f"/alerts/{given}")
    assert answer.status == 404
    assert "<h1>" in answer.text


def test_an_alert_whose_story_is_gone_from_the_archive_is_shown(tmp_path: Path) -> None:
    alert = sample_alert()
    fill(tmp_path / "data", [alert])
    with served(tmp_path) as page:
        told = page.get(f"/alerts/{alert.alert}").text
        assert "the archive has it no more" in told
        assert '<mark class="topic"' in told


def test_what_feeds_write_is_shown_as_text(tmp_path: Path) -> None:
    bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e"
    story = msgspec.structs.replace(
        sample_story(), source=bad, summary=bad, url="javascript:alert(1)", published_raw=bad
    )
    tagged = msgspec.structs.replace(sample_tagged(), story=story)
    alert = msgspec.structs.replace(
        sample_alert(), story=story, title=bad, reason=bad, outlets=(bad,)
    )
    fill(tmp_path / "data", [tagged, alert])
    with served(tmp_path) as page:
        for path in ("/alerts", f"/alerts/{alert.alert}"):
            told = page.get(path).text
            assert "<script>alert" not in told
            assert "<img" not in told
            assert "javascript:" not in told
            assert "\u202e" not in told
            assert "&lt;script&gt;" in told


def test_a_page_without_an_archive_says_what_makes_one(tmp_path: Path) -> None:
    with served(tmp_path) as page:
        answer = page.get("/alerts")
        assert answer.status == 503
        assert "archive update" in answer.text
        (tmp_path / "data" / FILE).write_bytes(b"no database" * 1_000)
        answer = page.get("/alerts")
        assert answer.status == 503
        assert "archive rebuild" in answer.text


def test_an_archive_without_alerts_says_so(tmp_path: Path) -> None:
    fill(tmp_path / "data", [])
    with served(tmp_path) as page:
        assert "No alerts yet" in page.get("/alerts").text
        assert "Show all alerts" in page.get("/alerts?state=open").text


def test_a_page_with_nothing_yet_says_what_to_do_or_what_is_waited_for(tmp_path: Path) -> None:
    fill(tmp_path / "data", [])
    (tmp_path / "feeds.toml").write_text("", "utf-8")
    with served(tmp_path) as page:
        assert "wirewatch feeds add ADDRESS" in page.get("/alerts").text
    feed = '[[feed]]\nid = "courier"\nsource = "Courier"\nurl = "https://courier.example/rss"\n'
    (tmp_path / "feeds.toml").write_text(feed, "utf-8")
    with served(tmp_path) as page:
        told = LexborHTMLParser(page.get("/alerts").text).css("#empty")[0].text()
    assert "a story of 1 source fits 2 watches" in " ".join(told.split())


@pytest.mark.parametrize("path", ["/nothing", "/alerts/ffffff", "/pairs/XX"])
def test_a_page_that_can_not_be_shown_leads_on(filled: Filled, path: str) -> None:
    answer = filled.page.get(path)
    assert answer.status in (400, 404)
    links = LexborHTMLParser(answer.text).css(".fault a")
    assert [one.attributes["href"] for one in links] == ["/alerts", "/stories"]


def test_the_first_page_takes_along_what_is_asked(filled: Filled) -> None:
    """An address that somebody shortened asks for the same."""
    assert filled.page.get("/?pair=KH-US&state=open").headers["location"] == (
        "/alerts?pair=KH-US&state=open"
    )
    assert filled.page.get("/").headers["location"] == "/alerts"


def test_alerts_that_a_person_joined_say_so_of_each_other(tmp_path: Path) -> None:
    archive(tmp_path / "data", Worker().step(FIRST, TEAK, one_event()).events)
    with served(tmp_path) as page:
        for alert, other, told in (
            (ALERT, OTHER, "part of this alert: a person called them one event"),
            (OTHER, ALERT, "this alert is part of it: a person called them one event"),
        ):
            (row,) = LexborHTMLParser(page.get(f"/alerts/{alert}").text).css(
                "section[aria-labelledby=related] li"
            )
            assert told in row.text()
            assert [one.attributes["href"] for one in row.css("a")] == [f"/alerts/{other}"]
