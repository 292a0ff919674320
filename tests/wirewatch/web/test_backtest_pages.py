"""Back-tests over HTTP: what a draft would have brought, what is refused, what is left behind."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from subprocess import run

import msgspec
import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.requests import Request

from streams.model.watch import Watch
from tests.support.waiting import until
from tests.support.web_site import STORIES, WATCHES, Answer, Served, Visitor, fill, gathered, served
from tests.wirewatch.web.conftest import Filled
from wirewatch.archive.layout import FILE
from wirewatch.history.backtest import BacktestPlan, BacktestResult
from wirewatch.web import backtests
from wirewatch.web.views import backtests as view

WIDER = """[[watch]]
id = "us-cambodia-defense"
title = "US and Cambodia, all"
pairs = ["KH-US"]
countries = ["KH"]
"""
NARROWER = """[[watch]]
id = "cambodia"
title = "Rain in Cambodia"
countries = ["KH"]
words = ["rain"]
"""
NEW = NARROWER.replace('"cambodia"', '"rain"')
ENDLESS = (
    "import os, pathlib, sys, time; sys.stdin.readline();"
    " pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); sys.stdin.read()"
)
"""A back-test that goes on until its parent ends."""


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Served]:
    fill(tmp_path / "data")
    with served(tmp_path) as found:
        yield found


def sent(page: Served, draft: str, days: str = "7", **more: str) -> Answer:
    return Visitor(page, "/backtests").send("/backtests", {"draft": draft, "days": days, **more})


def ended(page: Served, answer: Answer) -> str:
    """Return the page of a back-test that has ended."""
    assert answer.status == 303, answer.text
    place = answer.headers["location"]
    until(lambda: "Try again" in page.get(place).text)
    return page.get(place).text


def words(html: str) -> str:
    return " ".join(LexborHTMLParser(html).css("main")[0].text(separator=" ").split())


def figures(html: str) -> dict[str, str]:
    (found,) = LexborHTMLParser(html).css("dl.figures")
    names, values = found.css("dt"), found.css("dd")
    return {n.text(): v.text() for n, v in zip(names, values, strict=True)}


def test_the_form_holds_the_watch_in_force_and_that_changes_nothing(page: Served) -> None:
    form = LexborHTMLParser(page.get("/backtests?watch=us-cambodia-defense").text)
    draft = form.css("textarea")[0].text().lstrip("\n")
    assert 'topics = ["defense"]' in draft
    html = ended(page, sent(page, draft))
    assert figures(html) == {
        "Stories": str(len(STORIES)),
        "Alerts of the draft": "3",
        "Of the watch in force": "3",
        "Gained": "0",
        "Lost": "0",
        "Changed": "0",
    }
    assert "The draft raises the same alerts as the watch in force." in html


def test_what_a_narrower_draft_loses_leads_to_the_alerts_that_were_raised(filled: Filled) -> None:
    html = ended(filled.page, sent(filled.page, NARROWER))
    counts = figures(html)
    assert counts["Alerts of the draft"] == "1"
    lost = [a.attributes["href"] for a in LexborHTMLParser(html).css("#lost ~ .differences h3 a")]
    raised = [f"/alerts/{alert}" for alert in filled.opened("cambodia")]
    assert counts["Lost"] == str(len(lost))
    assert lost
    assert set(lost) < set(raised)
    assert 'words: found none of them, wants "rain"' in words(html)


def test_what_a_new_watch_gains_leads_to_its_stories(page: Served) -> None:
    html = ended(page, sent(page, NEW))
    (gained,) = LexborHTMLParser(html).css("#gained ~ .differences h3 a")
    assert gained.text() == "Rain closes Phnom Penh night market"
    story = gained.attributes["href"] or ""
    assert "Rain closes" in page.get(story).text
    assert "No watch in force has the id rain" in words(html)


def test_what_a_feed_held_at_first_counts_only_if_asked_for(tmp_path: Path) -> None:
    old = (msgspec.structs.replace(one, backfill=True) for one in STORIES)
    fill(tmp_path / "data", gathered(old))
    with served(tmp_path) as page:
        without = words(ended(page, sent(page, NEW)))
        assert "tick “old stories too”" in without
        found = ended(page, sent(page, NEW, old="yes"))
        assert figures(found)["Gained"] == "1"
        assert "checked" in found.partition('name="old"')[2][:40]


def test_a_draft_never_reaches_the_files_of_the_user(page: Served, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in tmp_path.glob("*.toml")}
    ended(page, sent(page, NEW))
    assert {path: path.read_bytes() for path in tmp_path.glob("*.toml")} == before


REFUSED = {
    "a misspelt topic": (NEW + 'topics = ["defence"]\n', 'topics: "defence"'),
    "no watch at all": ("", "no watch: write one"),
    "two watches": (NEW + NARROWER, "2 watches: try them one at a time"),
    "broken TOML": ("[[watch]\nid =", "draft:1: "),
    "a key that isn't known": (NEW + "wordz = []\n", "wordz"),
    "binary": ("\x00\x01\x7f\ud800\ufeff" * 50, "draft:1: "),
    "thousands of brackets": (NEW + "words = " + "[" * 7_000, "draft:"),
    "more than any watch needs": (NEW + "a = [\n" * 2_000, "a draft has at most 8,000"),
    "another file's tables": ('[[feed]]\nid = "a"\n', "draft:"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_draft_with_faults_is_refused_in_the_words_of_check(filled: Filled, kind: str) -> None:
    draft, reason = REFUSED[kind]
    answer = sent(filled.page, draft.encode("utf-8", "replace").decode())
    assert answer.status == 400
    (faults,) = LexborHTMLParser(answer.text).css("#faults")
    assert reason in faults.text()
    assert "</textarea>" in answer.text


def test_what_is_larger_than_any_watch_is_refused(filled: Filled) -> None:
    answer = sent(filled.page, NEW + "#" * 70_000)
    assert answer.status == 413
    assert "Too large" in answer.text


def test_a_back_test_that_another_site_sends_is_refused(filled: Filled) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = filled.page.ask("POST", "/backtests", kind, b"form=x&draft=y")
    assert answer.status == 403


def test_one_that_is_not_known_is_not_found(filled: Filled) -> None:
    assert filled.page.get("/backtests/none").status == 404
    assert filled.page.get("/backtests/none/live").status == 404
    assert filled.page.get("/backtests?watch=none").status == 404


def test_without_stories_that_is_said(tmp_path: Path) -> None:
    fill(tmp_path / "data", [])
    with served(tmp_path) as page:
        assert "The archive has no story of this time." in ended(page, sent(page, NEW))


def test_only_the_days_that_were_chosen_are_read(tmp_path: Path) -> None:
    fill(tmp_path / "data", gathered())
    later = STORIES[0].first_seen.replace(day=STORIES[0].first_seen.day + 2)
    with served(tmp_path, now=later) as page:
        assert figures(ended(page, sent(page, NEW, "1")))["Stories"] == "0"
        assert figures(ended(page, sent(page, NEW, "3")))["Stories"] == str(len(STORIES))


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Put a process that never ends in place of a back-test; its id is in this file."""
    file = tmp_path / "pid"
    monkeypatch.setattr(backtests, "COMMAND", (sys.executable, "-c", ENDLESS, str(file)))
    return file


