"""What the pages of stories say, over HTTP."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser

from streams.model.verdict import Said, Verdict
from tests.support.web_site import STORIES, Served, Visitor, fill, served
from tests.wirewatch.web.conftest import Filled


def heads(html: str) -> list[str]:
    return [one.text(strip=True) for one in LexborHTMLParser(html).css(".results .alert h2")]


def said(html: str) -> str:
    (main,) = LexborHTMLParser(html).css("main")
    return " ".join(main.text(separator=" ").split())


def story_path(page: Served, words: str) -> str:
    (found,) = LexborHTMLParser(page.get(f"/stories?words={words}").text).css(".results h2 a")
    return str(found.attributes["href"])


def test_stories_are_listed_newest_first(filled: Filled) -> None:
    answer = filled.page.get("/stories")
    assert answer.status == 200
    assert heads(answer.text) == [story.headline for story in reversed(STORIES)]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("words=exercise+Sihanoukville", 2),
        ("words=exercis*&topic=defense", 2),
        ("words=សមយុទ្ធ", 1),  # drill
        ("words=مناورات", 1),  # the same
        ("pair=us-kh&relation=between", 5),
        ("language=km", 1),
        ("outlet=Gulf+Wire", 1),
        ("country=kh&topic=defense&role=main", 5),
        ("watch=us-cambodia-defense", 5),
        ("since=2026-01-01&until=2026-01-02", 0),
        ("words=zebra", 0),
        ("until=0001-01-01", 0),
        ("since=9999-12-31", 0),
    ],
)
def test_a_search_stands_in_the_address(filled: Filled, asked: str, number: int) -> None:
    answer = filled.page.get(f"/stories?{quote(asked, safe='=&+*')}")
    assert answer.status == 200
    assert len(heads(answer.text)) == number


def test_facets_count_what_was_found_and_lead_to_just_that(filled: Filled) -> None:
    tree = LexborHTMLParser(filled.page.get("/stories?country=KH").text)
    for facet in tree.css(".facets li:has(a)"):
        (link,), (count,) = facet.css("a"), facet.css(".count")
        found = filled.page.get(str(link.attributes["href"]))
        assert len(heads(found.text)) == int(count.text()), link.text()


@pytest.mark.parametrize(
    "asked",
    [
        "pair=KHUS",
        "relation=friends",
        "role=boss",
        "country=Cambodia!",
        "since=yesterday",
        "until=2026-13-01",
        "words=%22%22",
        *("cursor=zz", "cursor=abc", "bogus=1"),
        "topic=%00",
    ],
)
def test_a_search_that_can_not_be_is_refused_with_the_reason(filled: Filled, asked: str) -> None:
    answer = filled.page.get(f"/stories?{asked}")
    assert answer.status == 400
    assert "This can't be searched for" in said(answer.text)


def test_a_story_has_a_page_with_its_words_marked_and_its_alerts(filled: Filled) -> None:
    answer = filled.page.get(story_path(filled.page, "%22140+sailors+take+part,+and%22"))
    assert answer.status == 200
    tree = LexborHTMLParser(answer.text)
    marked = {one.text() for one in tree.css("mark.country")}
    assert {"United States", "Cambodian", "Sihanoukville", "Phnom Penh"} <= marked
    assert "joint exercise" in {one.text() for one in tree.css("mark.topic")}
    links = [one.attributes["href"] for one in tree.css("section[aria-labelledby=alerts] a")]
    assert f"/alerts/{filled.opened('us-cambodia-defense')[0]}" in links


def test_a_story_tells_of_every_watch_why_it_fits_or_not(filled: Filled) -> None:
    told = said(filled.page.get(story_path(filled.page, "stalls")).text)
    assert "Cambodia, all : it fits" in told
    assert "US–Cambodia defense : it does not fit" in told
    assert re.search(r"pairs no .* KH-US", told)


def test_what_is_no_story_is_not_found(filled: Filled) -> None:
    for name in ("0" * 32, "none", "%00", "0" * 400):
        answer = filled.page.get(f"/stories/{name}")
        assert answer.status == 404, name


def test_the_beginning_of_an_id_leads_to_its_story(filled: Filled) -> None:
    path = story_path(filled.page, "stalls")
    name = path.removeprefix("/stories/")
    assert filled.page.get(f"/stories/{name[:10]}").text.count(name) > 1
    assert filled.page.get(f"/stories/{name[:5]}").status == 404


def test_a_watch_that_missed_a_story_is_told_so(tmp_path: Path) -> None:
    kept: list[Verdict] = []

    async def keep(verdict: Verdict) -> None:
        kept.append(verdict)

    fill(tmp_path / "data")
    with served(tmp_path, keep=keep) as page:
        path = story_path(page, "stalls")
        (form,) = LexborHTMLParser(page.get(path).text).css("form[action$='/missed']")
        options = [one.attributes["value"] for one in form.css("option")]
        assert options == ["us-cambodia-defense"]
        visitor = Visitor(page, path)
        fields = {"watch": "us-cambodia-defense", "name": "Dara", "note": "it is one"}
        assert visitor.send(f"{path}/missed", {**fields, "watch": "none"}).status == 400
        assert visitor.send(f"{path}/missed", {**fields, "name": ""}).status == 400
        assert visitor.send(f"{path}/missed", fields).status == 303
        (verdict,) = kept
        fill(tmp_path / "data", kept)
        shown = said(page.get(path).text)
        assert "missed US–Cambodia defense , says Dara : it is one" in shown
        assert f"{verdict.at:%Y-%m-%d} {verdict.at:%H:%M}" in shown
    assert (verdict.said, verdict.watch, verdict.by) == (Said.MISSED, "us-cambodia-defense", "Dara")
    assert path.endswith(verdict.story)
