"""`wirewatch explain`: from a text, from lines, and what can't be explained."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import ended, ended_here
from tests.support.samples import NOON
from tests.wirewatch.history.test_story_account import FIRST
from wirewatch.runtime.presence import RUN, KeptFile, ServiceFile, file_of


def explained(words: Iterable[str], folder: Path, stdin: bytes = b"") -> list[Mapping[str, Any]]:
    shown = ended_here("explain", "--json", *words, cwd=folder, stdin=stdin)
    assert shown.returncode == 0, shown.stderr
    return [json.loads(line) for line in shown.stdout.splitlines()]


def test_stories_from_lines_join_the_alerts_of_those_before(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "headline": FIRST.headline, "body": FIRST.body, "published": "2026-06-01"},
        {"id": "b", "headline": "Rain in Lima", "published": "2026-06-01"},
        {"id": "c", "headline": FIRST.headline, "body": FIRST.body, "published": "2026-06-01"},
    ]
    lines = "\n".join(map(json.dumps, rows)).encode()
    first, rain, copy = explained(["-"], tmp_path, lines)
    assert [one["story"] for one in (first, rain, copy)] == [1, "b", "c"]
    assert '"first"' in json.dumps(first)
    assert '"copy"' in json.dumps(copy)
    assert rain["alerts"] == []
    ids = [life["alert"] for one in (first, copy) for life in one["alerts"]]
    assert ids == ["#1", "#1"]
    assert [one["hypothesis"] for one in (first, rain, copy)] == [True, True, True]


def test_a_text_is_told_as_a_hypothesis_without_the_id_of_an_alert(tmp_path: Path) -> None:
    text = f"{FIRST.headline}. {FIRST.body}"
    shown = ended_here("explain", text, cwd=tmp_path).stdout.decode()
    assert "with no alert open: nothing of this is on Kafka" in " ".join(shown.split())
    assert "alert #1 of us-cambodia-defense: opened by it" in " ".join(shown.split())


def test_a_text_is_shown_to_people_with_its_nearest_miss(tmp_path: Path) -> None:
    shown = ended_here("explain", "China and Cambodia open a naval base", cwd=tmp_path)
    text = " ".join(shown.stdout.decode().split())
    assert shown.returncode == 0
    for words in (
        "fits no watch of 1",
        "us-cambodia-defense doesn't fit",
        "pairs only CN-KH between",
        "wants KH-US between, not historical >= 0.50",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--watch", "us-cambodia", "text"], 'did you mean "us-cambodia-defense"?'),
        (["abcdef12"], "no Kafka to look into: none runs in"),
    ],
)
def test_what_cannot_be_explained_is_named(words: list[str], said: str, tmp_path: Path) -> None:
    shown = ended_here("explain", *words, cwd=tmp_path)
    assert shown.returncode > 0
    assert said in " ".join(shown.stderr.decode().replace("│", " ").split())


def test_while_a_run_starts_its_kafka_again_nobody_is_told_to_start_one(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run = ServiceFile(service=RUN, pid=os.getpid(), started=NOON)
    kept = KeptFile(file_of(data, RUN, run.pid), run)
    kept.touch()
    shown = ended("explain", "abcdef12", cwd=tmp_path)
    kept.remove()
    assert shown.returncode == 1
    assert "is starting it. Try again in a moment" in " ".join(shown.stderr.decode().split())