def alive(file: Path) -> bool:
    try:
        os.kill(int(file.read_text()), 0)
    except ProcessLookupError:
        return False
    return True


def begun(page: Served, file: Path) -> str:
    """Begin one that never ends; return its path."""
    place = sent(page, NEW).headers["location"]
    until(lambda: file.exists() and bool(file.read_text()))
    assert alive(file)
    return place


def test_there_is_one_at_a_time_and_it_can_be_stopped(page: Served, endless: Path) -> None:
    place = begun(page, endless)
    assert "Under way" in page.get(place).text
    second = sent(page, NARROWER)
    assert second.status == 409
    assert place in second.text
    assert "Rain in Cambodia" in second.text
    Visitor(page, place).send(f"{place}/stop", {})
    assert not alive(endless)
    assert "it was stopped" in page.get(place).text


def test_one_that_ends_while_its_page_is_made_is_shown_as_under_way(
    page: Served, endless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = begun(page, endless)
    result = BacktestResult(stories=0, alerts=0, current_alerts=0, counts={}, differences=())
    named = view._named

    def ending(request: Request) -> backtests.WebBacktest:
        one = named(request)

        def words_of(_: Watch) -> tuple[str, ...]:
            one.finish(result)
            return ()

        monkeypatch.setattr(view, "watch_words", words_of)
        return one

    monkeypatch.setattr(view, "_named", ending)
    answer = page.get(place)
    assert (answer.status, "Under way" in answer.text) == (200, True)


def test_one_that_takes_too_long_is_ended(
    endless: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtests.Backtests.__init__, "__defaults__", (1.0,))
    fill(tmp_path / "data")
    with served(tmp_path) as page:
        place = sent(page, NEW).headers["location"]
        until(lambda: "it took longer than" in page.get(place).text)
        assert not alive(endless)


def test_none_outlives_the_server(endless: Path, tmp_path: Path) -> None:
    fill(tmp_path / "data")
    with served(tmp_path) as page:
        begun(page, endless)
    assert not alive(endless)


def test_a_process_that_dies_is_told(page: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backtests, "COMMAND", (sys.executable, "-c", "raise SystemExit(1)"))
    assert "its process ended before it was done" in ended(page, sent(page, NEW))


def test_who_begins_too_many_has_to_wait(page: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backtests, "COMMAND", (sys.executable, "-c", "raise SystemExit(1)"))
    for _ in range(6):
        ended(page, sent(page, NEW))
    answer = sent(page, NEW)
    assert answer.status == 429
    assert "wait for" in answer.text


def test_a_process_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    fill(tmp_path / "data")
    since = STORIES[0].first_seen
    plan = BacktestPlan(
        data=str(tmp_path / "data"), draft=WATCHES[1], current=None, since=since, until=since
    )
    line = msgspec.json.encode(plan) + b"\n"
    with closing(sqlite3.connect(tmp_path / "data" / FILE)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")  # it waits for this, and would complain after a while
        done = run(backtests.COMMAND, input=line, capture_output=True, timeout=240, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
