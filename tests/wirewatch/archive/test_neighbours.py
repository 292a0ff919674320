"""Versions of a story and alerts related to one, as the archive has them."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from streams.model.alert import AlertEvent, Bond
from streams.model.verdict import Ruling
from streams.model.watch import Tick
from tests.streams.grouping.test_rulings import ALERT, FIRST, OTHER, TEAK, Worker, one_event
from tests.support.archived import archive
from tests.support.samples import NOON, sample_alert, sample_story
from tests.wirewatch.archive.test_counts import HOUR, reworded, told
from wirewatch.archive import queries
from wirewatch.archive.neighbours import related_alerts, story_versions


def test_versions_of_a_story_come_in_the_order_they_were_seen(tmp_path: Path) -> None:
    first = told("1")
    later = reworded(first, NOON + HOUR)
    archive(tmp_path, [later, first])
    with queries.reading(tmp_path) as db:
        found = story_versions(db, first.story.id)
        assert story_versions(db, "0" * 32) == ()
    assert [(one.tagged, one.shown) for one in found] == [(first, False), (later, True)]


def test_related_alerts_are_those_named_those_that_name_it_and_those_with_its_stories(
    tmp_path: Path,
) -> None:
    one, named, naming, apart = (sample_alert(sample_story(str(n))) for n in range(4))
    one = msgspec.structs.replace(one, related=(named.alert, "f" * 32))
    naming = msgspec.structs.replace(naming, related=(one.alert,))
    other_watch = msgspec.structs.replace(one, alert="a" * 32, event="b", watch="other", related=())
    archive(tmp_path, [one, named, naming, apart, other_watch])
    with queries.reading(tmp_path) as db:
        found = related_alerts(db, one.alert)
    assert [(row.alert.id, row.why) for row in found] == [
        (named.alert, "named"),
        (naming.alert, "names it"),
        (other_watch.alert, "same stories"),
    ]


def related(data: Path, alert: str) -> list[tuple[str, str]]:
    with queries.reading(data) as db:
        return [(row.alert.id, row.why) for row in related_alerts(db, alert)]


def as_before(event: AlertEvent) -> AlertEvent:
    """An event as earlier releases told it: what a person joined was related to each other."""
    tie = event.grouping
    if tie is None or tie.bond is not Bond.RULING or tie.nearest is None:
        return event
    return msgspec.structs.replace(event, related=(tie.nearest,))


def joined(
    data: Path, *rulings: Ruling, later: timedelta = timedelta(), before: bool = False
) -> str:
    """Archive two alerts that people ruled on, and a third that names the younger; its id."""
    events = Worker().step(FIRST, TEAK, Tick(at=NOON + later), *rulings).events
    events = list(map(as_before, events)) if before else events
    third = msgspec.structs.replace(sample_alert(sample_story("third")), related=(OTHER,))
    archive(data, [*events, third])
    return third.alert


@pytest.mark.parametrize("before", [False, True], ids=["now", "earlier release"])
@pytest.mark.parametrize("later", [timedelta(), timedelta(hours=90)], ids=["open", "closed"])
def test_an_alert_that_a_person_joined_to_another_is_told_as_part_of_that(
    later: timedelta, before: bool, tmp_path: Path
) -> None:
    third = joined(tmp_path, one_event(), later=later, before=before)
    assert related(tmp_path, ALERT) == [(OTHER, "part of it"), (third, "names it")]
    assert related(tmp_path, OTHER)[0] == (ALERT, "holds it")
    assert related(tmp_path, third) == [(ALERT, "named")], "it stands for the other"


def test_alerts_that_were_joined_and_parted_again_are_related_as_before(tmp_path: Path) -> None:
    third = joined(tmp_path, one_event(), one_event(minutes=300, back=True))
    assert (third, "names it") in related(tmp_path, OTHER)
    assert related(tmp_path, third) == [(OTHER, "named")]
    assert dict(related(tmp_path, ALERT))[OTHER] == "named"
