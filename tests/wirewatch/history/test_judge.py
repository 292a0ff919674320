"""Verdicts and labels from end to end: judged, explained, and counted by a replay."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.kafka import ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import TOPICS, VERDICTS
from streams.matching.match import Watches
from streams.tagging import shipped
from tests.streams.worker.test_work import put
from tests.support.commands import ended_here
from tests.support.replaying import DRILL, LINES, lines, replayed
from tests.support.samples import WATCH, sample_story
from wirewatch.history.pipeline import ArrivedStory, Pipeline, tagged
from wirewatch.history.replay_stories import FromLines

pytestmark = pytest.mark.long

RAIN = sample_story("rain", headline="Rain in Lima", body="It fell for an hour.")


def labelled(folder: Path, *labels: str | None) -> Sequence[str]:
    """Write a draft that loses the drills, and lines that are labelled; give words for a replay."""
    current = (
        f'[[watch]]\nid = "{WATCH.id}"\ntitle = "D"\npair = ["KH", "US"]\ntopics = ["defense"]\n'
    )
    (folder / "current.toml").write_text(current)
    (folder / "draft.toml").write_text(f"{current}min_topic_score = 0.99\n")
    rows = [
        row if label is None else {**row, "alert_us_kh": label}
        for row, label in zip(LINES, labels, strict=True)
    ]
    (folder / "stories.ndjson").write_bytes(lines(rows))
    return ["--from-file", str(folder / "stories.ndjson"), "--watches", str(folder / "draft.toml")]


def test_a_replay_of_labelled_lines_says_what_they_say(tmp_path: Path) -> None:
    words = labelled(tmp_path, "yes", "no", "undecided")
    shown = " ".join(ended_here("replay", *words, cwd=tmp_path).stdout.decode().split())
    assert "0 gained, 1 lost (1 called right), 0 changed" in shown
    assert "called right by label" in shown
    found = replayed([*words, "--against", str(tmp_path / "current.toml")], b"", tmp_path)
    assert [one["verdict"] for one in found if "difference" in one] == ["right"]


def test_a_replay_without_feedback_says_nothing_of_it(tmp_path: Path) -> None:
    words = labelled(tmp_path, None, "yes", "maybe")
    shown = ended_here("replay", *words, cwd=tmp_path).stdout.decode()
    assert "0 gained, 1 lost, 0 changed" in shown
    assert "called" not in shown
    (lost,) = [
        one
        for one in replayed([*words, "--against", str(tmp_path / "current.toml")], b"", tmp_path)
        if "difference" in one
    ]
    assert list(lost) == ["difference", "alert", "watch", "headline", "at", "because"]


def test_the_label_of_a_line_is_yes_or_no_or_none() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "alert": "yes"},
        {"id": "b", "alert_x": "no", "alert_y": "yes"},
        {"id": "c", "alert": "undecided"},
        {"id": "d", "alerting": "yes"},
        {"id": "e", "alert": 7, "alert_x": "yes"},
        {"id": 7, "alert": "no"},
    ]
    told = [{"headline": "Rain in Lima", **row} for row in rows]
    stories = FromLines(lines(told).splitlines(), pytest.fail)
    assert len(list(stories)) == len(rows)
    assert stories.labels == {"a": True, "b": False, "e": True, "#7": False}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a headline", "right"], '"a headline" is neither an id'),
        (["abc1", "missed"], '"abc1" is neither an id'),
        (["", "missed"], "the text is empty"),
        (["  ", "missed"], "the text is empty"),
        (["abcdef12", "good"], '"good" is not one of'),
        (["abcdef12", "right", "--by", " "], "can't determine your user name: pass --by NAME"),
        (["abcdef12", "right"], "no Kafka to look into: none runs in"),
    ],
)
def test_what_cannot_be_judged_is_named(words: list[str], said: str, tmp_path: Path) -> None:
    shown = ended_here("judge", *words, cwd=tmp_path)
    assert shown.returncode > 0
    assert said in " ".join(shown.stderr.decode().replace("│", " ").split())


def test_a_verdict_given_after_the_alert_is_explained_and_replayed(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}
    asked = ["--kafka", kafka_address.address, "--config", str(tmp_path)]
    words = labelled(tmp_path, None, None, None)[2:]
    drill = msgspec.structs.replace(DRILL, first_seen=datetime.now(UTC))
    pipeline = Pipeline(Watches([WATCH]))
    now = datetime.now(UTC)
    one = tagged(ArrivedStory(drill, now), shipped())
    came = pipeline.step(one, now)
    ensure_topics(kafka_address, prefix=prefix, topics=[*set(TOPICS) - {VERDICTS}])
    records = [drill, one, *came.matches, *came.events, RAIN]
    put(kafka_address, prefix, *map(message, records))
    (event,) = came.events

    for said in ("right", "wrong"):
        note = ["--by", "ana", "--note", "a \x1b[31mdrill"]
        done = ended_here("judge", event.alert[:8], said, *note, *asked, given=given)
        assert done.returncode == 0, done.stderr
    shown = done.stdout.decode()
    assert f"wrong: alert {event.alert[:10]} of {WATCH.id}, before right" in shown
    assert drill.headline in shown
    assert "\x1b" not in shown
    refused = ended_here("judge", RAIN.id, "right", *asked, given=given)
    assert (refused.returncode, refused.stdout) == (2, b"")
    missed = ended_here("judge", str(RAIN.url), "missed", "--by", "ben", *asked, given=given)
    told = missed.stdout.decode()
    assert f"missed: no alert of {WATCH.id}" in told
    explanation = told.partition("by ben")[2]
    assert RAIN.headline in explanation

    text = "US and Cambodia weigh joint drills at Ream"
    for more, told in (([], "missed: no alert of"), (["--take-back"], "taken back: missed")):
        on_text = ended_here("judge", text, "missed", "--by", "ben", *more, *asked, given=given)
        assert told in on_text.stdout.decode(), on_text.stderr
        assert ("what would happen if it came now" in on_text.stdout.decode()) is not bool(more)

    explained = ended_here("explain", drill.id, *asked, given=given).stdout.decode()
    assert "called wrong · ana" in explained
    (kept,) = json.loads(ended_here("explain", RAIN.id, "--json", *asked, given=given).stdout)[
        "verdicts"
    ]
    assert (kept["said"], kept["by"], kept["story"]) == ("missed", "ben", RAIN.id)

    undone = ended_here(
        "judge", RAIN.id, "missed", "--take-back", "--by", "ben", *asked, given=given
    )
    assert "taken back: missed" in undone.stdout.decode(), undone.stderr
    after = ended_here("explain", RAIN.id, "--json", *asked, given=given).stdout
    assert json.loads(after)["verdicts"] == []

    replay = ended_here("replay", "--since", "1d", *words, *asked, given=given)
    shown = " ".join(replay.stdout.decode().split())
    assert "0 gained, 1 lost (1 called wrong), 0 changed" in shown
    assert "called wrong by ana: a" in shown
