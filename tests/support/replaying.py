"""Stories to replay."""

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from streams.contract.messages import message, messages
from streams.matching.match import Watches
from streams.model.alert import AlertEvent
from streams.model.story import Status, Story
from streams.model.watch import Watch
from streams.tagging import shipped
from streams.worker.open_alerts import OpenAlerts
from streams.worker.stages import gather_step, match_step, tag_step
from tests.streams.worker.test_memory import FakeTable, record
from tests.support.commands import ended_here
from tests.support.samples import HEADLINE, NOON, WATCH, sample_story
from wirewatch.history.pipeline import ArrivedStory, Pipeline, tagged
from wirewatch.history.replay_difference import SILENCE, AlertDifference, Comparison, SideResult
from wirewatch.history.verdicts import Feedback

DRILLS = "Troops of the United States and Cambodia began joint military exercises near Kampot."


ALL = Watch(id="all", title="All", everything=True)
LINES: tuple[dict[str, Any], ...] = (
    {"id": 7, "headline": HEADLINE, "body": DRILLS, "published": "2026-06-01T10:00:00Z"},
    {"id": "rain", "headline": "Rain in Lima", "published": "2026-06-01T11:00:00+00:00"},
    {"id": "copy", "headline": HEADLINE, "body": DRILLS, "source": "Gulf Wire"},
)


def lines(stories: Iterable[dict[str, Any]] = LINES) -> bytes:
    return b"".join(json.dumps(story).encode() + b"\n" for story in stories)


def replayed(words: list[str], given: bytes, folder: Path) -> list[dict[str, Any]]:
    shown = ended_here("replay", "--json", "--config", str(folder), *words, stdin=given)
    assert shown.returncode == 0, shown.stderr
    return [json.loads(line) for line in shown.stdout.splitlines()]


def dated(*stories: Story) -> list[ArrivedStory]:
    return [ArrivedStory(story, NOON + timedelta(hours=hour)) for hour, story in enumerate(stories)]


def compared(
    draft: list[Watch],
    current: list[Watch],
    stories: list[ArrivedStory],
    feedback: Feedback = SILENCE,
) -> list[AlertDifference]:
    there, here = Watches(draft), Watches(current)
    comparison = Comparison(there, here)
    ours, theirs = Pipeline(there), Pipeline(here)
    for one in stories:
        with_tags = tagged(one, shipped())
        came, went = ours.step(with_tags, one.now), theirs.step(with_tags, one.now)
        comparison.enter(SideResult(with_tags, came), SideResult(with_tags, went))
    return list(comparison.differences(feedback))


def edited(**fields: object) -> Watch:
    return msgspec.structs.replace(WATCH, **fields)


DRILL = sample_story("1", body=DRILLS)
COPY = msgspec.structs.replace(sample_story("2", body=DRILLS), source="Gulf Wire")


def stream() -> list[Story]:
    """Return an event with its copies, a correction, a kill, an old story, and other news."""
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
    memory = OpenAlerts(FakeTable())
    found: list[AlertEvent] = []
    for story in stories:
        (with_tags,) = tag_step(shipped(), record(message(story)), story.first_seen)
        put = record(message(with_tags))
        for match in match_step(watches, put, story.first_seen, backfill=False):
            for handed in messages(match):
                place = handed.partition or 0
                found += gather_step(memory, record(handed, place), story.first_seen)
    return found
