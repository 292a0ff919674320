"""A quiet watch: each event of a week has its alert, and no alert hides another event."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from streams.match import Watches
from streams.tagging import Tagger
from streams.tags import TaggedStory
from streams.watch import Watch
from tests.samples import NOON, sample_story
from wirewatch.replaying.pipeline import Dated, Pipeline, tagged

WEEKS = {"china_philippines": "CN-PH"}
FUSED = 0.02
"""Share of pairs of two events that may share an alert, where they are all there is."""


class Report(NamedTuple):
    event: str
    hour: float
    tagged: TaggedStory


@pytest.fixture(scope="module", params=WEEKS)
def week(request: pytest.FixtureRequest) -> tuple[str, list[Report]]:
    tagger = Tagger()
    file = Path(__file__).parent / "data" / "quiet_weeks" / f"{request.param}.txt"
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    reports = []
    for number, line in enumerate(lines):
        event, hour, outlet, headline, body = line.split(" | ")
        at = NOON + timedelta(hours=float(hour))
        story = sample_story(str(number), headline=headline, body=body)
        story = msgspec.structs.replace(story, source=outlet, published=at, first_seen=at)
        reports.append(Report(event, float(hour), tagged(Dated(story, at), tagger)))
    return WEEKS[request.param], sorted(reports, key=lambda one: one.hour)


def test_on_its_own_dates_each_event_has_one_alert(week: tuple[str, list[Report]]) -> None:
    pair, reports = week
    pipeline = _pipeline(pair)
    alerts: defaultdict[str, set[str]] = defaultdict(set)
    for one in reports:
        came = pipeline.step(one.tagged, one.tagged.story.first_seen)
        assert came.matches, one.tagged.story.headline
        alerts[one.event].update(came.alerts)
    held = [alert for each in alerts.values() for alert in each]
    assert len(held) == len(set(held)), "two events in one alert"
    split = [event for event, each in alerts.items() if len(each) > 1]
    assert len(split) <= len(alerts) // 10, split


def test_two_events_alone_in_a_watch_dont_fuse_and_two_reports_of_one_hang_together(
    week: tuple[str, list[Report]],
) -> None:
    pair, reports = week
    fused, lost = [], []
    for first, second in permutations(reports, 2):
        pipeline, later = _pipeline(pair), NOON + timedelta(hours=6)
        (alert,) = pipeline.step(_at(first, NOON), NOON).alerts
        came = pipeline.step(_at(second, later), later)
        joined = alert in came.alerts
        related = any(alert in event.related for event in came.events)
        if first.event != second.event and joined:
            fused.append((first.event, second.event))
        if first.event == second.event and not (joined or related):
            lost.append((first.event, second.tagged.story.headline))
    assert len(fused) <= FUSED * len(reports) * (len(reports) - 1), fused
    assert not lost


def _pipeline(pair: str) -> Pipeline:
    return Pipeline(Watches([Watch(id="w", title="W", pairs=(pair,))]))


def _at(one: Report, at: datetime) -> TaggedStory:
    story = msgspec.structs.replace(one.tagged.story, published=at, first_seen=at)
    return msgspec.structs.replace(one.tagged, story=story)
