"""Telling of a story that no feed brought: the same as `wirewatch judge TEXT missed`."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest
from selectolax.lexbor import LexborHTMLParser

from streams.model.verdict import Said
from tests.support.commands import ended
from tests.support.samples import NOON
from tests.support.web_site import Visitor, fill, served
from tests.wirewatch.web.test_alert_actions import Kept
from wirewatch.history.story_account import Traces
from wirewatch.history.verdict_target import PersonsVerdict, verdict_on_text
from wirewatch.input.story_input import plain_text
from wirewatch.web import explained_text

TEXT = "Rain closes Phnom Penh night market\nCambodia had its wettest day.\n\nStalls stayed shut."
TOLD = {"text": TEXT, "name": "Sok", "watch": "us-cambodia-defense", "note": "told by phone"}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path)
    fill(tmp_path / "data", [])
    with served(tmp_path, keep=made.keep) as page:
        made.page = page
        yield made


def cells(html: str) -> list[list[str]]:
    rows = LexborHTMLParser(html).css("details tbody tr")
    return [[cell.text(strip=True) for cell in row.css("th, td")] for row in rows]


def test_a_text_is_kept_and_explained_as_the_command_does(kept: Kept) -> None:
    sent = {**TOLD, "text": TEXT.replace("\n", "\r\n")}  # as browsers send it
    answer = Visitor(kept.page, "/missed").send("/missed", sent)
    assert answer.status == 200
    (verdict,) = kept.verdicts
    word = PersonsVerdict(
        said=Said.MISSED, by="Sok", at=NOON, watch=TOLD["watch"], note=TOLD["note"]
    )
    traces = Traces(story=plain_text(TEXT))
    expected = verdict_on_text(traces, TEXT, word, ["us-cambodia-defense", "cambodia"])
    assert msgspec.structs.replace(verdict, at=NOON) == expected
    assert verdict.note == f"told by phone: {' '.join(TEXT.split())}"

    words = ["explain", "--json", "--config", str(kept.folder), "--watch", TOLD["watch"], TEXT]
    told = msgspec.json.decode(ended(*words).stdout, type=explained_text.ExplainedText)
    (explanation,) = told.watches
    shown = cells(answer.text)
    assert [row[2] for row in shown] == [check.found for check in explanation.checks]
    assert not explanation.fits
    assert "it does not fit" in answer.text
    assert "/backtests?watch=us-cambodia-defense" in answer.text


def test_what_fits_lacks_a_source(kept: Kept) -> None:
    answer = Visitor(kept.page, "/missed").send("/missed", {**TOLD, "watch": "cambodia"})
    assert ": it fits" in answer.text
    assert "it lacks a source that brings it" in answer.text
    assert [one.watch for one in kept.verdicts] == ["cambodia"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": " \n "}, "write the text that was missed"),
        ({"text": "https://a.example/1 "}, "not its text"),
        ({"text": "0123456789abcdef"}, "not its text"),
        ({"watch": "none"}, "there is no such watch"),
        ({"watch": ""}, "there is no such watch"),
        ({"name": " "}, "write your name"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(
    kept: Kept, fields: dict[str, str], told: str
) -> None:
    answer = Visitor(kept.page, "/missed").send("/missed", {**TOLD, **fields})
    assert answer.status == 400
    assert told in answer.text
    assert not kept.verdicts


def test_what_can_not_be_explained_is_kept_all_the_same(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explained_text, "LIMIT_SECONDS", 0.2)
    answer = Visitor(kept.page, "/missed").send("/missed", TOLD)
    assert answer.status == 200
    assert "Thank you: kept as missed." in answer.text
    assert "took longer than" in answer.text
    assert len(kept.verdicts) == 1
    left = [one.cmdline() for one in psutil.Process().children(recursive=True)]
    assert not [command for command in left if "explain" in command], "its process is gone"


def test_the_watch_that_missed_it_is_chosen_already(kept: Kept) -> None:
    html = LexborHTMLParser(kept.page.get("/missed?watch=cambodia").text)
    chosen = [one.attributes["value"] for one in html.css("select[name=watch] option[selected]")]
    assert chosen == ["cambodia"]
