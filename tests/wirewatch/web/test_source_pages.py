"""What the pages of sources say, over HTTP."""

import html
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from streams.model.feed_health import FeedHealth, FeedState, Gap
from tests.support.archived import archive
from tests.support.samples import NOON
from tests.support.web_site import Served, configured, fill, served
from wirewatch.feedlist.feed_tables import NEW, PAUSED
from wirewatch.web.source_lines import state_words

NOW = NOON + timedelta(hours=6)
FEEDS = ("mekong-courier", "gulf-wire", "pacific-desk", "harbour-news", "new-one")


def health(feed: str, state: FeedState, detail: str = "", gap: Gap | None = None) -> FeedHealth:
    away = timedelta(minutes=3) if state.readable else timedelta(hours=5)
    return FeedHealth(
        feed=feed,
        source=feed.replace("-", " ").title(),
        state=state,
        detail=detail,
        polled=NOW - timedelta(minutes=3),
        last_ok=NOW - away,
        entries=20,
        stories=0,
        next_poll=NOW + timedelta(minutes=7),
        interval=600.0,
        rhythm=7200.0,
        gap=gap,
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("sources")
    configured(folder)
    (folder / "feeds.toml").write_text(
        "".join(
            f'[[feed]]\nid = "{feed}"\nsource = "{feed.replace("-", " ").title()}"\n'
            f'url = "https://{feed}.example/rss"\n'
            for feed in FEEDS
        )
    )
    fill(folder / "data")
    gap = Gap(since=NOW - timedelta(hours=2), until=NOW - timedelta(hours=1, minutes=30))
    told = [
        health("mekong-courier", FeedState.OK),
        health("gulf-wire", FeedState.HTTP_ERROR, "HTTP 503 <b>busy</b>"),
        health("pacific-desk", FeedState.OK, gap=gap),
        health("harbour-news", FeedState.OK),
    ]
    archive(folder / "data", told)
    with served(folder) as running:
        yield running


def rows(html: str) -> list[str]:
    found = LexborHTMLParser(html).css("table.stack tbody tr")
    return [" ".join(row.text(separator=" ").split()) for row in found]


def test_sources_that_need_a_look_come_first_each_with_its_state_and_part(page: Served) -> None:
    answer = page.get("/sources")
    assert answer.status == 200
    failing, gapped, *others = rows(answer.text)
    assert failing.startswith("Gulf Wire answers with an error HTTP 503 <b>busy</b> 5 h")
    assert "Pacific Desk" in gapped
    assert "stories may be missing between" in gapped
    assert [row.split()[0] for row in others] == ["Harbour", "Mekong", "New"]
    assert " not read yet" in others[2]
    # Of six stories it told one, and it is in one of the three alerts of the watch, and of five
    # of the other one.
    assert "1 17% of all" in others[1]


def test_what_stands_behind_each_watch_is_said_above(page: Served) -> None:
    (section,) = LexborHTMLParser(page.get("/sources").text).css("section")
    text = " ".join(section.text().split())
    missing = "1 of 4 sources missing: Gulf Wire can't be read (since 13:00)"
    assert f"US–Cambodia defense: {missing}" in text


@pytest.mark.parametrize(
    ("asked", "count"),
    [("state=http_error", 1), ("name=WIRE", 1), ("name=desk&state=ok", 1), ("state=gone", 0)],
)
def test_filters_stand_in_the_address(page: Served, asked: str, count: int) -> None:
    assert len(rows(page.get(f"/sources?{asked}").text)) == count


def test_a_mistyped_filter_is_refused_with_those_that_there_are(page: Served) -> None:
    answer = page.get("/sources?sate=ok")
    assert answer.status == 400
    assert "'sate' can't be asked for here: state, name, page can" in html.unescape(answer.text)


def test_every_state_of_a_feed_is_told_in_words_of_its_own() -> None:
    told = [state_words(state) for state in (*FeedState, NEW, PAUSED)]
    assert len(set(told)) == len(told)
    assert not [words for words in told if "_" in words or "http" in words]


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "9" * 30])
def test_a_page_that_there_is_not_has_no_fault(page: Served, number: str) -> None:
    assert page.get(f"/sources?page={number}").status == 200


def test_a_source_has_a_page_with_what_it_brought(page: Served) -> None:
    answer = page.get("/sources/mekong-courier")
    assert answer.status == 200
    tree = LexborHTMLParser(answer.text)
    text = " ".join(tree.body.text(separator=" ").split()) if tree.body else ""
    assert "A new story every 2 h, as a rule" in text
    assert "Polled every 10 min" in text
    by_day, by_hour = tree.css("figure.chart")
    for chart, told in ((by_day, f"{NOON:%-d %b}"), (by_hour, f"{NOON:%-d %b} {NOON:%H}:00")):
        (bar,) = chart.css("svg rect")
        assert bar.text().strip() == f"{told}: 1 story"
        assert told in chart.css("table tbody")[0].text()


def test_a_source_that_was_never_polled_has_a_page_too(page: Served) -> None:
    answer = page.get("/sources/new-one")
    assert answer.status == 200
    assert "never" in answer.text


def test_a_feed_that_there_is_not_is_not_found(page: Served) -> None:
    answer = page.get("/sources/none")
    assert answer.status == 404
    assert "feeds.toml has no feed none" in answer.text


def test_feeds_of_one_name_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    names = {"asia": "Mekong Courier", "europe": "Mekong Courier", "gulf": "Gulf Wire"}
    feeds = (
        f'[[feed]]\nid = "{feed}"\nsource = "{name}"\nurl = "https://{feed}.example/rss"\n'
        for feed, name in names.items()
    )
    configured(tmp_path)
    (tmp_path / "feeds.toml").write_text("".join(feeds))
    fill(tmp_path / "data", [])
    with served(tmp_path) as running:
        found = rows(running.get("/sources").text)
    assert found == [
        "Gulf Wire not read yet",
        "Mekong Courier asia not read yet",
        "Mekong Courier europe not read yet",
    ]
