"""The stories that benchmarks count alerts of: each raises one, and the others raise none."""

import msgspec
import pytest

from benchmarks.support.stand import story
from streams.grouping import Gathering
from streams.matching.match import Watches, match
from streams.model.alert import AlertEvent, Kind
from streams.model.story import Story
from streams.tagging import tag
from tests.support.folders import ROOT
from tests.support.samples import sample_tagged
from wirewatch.config import load_watches

WATCHES = Watches(load_watches(ROOT / "wirewatch" / "defaults" / "watches.toml", ()))


def raised(stories: list[Story]) -> list[AlertEvent]:
    gathering, events = Gathering(), list[AlertEvent]()
    for one in stories:
        tagged = msgspec.structs.replace(sample_tagged(), story=one, tags=tag(one))
        for found in match(tagged, WATCHES, one.first_seen):
            events += gathering.step(found, one.first_seen).events
    return events


@pytest.mark.parametrize("size", [1_000, 3_000])
def test_each_matching_story_raises_an_alert_of_its_own(size: int) -> None:
    events = raised([story(number, matching=True, size=size) for number in range(0, 400, 10)])
    assert [event.kind for event in events] == [Kind.OPENED] * 40
    assert len({event.alert for event in events}) == 40


def test_no_other_story_raises_any() -> None:
    assert not raised([story(number, matching=False) for number in range(40)])
