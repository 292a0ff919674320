"""A replay raises what would have been raised, under the ids that came in, and compares drafts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.commands import ended_here
from tests.support.received import received
from tests.support.replaying import DRILL, lines, replayed
from tests.support.samples import NOON
from tests.wirewatch.config.test_config import WATCH as WRITTEN
from wirewatch.history.pipeline import END, ArrivedStory
from wirewatch.history.replay_stories import FromLines, FromLog


def test_events_carry_the_ids_that_came_in_also_those_of_silent_joins(tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text('[[watch]]\nid = "all"\ntitle = "All"\neverything = true\n')
    found = replayed(["--watches", str(draft)], lines(), tmp_path)
    told = [(one["kind"], one["story"], one["stories"], one["at"]) for one in found]
    assert told == [
        ("opened", 7, [7], "2026-06-01T10:00:00Z"),
        ("opened", "rain", ["rain"], "2026-06-01T11:00:00Z"),
        ("joined", "copy", [7, "copy"], "2026-06-01T11:00:00Z"),
        ("closed", 7, [7, "copy"], "2026-06-01T11:00:00Z"),
        ("closed", "rain", ["rain"], "2026-06-01T11:00:00Z"),
    ]
    assert {one["watch"] for one in found} == {"all"}
    assert (found[0]["reason"], found[-1]["reason"]) == ("new story", END)
    assert found[0]["alert"] == found[2]["alert"] != found[1]["alert"]


def test_without_a_draft_the_watches_in_force_are_replayed(tmp_path: Path) -> None:
    file = tmp_path / "stories.ndjson"
    file.write_bytes(lines())
    found = replayed(["--from-file", str(file)], b"", tmp_path)
    assert [one["watch"] for one in found] == ["us-cambodia-defense"] * 3


def test_what_is_no_story_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    shown = ended_here(
        "replay", "--config", str(tmp_path), stdin=b'{"id": 1, "body": "US"}\n{"id": [}\n' + lines()
    )
    assert shown.returncode == 1
    assert "line 2 is not a story" in shown.stderr.decode()
    assert "4 stories from" in shown.stdout.decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--watches", "nowhere.toml"], "nowhere.toml: no such file"),
        (["--from-file", "nowhere.ndjson"], "can't read nowhere.ndjson"),
        (["--lexicons", "."], "holds no lexicons: neither a folder topics nor offices.txt"),
        (["--since", "soon"], '"soon" is not a valid duration'),
        (["--since", "30d"], "no Kafka to look into"),
    ],
)
def test_what_cannot_be_replayed_is_named(words: list[str], said: str, tmp_path: Path) -> None:
    shown = ended_here("replay", *words, cwd=tmp_path)
    assert shown.returncode > 0
    assert said in " ".join(shown.stderr.decode().replace("│", " ").split())


def test_a_broken_draft_is_told_by_line(tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text(WRITTEN.replace("defense", "defence"))
    shown = ended_here("replay", "--watches", str(draft), "--config", str(tmp_path))
    assert shown.returncode == 2
    assert 'draft.toml:5: watch "w": topics: "defence" is not one of' in shown.stderr.decode()


def test_a_draft_is_shown_beside_the_watches_in_force(tmp_path: Path) -> None:
    (tmp_path / "draft.toml").write_text(
        WRITTEN.replace('"w"', '"us-cambodia-defense"') + ('words = ["tanks"]\n')
    )
    shown = ended_here(
        "replay", "--watches", "draft.toml", stdin=lines(), cwd=tmp_path
    ).stdout.decode()
    assert "0 gained, 1 lost, 0 changed" in shown
    assert 'words: found none of them, wants "tanks"' in " ".join(shown.split())


def topic(folder: Path, words: str) -> None:
    (folder / "topics").mkdir(parents=True)
    (folder / "topics" / "boats.toml").write_text(
        f'slug = "boats"\ntitle = "Boats"\n[[cue]]\npoints = 3.0\nwords = [{words}]\n'
    )


def test_draft_lexicons_are_held_against_those_in_force(tmp_path: Path) -> None:
    topic(tmp_path, '"ferry"')
    topic(tmp_path / "draft", '"barge"')
    (tmp_path / "watches.toml").write_text(
        '[[watch]]\nid = "boats"\ntitle = "Boats"\ncountries = ["KH"]\ntopics = ["boats"]\n'
    )
    given = lines(
        {
            "id": boat,
            "headline": f"A {boat} was launched off Kampot in Cambodia",
            "body": f"The {boat}.",
        }
        for boat in ("ferry", "barge")
    )
    shown = ended_here("replay", "--lexicons", "draft", stdin=given, cwd=tmp_path).stdout.decode()
    assert "1 gained, 1 lost, 0 changed" in shown
    told = " ".join(shown.split())
    assert "boats A barge was launched off Kampot in Cambodia topics: found no topic at all" in told
    assert "boats A ferry was launched off Kampot in Cambodia topics: found no topic at all" in told


@pytest.mark.parametrize("given", [7, -7, "7", "#7", "##7", "#", "a#7"])
def test_ids_come_out_as_they_came(given: str | int) -> None:
    stories = FromLines(lines([{"id": given, "headline": "US"}]).splitlines(), pytest.fail)
    (one,) = stories
    assert stories.given(one.story.id) == given


def test_dates_are_the_clock_and_none_is_in_the_future() -> None:
    complaints: list[str] = []
    rows = (
        {"id": "a", "headline": "A", "published": "2026-06-01T10:00:00"},
        {"id": "b", "headline": "B"},
        {"id": "c", "first_seen": "2026-06-02T10:00:00Z", "status": "canceled"},
        {
            "id": "d",
            "headline": "D",
            "published": "2999-01-01T00:00:00Z",
            "status": ["odd"],
            "url": 5,
        },
    )
    found = list(FromLines(lines(rows).splitlines(), complaints.append))
    first = datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert [one.now for one in found[:3]] == [first, first, first + timedelta(days=1)]
    assert found[3].now <= datetime.now(UTC)
    assert [one.story.first_seen for one in found] == [one.now for one in found]
    assert [str(one.story.status) for one in found] == ["usable"] * 2 + ["canceled", "usable"]
    assert complaints == []


def test_the_log_is_read_at_the_time_kafka_got_it() -> None:
    complaints: list[str] = []
    record = received(DRILL, 2, partition=1)
    poison = replace(record, offset=3, key=None, value=b"\xff", headers=())
    assert list(FromLog([record, poison], complaints.append)) == [ArrivedStory(DRILL, NOON)]
    assert complaints[0].startswith("stories/1/3 is not a story:")
