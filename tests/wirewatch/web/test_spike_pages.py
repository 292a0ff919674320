"""A day's spike on the page, and as the commands tell it."""

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from tests.support.archived import archive
from tests.support.commands import ended
from tests.support.samples import NOON
from tests.support.spiking import burst, sample_spike, weeks
from tests.support.web_site import served


def test_a_spike_is_shown_with_what_it_rests_on(tmp_path: Path) -> None:
    event = sample_spike()
    assert event.spike is not None
    archive(tmp_path / "data", [*weeks(NOON), *burst(NOON), event])
    with served(tmp_path, now=NOON) as page:
        lists, one = page.get("/alerts"), page.get(f"/alerts/{event.alert}")
    assert (lists.status, one.status) == (200, 200)
    (row,) = LexborHTMLParser(lists.text).css("li.alert")
    assert row.text().count(event.reason) == 1
    assert "17 stories" in row.text()
    assert [chip.text() for chip in row.css(".chip")] == ["spike"]
    assert "over" not in str(row.attributes["class"]).split()
    shown = LexborHTMLParser(one.text)
    heading = shown.css_first("h1")
    assert heading is not None
    assert heading.text() == event.reason
    links = {str(link.attributes["href"]) for link in shown.css("a")}
    assert "/pairs/KH-US" in links
    assert {f"/stories/{told.story}" for told in event.spike.telling} <= links
    assert not shown.css("#members")


def test_the_commands_show_a_spike(tmp_path: Path) -> None:
    event = sample_spike()
    assert event.spike is not None
    archive(tmp_path, [*burst(NOON), event])
    listed = ended("alerts", "list", "--data", str(tmp_path)).stdout.decode()
    assert event.reason in listed
    assert "17 stories of" in listed
    shown = ended("alerts", "show", event.alert[:10], "--data", str(tmp_path)).stdout.decode()
    for told in event.spike.telling:
        assert told.headline in shown
        assert str(told.url) in shown
