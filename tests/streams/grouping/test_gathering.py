"""One alert per event, through its whole life, the same whatever is repeated."""

from datetime import timedelta

import msgspec
import pytest

from streams.grouping import Gathering
from streams.model.alert import Bond, Kind, alert_id
from streams.model.story import Status
from streams.model.watch import Match, Severity, Tick
from tests.support.gathered import (
    ELSEWHERE,
    FORM,
    LANDING,
    OPENED,
    OTHER_WORDS,
    RESCUE,
    gathered,
    kinds,
    told,
)
from tests.support.samples import NOON, sample_match


def test_the_first_story_opens_an_alert() -> None:
    found = told("1")
    (event,) = gathered(found)
    assert kinds([event]) == [OPENED]
    assert event.alert == alert_id(watch=found.watch, story=found.story.id)
    assert (event.outlets, event.stories) == (("Mekong Courier",), (found.story.id,))
    assert event.grouping is not None
    assert event.grouping.bond is Bond.FIRST
    assert event.times == msgspec.structs.replace(found.times, raised=NOON)


@pytest.mark.parametrize(
    ("other", "bond"),
    [
        (told("1", body=LANDING + " Rain is forecast until Friday."), Bond.SAME_STORY),
        (told("2", source="Gulf Wire"), Bond.COPY),
        (told("2", source="Gulf Wire", headline="Flood victims flown out"), Bond.COPY),
        (told("2", source="Gulf Wire", body=LANDING[:170] + " ..."), Bond.COPY),
        (told("2", source="Gulf Wire", headline="", body=LANDING), Bond.COPY),
        (told("2", source="Gulf Wire", headline="Kampot flood", body=OTHER_WORDS), Bond.REPORT),
        (told("2", hours=-9, headline="Kampot flood", body=OTHER_WORDS), Bond.REPORT),
    ],
)
def test_copies_and_reports_join_in_silence(other: Match, bond: Bond) -> None:
    gathering = Gathering()
    (opened,) = gathering.step(told("1"), NOON).events
    outcome = gathering.step(other, NOON)
    assert outcome.events == []
    assert outcome.groupings[opened.alert].bond is bond
    assert other.story.id in outcome.changed[opened.alert].stories


@pytest.mark.parametrize(
    "other",
    [
        told("2", headline="Teak sells for millions", body=ELSEWHERE),
        told("2", headline="", body=""),
    ],
)
def test_another_event_opens_another_alert(other: Match) -> None:
    assert kinds(gathered(told("1"), other)) == [OPENED, OPENED]


def test_instalments_of_one_form_are_events_of_their_own() -> None:
    weeks = [
        told(
            str(week),
            headline=f"Riel bills yield {2 + week / 10:.2f} percent",
            body=FORM.format(
                a=410 + 37 * week,
                b=f"{2 + week / 10:.2f}",
                c=902 + 61 * week,
                d=14 + week,
                day=f"May {3 + 7 * week}",
                next=f"May {10 + 7 * week}",
            ),
            hours=168 * week,
        )
        for week in range(3)
    ]
    events = gathered(*weeks)
    assert [event.kind for event in events].count(Kind.OPENED) == 3


def test_repeats_change_nothing() -> None:
    records = [
        told("1"),
        told("2", source="Gulf Wire", headline="Kampot flood", body=OTHER_WORDS),
        told("3", headline="Teak sells for millions", body=ELSEWHERE),
        told("1", status=Status.CORRECTED, body=LANDING.replace("41", "43"), hours=2),
    ]
    once = gathered(*records)
    for again in ([*records, *records], [one for one in records for _ in range(2)]):
        assert gathered(*again) == once


def test_a_lost_memory_tells_the_same_events_again() -> None:
    records = [told("1"), told("1", status=Status.CANCELED, hours=1)]
    first, again = gathered(*records), gathered(*records)
    assert [event.event for event in first] == [event.event for event in again]


def test_what_is_remembered_is_enough_to_go_on() -> None:
    gathering = Gathering()
    saved = gathering.step(told("1"), NOON).changed
    later = told("2", source="Gulf Wire", headline="Kampot flood", body=OTHER_WORDS)
    assert Gathering(saved.values()).step(later, NOON) == gathering.step(later, NOON)


def test_watches_have_alerts_of_their_own() -> None:
    found = told("1")
    events = gathered(found, msgspec.structs.replace(found, watch="another"))
    assert kinds(events) == [OPENED, OPENED]
    assert events[0].alert != events[1].alert


def test_the_story_in_an_event_is_whole_and_in_memory_cut() -> None:
    found = told("1", body=LANDING * 3)
    outcome = Gathering().step(found, NOON)
    (event,), (state,) = outcome.events, outcome.changed.values()
    assert event.story == found.story
    assert (state.face.story.body, state.face.story.headline) == ("", RESCUE)


def test_what_the_watch_wants_of_its_alerts_goes_with_them() -> None:
    wanted = msgspec.structs.replace(sample_match(), window_hours=5, shadow=True)
    gathering = Gathering()
    (opened,) = gathering.step(wanted, NOON).events
    assert (opened.severity, opened.shadow) == (Severity.NORMAL, True)
    assert gathering.step(Tick(at=NOON + timedelta(hours=5)), NOON).events == []
    (closed,) = gathering.step(Tick(at=NOON + timedelta(hours=5, seconds=1)), NOON).events
    assert (closed.reason, closed.window_hours) == ("quiet for 5 hours", 5)
    assert closed.shadow
