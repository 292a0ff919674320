"""A replay raises what would have been raised, under the ids that came in, and compares drafts."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.kafka import Received
from streams.alert import AlertEvent, Kind
from streams.app.memory import Memory
from streams.app.stages import gather_step, match_step, tag_step
from streams.bus import STORIES, message, messages
from streams.match import Watches
from streams.story import Status, Story
from streams.tagging import shipped
from streams.tags import Relation
from streams.watch import Severity, Watch
from tests.commands import ended
from tests.samples import HEADLINE, NOON, WATCH, sample_story
from tests.test_config import WATCH as WRITTEN
from tests.test_memory import FakeTable, record
from wirewatch.replaying.difference import Change, Comparison, Difference
from wirewatch.replaying.pipeline import END, Dated, Pipeline, tagged
from wirewatch.replaying.stories import FromLines, FromLog

DRILLS = "Troops of the United States and Cambodia began joint military exercises near Kampot."
ALL = Watch(id="all", title="All", everything=True)
LINES = (
    {"id": 7, "headline": HEADLINE, "body": DRILLS, "published": "2026-06-01T10:00:00Z"},
    {"id": "rain", "headline": "Rain in Lima", "published": "2026-06-01T11:00:00+00:00"},
    {"id": "copy", "headline": HEADLINE, "body": DRILLS, "source": "Gulf Wire"},
)


def lines(stories: Iterable[dict[str, Any]] = LINES) -> bytes:
    return b"".join(json.dumps(story).encode() + b"\n" for story in stories)


def replayed(words: list[str], given: bytes, folder: Path) -> list[dict[str, Any]]:
    shown = ended("replay", "--json", "--config", str(folder), *words, stdin=given)
    assert shown.returncode == 0, shown.stderr
    return [json.loads(line) for line in shown.stdout.splitlines()]


def test_events_carry_the_ids_that_came_in(tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text('[[watch]]\nid = "all"\ntitle = "All"\neverything = true\n')
    found = replayed(["--watches", str(draft)], lines(), tmp_path)
    told = [(one["kind"], one["story"], one["stories"], one["at"]) for one in found]
    assert told == [
        ("opened", 7, [7], "2026-06-01T10:00:00Z"),
        ("opened", "rain", ["rain"], "2026-06-01T11:00:00Z"),
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
    assert [one["watch"] for one in found] == ["us-cambodia-defense"] * 2


def test_what_is_no_story_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    shown = ended("replay", "--config", str(tmp_path), stdin=b'{"id": 1}\n{"id": [}\n' + lines())
    assert shown.returncode == 1
    assert "line 2 is no story" in shown.stderr.decode()
    assert "4 stories from" in shown.stdout.decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--watches", "nowhere.toml"], "nowhere.toml: no such file"),
        (["--from-file", "nowhere.ndjson"], "can't read nowhere.ndjson"),
        (["--since", "soon"], '"soon" is no length of time'),
        (["--since", "30d"], "no Kafka to look into"),
    ],
)
def test_what_cannot_be_replayed_is_named(words: list[str], said: str, tmp_path: Path) -> None:
    shown = ended("replay", *words, cwd=tmp_path)
    assert shown.returncode > 0
    assert said in " ".join(shown.stderr.decode().replace("│", " ").split())


def test_a_broken_draft_is_told_by_line(tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text(WRITTEN.replace("defense", "defence"))
    shown = ended("replay", "--watches", str(draft), "--config", str(tmp_path))
    assert shown.returncode == 2
    assert 'draft.toml:5: watch "w": topics: "defence" is none of' in shown.stderr.decode()


def test_a_draft_is_shown_beside_the_watches_in_force(tmp_path: Path) -> None:
    (tmp_path / "draft.toml").write_text(
        WRITTEN.replace('"w"', '"us-cambodia-defense"') + ('words = ["tanks"]\n')
    )
    shown = ended("replay", "--watches", "draft.toml", stdin=lines(), cwd=tmp_path).stdout.decode()
    assert "0 gained, 1 lost, 0 changed" in shown
    assert 'words: found none of them, wants "tanks"' in " ".join(shown.split())


def dated(*stories: Story) -> list[Dated]:
    return [Dated(story, NOON + timedelta(hours=hour)) for hour, story in enumerate(stories)]


def compared(draft: list[Watch], current: list[Watch], stories: list[Dated]) -> list[Difference]:
    there, here = Watches(draft), Watches(current)
    comparison = Comparison(there, here)
    ours, theirs = Pipeline(there), Pipeline(here)
    for one in stories:
        with_tags = tagged(one, shipped())
        came, went = ours.step(with_tags, one.now), theirs.step(with_tags, one.now)
        comparison.enter(with_tags, came, went)
    return list(comparison.differences())


def edited(**fields: object) -> Watch:
    return msgspec.structs.replace(WATCH, **fields)


DRILL = sample_story("1", body=DRILLS)
COPY = msgspec.structs.replace(sample_story("2", body=DRILLS), source="Gulf Wire")


def test_the_same_watches_make_no_difference() -> None:
    assert compared([WATCH], [edited(title="Other")], dated(DRILL, COPY)) == []


def test_a_gain_and_a_loss_say_which_part_decided() -> None:
    strict = edited(min_topic_score=0.99)
    (gained,) = compared([WATCH], [strict], dated(DRILL))
    (lost,) = compared([strict], [WATCH], dated(DRILL))
    assert (gained.difference, lost.difference) == (Change.GAINED, Change.LOST)
    assert gained.because == lost.because
    assert gained.because.startswith("topics: found defense 0.9")
    assert "would match with min_topic_score = 0." in gained.because
    assert (gained.headline, gained.at) == (HEADLINE, NOON)


def test_a_watch_that_the_other_side_lacks_is_named() -> None:
    (gained, lost) = compared([ALL], [WATCH], dated(DRILL))
    assert {gained.because, lost.because} == {
        "the watches in force have no watch all",
        f"the draft has no watch {WATCH.id}",
    }


def test_a_change_says_how() -> None:
    alone = edited(outlets=("Mekong Courier",))
    (fewer,) = compared([alone], [WATCH], dated(DRILL, COPY))
    assert fewer.difference is Change.CHANGED
    assert fewer.because.startswith("1 story fewer: outlets: found Gulf Wire, wants Mekong Courier")
    (graver,) = compared([edited(severity=Severity.HIGH)], [WATCH], dated(DRILL))
    assert graver.because == "normal becomes high"


def test_an_alert_that_opened_with_another_story_says_so() -> None:
    other = edited(outlets=("Gulf Wire",))
    differences = compared([other], [WATCH], dated(DRILL, COPY))
    assert [one.difference for one in differences] == [Change.LOST, Change.GAINED]
    assert differences[1].because == "its stories are in another alert there"


def test_quiet_alerts_are_closed_in_time_and_the_rest_at_the_end() -> None:
    pipeline = Pipeline(Watches([ALL]))
    far = msgspec.structs.replace(sample_story("9", headline="Rain in Lima"), first_seen=NOON)
    later = NOON + timedelta(days=20)
    events = pipeline.step(tagged(Dated(DRILL, NOON), shipped()), NOON).events
    far = msgspec.structs.replace(far, first_seen=later, published=later)
    events += pipeline.step(tagged(Dated(far, later), shipped()), later).events
    events += pipeline.end()
    assert [(event.kind, event.story.id == far.id) for event in events] == [
        (Kind.OPENED, False),
        (Kind.CLOSED, False),
        (Kind.OPENED, True),
        (Kind.CLOSED, True),
    ]
    assert [event.reason for event in events][1::2] == ["quiet for 72 hours", END]


@pytest.mark.parametrize("given", [7, -7, "7", "#7", "##7", "#", "a#7"])
def test_ids_come_out_as_they_came(given: str | int) -> None:
    stories = FromLines(lines([{"id": given}]).splitlines(), pytest.fail)
    (one,) = stories
    assert stories.given(one.story.id) == given


def test_dates_are_the_clock_and_none_is_in_the_future() -> None:
    complaints: list[str] = []
    rows = (
        {"id": "a", "published": "2026-06-01T10:00:00"},
        {"id": "b"},
        {"id": "c", "first_seen": "2026-06-02T10:00:00Z", "status": "canceled"},
        {"id": "d", "published": "2999-01-01T00:00:00Z", "status": ["odd"], "url": 5},
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
    packed = message(DRILL)
    record = Received(
        topic=STORIES.name,
        partition=1,
        offset=2,
        key=packed.key,
        value=packed.value,
        headers=packed.headers,
        timestamp=NOON,
    )
    poison = Received(
        topic=STORIES.name,
        partition=1,
        offset=3,
        key=None,
        value=b"\xff",
        headers=(),
        timestamp=NOON,
    )
    assert list(FromLog([record, poison], complaints.append)) == [Dated(DRILL, NOON)]
    assert complaints[0].startswith("stories/1/3 is no story:")


def test_relations_are_widened_by_a_draft() -> None:
    wide = edited(relations=tuple(Relation), topics=())
    found = compared([wide], [WATCH], dated(sample_story("3", headline="US and Cambodia", body="")))
    assert [one.difference for one in found] == [Change.GAINED]


def stream() -> list[Story]:
    """Give an event with its copies, a correction, a kill, an old story, and other news."""
    texts = (
        (HEADLINE, DRILLS),
        ("Rain in Lima", "It fell for an hour."),
        (f"{HEADLINE}, officials say", DRILLS),
        ("US and Cambodian navies train together off Ream", "Sailors of both fired at targets."),
        ("US lifts arms embargo on Cambodia", "Washington will sell weapons to Cambodia again."),
    )
    told = [
        msgspec.structs.replace(
            sample_story(str(number), headline=headline, body=body),
            source=f"outlet {number}",
            first_seen=NOON + timedelta(hours=5 * number),
            published=NOON + timedelta(hours=5 * number - 1),
        )
        for number, (headline, body) in enumerate(texts)
    ]
    corrected = msgspec.structs.replace(
        told[0],
        status=Status.CORRECTED,
        version="corrected",
        body=DRILLS + " An earlier version named the wrong town.",
        first_seen=NOON + timedelta(hours=30),
    )
    killed = msgspec.structs.replace(
        told[4], status=Status.CANCELED, version="killed", first_seen=NOON + timedelta(hours=31)
    )
    old = sample_story("old", body=DRILLS, backfill=True)
    return [*told, told[0], corrected, old, killed]


def live(stories: Iterable[Story], watches: Watches) -> list[AlertEvent]:
    """Take stories through the steps of a worker, as bytes, as Kafka would hand them on."""
    memory = Memory(FakeTable())
    found: list[AlertEvent] = []
    for story in stories:
        (with_tags,) = tag_step(shipped(), record(message(story)), story.first_seen)
        put = record(message(with_tags))
        for match in match_step(watches, put, story.first_seen, backfill=False):
            for handed in messages(match):
                place = handed.partition or 0
                found += gather_step(memory, record(handed, place), story.first_seen)
    return found


def test_a_replay_of_what_ran_live_raises_the_same_alerts() -> None:
    watches = Watches([WATCH, ALL])
    stories = stream()
    ran = [event for event in live(stories, watches) if event.kind is not Kind.CLOSED]
    pipeline = Pipeline(watches)
    again = [
        event
        for story in stories
        for event in pipeline.step(
            tagged(Dated(story, story.first_seen), shipped()), story.first_seen
        ).events
    ]
    assert {event.kind for event in ran} >= {Kind.OPENED, Kind.CORRECTED, Kind.WITHDRAWN}
    assert [event.event for event in again if event.kind is not Kind.CLOSED] == [
        event.event for event in ran
    ]
