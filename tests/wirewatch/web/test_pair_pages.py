"""What the pages of pairs say, over HTTP: the matrix, and a pair over time."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from streams.model.tags import Relation, TaggedStory
from tests.support.archived import archive
from tests.support.samples import NOON, sample_story, sample_tagged, sample_tags
from tests.support.web_site import Served, served
from tests.wirewatch.web.conftest import Filled
from wirewatch.archive import retention
from wirewatch.archive.count_rows import PairCount
from wirewatch.web.pair_matrix import change, matrix, pair_lines

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = NOON + 6 * HOUR
PAST_DAYS = 35
BURST = 12


def about(number: int, days_ago: int, pair: str, relation: Relation) -> TaggedStory:
    """A story of a day at noon that has a pair."""
    name = f"{pair} {relation} {days_ago} {number}"
    story = msgspec.structs.replace(sample_story(name), first_seen=NOON - days_ago * DAY)
    tags = sample_tags(sample_story(name))
    first, second = pair.split("-")
    (one,) = tags.pairs
    told = msgspec.structs.replace(one, a=first, b=second, relation=relation)
    return msgspec.structs.replace(
        sample_tagged(), story=story, tags=msgspec.structs.replace(tags, pairs=(told,))
    )


def weeks() -> Iterator[TaggedStory]:
    """Weeks of one story a day on KH-US, and a burst yesterday; TH-US only met in a text."""
    for day in range(PAST_DAYS):
        yield about(0, day, "KH-US", Relation.BETWEEN)
    for number in range(1, BURST):
        yield about(number, 1, "KH-US", Relation.BETWEEN)
    for number in range(3):
        yield about(number, 2, "TH-US", Relation.CO_MENTION)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("pairs")
    archive(folder / "data", weeks())
    with served(folder, now=NOW) as running:
        yield running


def tree(page: Served, path: str) -> LexborHTMLParser:
    answer = page.get(path)
    assert answer.status == 200, answer.text
    return LexborHTMLParser(answer.text)


def text(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())


def cells(found: LexborHTMLParser) -> dict[str, LexborNode]:
    """The cells of the matrix by the pair that each leads to."""
    links = found.css("table.matrix tbody td a")
    return {str(one.attributes["href"]).rpartition("/")[2]: one for one in links}


def test_the_matrix_has_each_pair_from_both_sides_and_leads_to_it(page: Served) -> None:
    found = tree(page, "/pairs?relation=any")
    heads = [text(one) for one in found.css("table.matrix thead th")]
    assert heads == ["US", "KH", "TH"]
    links = [str(one.attributes["href"]) for one in found.css("table.matrix tbody td a")]
    assert sorted(links) == ["/pairs/KH-US"] * 2 + ["/pairs/TH-US"] * 2
    for link in set(links):
        assert page.get(link).status == 200


def test_the_matrix_counts_what_its_stories_are(page: Served) -> None:
    assert list(cells(tree(page, "/pairs"))) == ["KH-US"], "only those between the two"
    week = 7 + BURST - 1
    assert text(cells(tree(page, "/pairs?relation=any"))["KH-US"]).startswith(f"{week} ")
    assert text(cells(tree(page, "/pairs?period=24h&relation=any"))["KH-US"]).startswith("1")
    month = 30 + BURST - 1
    assert text(cells(tree(page, "/pairs?period=30d"))["KH-US"]).startswith(f"{month} ")


def test_a_change_is_told_in_a_number_and_not_by_colour_alone(page: Served) -> None:
    cell = cells(tree(page, "/pairs?colour=change"))["KH-US"]
    assert "\N{MULTIPLICATION SIGN}" in text(cell)
    assert cell.parent is not None
    assert cell.parent.attributes["class"] == "more"
    (row,) = tree(page, "/pairs").css("table.stack tbody tr")
    assert "Cambodia – United States" in text(row)


def test_a_spike_is_marked_in_the_matrix_and_in_the_timeline(page: Served) -> None:
    assert "spike" in text(cells(tree(page, "/pairs"))["KH-US"])
    assert "spike" not in text(cells(tree(page, "/pairs?period=24h"))["KH-US"])
    charts = tree(page, "/pairs/KH-US").css("section.timeline")
    (marked,) = charts[1].css("rect.marked")
    yesterday = f"{NOW - DAY:%-d %b}"
    assert text(marked).startswith(f"{yesterday}: {BURST} stories, spike: 1.")
    rows = [text(one) for one in charts[1].css("tbody tr")]
    assert [row for row in rows if "spike" in row] == [
        f"{yesterday} {BURST} spike: 1.0 expected",
    ]


@pytest.mark.parametrize("period", ["48h", "30d", "90d"])
def test_each_bar_leads_to_just_the_stories_it_counts(page: Served, period: str) -> None:
    found = tree(page, f"/pairs/KH-US?period={period}")
    charts = found.css("section.timeline")
    assert len(charts) > 2, "all, between, and a topic"
    for chart in charts:
        for row in chart.css("tbody tr")[:2]:
            (link,), (count,) = row.css("a"), row.css("td.number")
            stories = tree(page, str(link.attributes["href"])).css(".results .alert")
            assert len(stories) == int(count.text())


def test_a_story_is_told_by_when_it_was_seen_and_published(page: Served) -> None:
    rows = tree(page, "/pairs/KH-US").css("section[aria-labelledby=newest] li")
    assert all(text(row).startswith("seen ") and ", published " in text(row) for row in rows)
    assert text(rows[0]).startswith(f"seen {NOON:%H:%M}"), "the newest first"


@pytest.mark.parametrize(
    ("days", "told"),
    [(15, True), (16, False)],
    ids=["thirteen whole days of past", "fourteen"],
)
def test_without_two_weeks_of_past_it_says_from_when_on_spikes_are_called(
    days: int, told: bool, tmp_path: Path
) -> None:
    archive(tmp_path / "data", [about(0, day, "KH-US", Relation.BETWEEN) for day in range(days)])
    said = f"Too early to call spikes until {NOW + DAY:%a %-d %b %Y}"
    with served(tmp_path, now=NOW) as young:
        for path in ("/pairs", "/pairs/KH-US", "/pairs/KH-US?period=90d"):
            assert (said in young.get(path).text) is told
        assert "Too early" not in young.get("/pairs/KH-US?period=48h").text


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("keep_days = 1", "Set it to 16 or more"),
        ("keep_days = 15", "Set it to 16 or more"),
        ("keep_days = 16", "Too early to call spikes until"),
        ("keep_gb = 0.01", "Too early to call spikes until"),
    ],
)
def test_where_too_little_is_ever_kept_it_names_no_day_but_what_to_set(
    setting: str, told: str, tmp_path: Path
) -> None:
    archive(tmp_path / "data", [about(0, day, "KH-US", Relation.BETWEEN) for day in range(3)])
    said = ("Set it to 16 or more", "has no room for so many", "Too early to call spikes until")
    with served(tmp_path, now=NOW, archive=setting) as short:
        for path in ("/pairs", "/pairs/KH-US"):
            shown = short.get(path).text
            assert [one for one in said if one in shown] == [told]


def test_where_the_room_is_full_with_too_little_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(tmp_path / "data", [about(0, day, "KH-US", Relation.BETWEEN) for day in range(3)])
    monkeypatch.setattr(retention, "GB", 10**7)  # so that a small file fills it
    with served(tmp_path, now=NOW, archive="keep_gb = 0.01") as full:
        for path in ("/pairs", "/pairs/KH-US"):
            assert "keep_gb = 0.01 under [archive] in wirewatch.toml has no room" in (
                full.get(path).text
            )


def test_a_pair_is_found_however_it_is_written(page: Served) -> None:
    assert text(tree(page, "/pairs/us-kh").css("h1")[0]) == "Cambodia – United States"


def test_a_pair_without_a_story_says_so(page: Served) -> None:
    answer = page.get("/pairs/FR-DE")
    assert answer.status == 200
    assert "No story has these two countries" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/pairs/KH",
        "/pairs/KH-KH",
        "/pairs/%00-%00",
        "/pairs/KH-US?period=1y",
        "/pairs?period=x",
        "/pairs?colour=red",
        "/pairs?relation=friends",
        "/pairs?relations=any",
        "/pairs/KH-US?since=7d",
    ],
)
def test_what_can_not_be_counted_is_refused_with_the_reason(page: Served, path: str) -> None:
    answer = page.get(path)
    assert answer.status == 400
    assert text(LexborHTMLParser(answer.text).css("h1")[0]) == "This can't be searched for"


def test_an_archive_without_a_pair_says_so(tmp_path: Path) -> None:
    archive(tmp_path / "data", ())
    with served(tmp_path) as empty:
        for path in ("/pairs", "/pairs?relation=any&period=24h&colour=change"):
            assert "No story in this time has two countries" in empty.get(path).text


def test_an_alert_leads_to_its_pair(filled: Filled) -> None:
    (alert, *_) = filled.opened("us-cambodia-defense")
    links = tree(filled.page, f"/alerts/{alert}").css("header a.pair")
    assert [one.attributes["href"] for one in links] == ["/pairs/KH-US"]
    assert filled.page.get("/pairs/KH-US").status == 200


@pytest.mark.parametrize(
    ("stories", "usual", "told"),
    [
        (10, None, 0),
        (10, 10.0, 0),
        (2, 1.0, 1),
        (1, 0.0, 1),
        (5, 0.0, 2),
        (40, 10.0, 2),
        (0, 1.0, -1),
        (6, 10.0, -1),
        (1, 10.0, -2),
    ],
)
def test_a_change_is_judged_against_what_is_usual(
    stories: int, usual: float | None, told: int
) -> None:
    assert change(stories, usual) == told


def test_the_matrix_has_the_countries_with_most_stories_and_no_more() -> None:
    counts = [
        PairCount(pair="KH-US", stories=9, usual=None),
        PairCount(pair="CN-US", stories=4, usual=None),
        PairCount(pair="FR-TH", stories=1, usual=None),
    ]
    rows = matrix(pair_lines(counts, {}, 1.0), most=3)
    assert [row.code for row in rows] == ["US", "KH", "CN"]
    assert [[cell and cell.pair for cell in row.cells] for row in rows] == [
        [None, "KH-US", "CN-US"],
        ["KH-US", None, None],
        ["CN-US", None, None],
    ]


def test_of_a_time_that_is_not_over_as_much_is_expected_as_has_passed() -> None:
    counts = [PairCount(pair="KH-US", stories=5, usual=10.0)]
    line = pair_lines(counts, {}, 0.5)["KH-US"]
    assert (line.usual, line.times, line.change) == (5.0, 1.0, 0)
