"""Held against labels: what counts as right, wrong and missed."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.commands import ended_here
from wirewatch.evaluation.counts import Counts, compare, wilson
from wirewatch.evaluation.gold import GoldError, read

ROWS: list[dict[str, object]] = [
    {
        "id": "a",
        "headline": "US and Cambodia resume joint military exercises",
        "countries": ["US", "KH"],
        "topics": ["defense"],
        "dyads": [["US", "KH"]],
        "alert_us_kh_defense": "yes",
    },
    {"id": "b", "headline": "Rain in Lima", "body": "Peru.", "countries": ["BR"], "alert": "no"},
]


def frozen(*labels: str) -> frozenset[str]:
    return frozenset(labels)


def test_labels_are_right_wrong_or_missed() -> None:
    counts = compare(frozen("US", "KH", "CN"), frozen("US", "TH"), frozen("CN"))
    assert counts == Counts(right=1, wrong=1, missed=1)
    assert (counts.precision, counts.recall, counts.f1) == (0.5, 0.5, 0.5)


def test_nothing_found_where_nothing_is_there_is_perfect() -> None:
    assert (Counts().precision, Counts().recall, Counts().f1) == (1.0, 1.0, 1.0)


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_its_share(hits: int, misses: int) -> None:
    low, high = wilson(hits, hits + misses)
    share = hits / (hits + misses) if hits + misses else 0.5
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1


def test_an_interval_is_wilsons() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def test_a_masked_headline_is_not_read() -> None:
    (gold,) = read([b'{"headline": "Peru", "body": "Rain.", "headline_masked": true}'])
    assert (gold.story.headline, gold.story.body) == ("", "Rain.")


@pytest.mark.parametrize("line", [b"{broken", b"[1]", b'{"dyads": [["US"], 3]}'])
def test_a_line_that_is_none_is_named(line: bytes) -> None:
    with pytest.raises(GoldError, match="line 2"):
        list(read([b'{"headline": "a"}', line]))


def test_whatever_topics_a_file_labels_are_right_or_wrong(tmp_path: Path) -> None:
    rows = [
        {"headline": "US and Cambodia sign trade deal", "topics": ["trade"]},
        {"headline": "Earthquake kills 200 in Peru", "topics": ["disaster"]},
        {"headline": "Earthquake kills 40 in Chile", "topics": []},
        {"headline": "US and Cambodia resume joint military exercises", "topics": []},
    ]
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    shown = ended_here("eval", "--json", str(file))
    found = json.loads(shown.stdout)["measures"]["topics"]["micro"]
    # Of defense nobody said anything; of disaster somebody did.
    assert (found["right"], found["wrong"], found["missed"]) == (2, 1, 0)


def test_a_label_that_no_topic_has_is_named(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps({"headline": "Drills in Peru", "topics": ["defence"]}))
    told = ended_here("eval", str(file)).stderr.decode()
    assert 'no topic is called defence, so it is always missed; did you mean "defense"?' in told


def test_the_command_gives_each_file_its_own_account(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(map(json.dumps, ROWS)))
    shown = ended_here("eval", "--json", "--errors", "5", str(file), str(file))
    one, other = (json.loads(line) for line in shown.stdout.splitlines())
    assert shown.returncode == 0
    assert one == other
    measures = one["measures"]
    assert measures["main countries"]["micro"]["right"] == 2
    assert measures["main countries"]["labels"]["BR"]["missed"] == 1
    assert measures["main countries"]["labels"]["PE"]["wrong"] == 1
    assert measures["alerts"]["exact"] == 2
    assert measures["pairs between"]["micro"]["right"] == 1
    assert [error["id"] for error in one["errors"]] == ["b", "b"]
    assert "main countries" in ended_here("eval", str(file), "--errors", "3").stdout.decode()


def test_a_file_that_is_not_there_is_named() -> None:
    shown = ended_here("eval", "/nowhere/gold.jsonl")
    assert shown.returncode == 2
    assert b"/nowhere/gold.jsonl" in shown.stderr
