"""What is told of an alert from its opening to its end."""

from datetime import timedelta

import msgspec
import pytest

from streams.grouping import Gathering
from streams.model.alert import Kind
from streams.model.story import Status
from streams.model.watch import Match, Severity, Tick
from tests.support.gathered import (
    HOUR,
    LANDING,
    OPENED,
    OTHER_WORDS,
    REPORTS,
    RESCUE,
    gathered,
    kinds,
    notice,
    told,
)
from tests.support.samples import NOON, sample_match, sample_story


def test_the_third_outlet_is_told_and_the_second_not() -> None:
    others = [
        told(name, source=name, headline="Kampot flood", body=body)
        for name, body in zip(("Gulf Wire", "Pacific Desk", "Harbour News"), REPORTS, strict=True)
    ]
    events = gathered(told("1"), *others)
    assert kinds(events) == [OPENED, (Kind.UPDATED, "third outlet")]
    assert events[1].outlets == ("Mekong Courier", "Gulf Wire", "Pacific Desk")


def test_copies_are_no_outlets_of_their_own() -> None:
    copies = [told(name, source=name) for name in ("Gulf Wire", "Pacific Desk", "Harbour News")]
    assert kinds(gathered(told("1"), *copies)) == [OPENED]


def test_the_first_office_that_speaks_is_told() -> None:
    office = told("2", headline="Flood", body=OTHER_WORDS, url="https://navy.gov.example/news/7")
    events = gathered(told("1"), office, told("3", body=REPORTS[1], url="https://navy.mil/8"))
    assert kinds(events) == [OPENED, (Kind.UPDATED, "first official source")]


def test_new_figures_in_a_headline_are_told_but_not_by_the_minute() -> None:
    def toll(guid: str, number: int, hours: float) -> Match:
        body = OTHER_WORDS.replace("41", str(number))
        return told(guid, headline=f"Navy lifts {number} from Kampot", body=body, hours=hours)

    events = gathered(told("1"), toll("2", 52, 0.5), toll("3", 67, 3), toll("4", 67, 5))
    assert kinds(events) == [OPENED, (Kind.UPDATED, "new fact")]
    (change,) = events[1].changes
    assert (change.what, change.after) == ("figures", "67")


def test_a_correction_says_what_changed() -> None:
    right = told(
        "1",
        headline="CORRECTION: Navy helicopters lift 14 villagers from Kampot flood",
        body=LANDING.replace("41", "14"),
        status=Status.CORRECTED,
        hours=1,
    )
    _, event = gathered(told("1"), right)
    assert event.kind is Kind.CORRECTED
    assert [(change.what, change.before, change.after) for change in event.changes] == [
        ("headline", RESCUE, RESCUE.replace("41", "14")),
        ("figures", "41", "14"),
    ]
    assert event.story == right.story


@pytest.mark.parametrize("status", [Status.CANCELED, Status.WITHHELD])
@pytest.mark.parametrize(
    "kill",
    [
        told("1", hours=2),
        told("9", headline=f"KILL: {RESCUE}", body="Please do not use this story.", hours=2),
        told("9", headline="KILL: helicopters Kampot", body=LANDING, hours=2),
    ],
)
def test_a_kill_withdraws_the_alert_once(kill: Match, status: Status) -> None:
    story = msgspec.structs.replace(kill.story, status=status, version="killed")
    taken_back = notice(msgspec.structs.replace(kill, story=story))
    events = gathered(told("1"), taken_back, taken_back)
    assert [event.kind for event in events] == [Kind.OPENED, Kind.WITHDRAWN]
    assert (events[1].alert, events[1].story) == (events[0].alert, story)
    assert (events[1].watch, events[1].title) == (events[0].watch, events[0].title)


def test_a_notice_of_something_else_does_nothing() -> None:
    other = told("9", headline="KILL: Teak sells for millions", body="Do not use.")
    story = msgspec.structs.replace(other.story, status=Status.CANCELED)
    assert kinds(gathered(told("1"), notice(msgspec.structs.replace(other, story=story)))) == [
        OPENED
    ]
    assert gathered(notice(other)) == []


def test_after_a_kill_only_other_words_bring_an_alert_back() -> None:
    kill = told("1", status=Status.CANCELED, hours=1)
    copy = told("2", source="Gulf Wire", hours=2)
    report = told("3", source="Pacific Desk", headline="Flood", body=OTHER_WORDS, hours=3)
    events = gathered(told("1"), kill, copy, report)
    assert kinds(events)[2:] == [(Kind.UPDATED, "reported again")]


def test_an_alert_closes_when_it_was_quiet_for_the_window() -> None:
    before, after = (Tick(at=NOON + timedelta(hours=72, seconds=s)) for s in (-1, 1))
    events = gathered(told("1"), before, after, after)
    assert kinds(events) == [OPENED, (Kind.CLOSED, "quiet for 72 hours")]
    assert events[1].stories == events[0].stories


def test_a_closed_alert_takes_copies_and_kills_but_no_reports() -> None:
    copy = told("2", source="Gulf Wire", hours=100)
    report = told("3", headline="Flood", body=OTHER_WORDS, hours=101)
    kill = told("1", status=Status.CANCELED, hours=102)
    later = Tick(at=NOON + timedelta(hours=99))
    events = gathered(told("1"), later, copy, report, kill)
    assert [event.kind for event in events] == [
        Kind.OPENED,
        Kind.CLOSED,
        Kind.OPENED,
        Kind.WITHDRAWN,
    ]


def test_an_old_text_that_comes_after_the_close_is_told_only_for_what_is_new_in_it() -> None:
    """Sites print old stories again under new dates, all of them at once: that is no news."""
    gathering = Gathering()

    def events(*records: Match | Tick) -> list[tuple[Kind, str]]:
        return kinds(event for one in records for event in gathering.step(one, NOON).events)

    quiet = (Kind.CLOSED, "quiet for 72 hours")
    assert events(told("1"), Tick(at=NOON + 73 * HOUR)) == [OPENED, quiet]
    copy = told("2", source="Gulf Wire", hours=120)
    assert events(copy, Tick(at=NOON + 194 * HOUR)) == [], "nor does it close once more"
    risen = told("3", source="Desk", headline=RESCUE.replace("41", "67"), hours=200)
    assert events(risen) == [(Kind.UPDATED, "new fact")]
    assert events(Tick(at=NOON + 273 * HOUR)) == [quiet], "it was open again"


def test_a_closed_alert_is_forgotten_in_the_end() -> None:
    gathering = Gathering()
    (opened,) = gathering.step(told("1"), NOON).events
    gathering.step(Tick(at=NOON + timedelta(days=4)), NOON)
    outcome = gathering.step(Tick(at=NOON + timedelta(days=15)), NOON)
    assert outcome.dropped == [opened.alert]
    assert kinds(gathering.step(told("1", hours=400), NOON).events) == [OPENED]


def test_a_graver_report_is_told_and_a_milder_one_not() -> None:
    copy = sample_match(sample_story("2"))
    graver, milder = (
        msgspec.structs.replace(copy, severity=severity)
        for severity in (Severity.CRITICAL, Severity.LOW)
    )
    _, told = gathered(sample_match(), graver)
    assert (told.kind, told.reason, told.severity) == (
        Kind.UPDATED,
        "severity up",
        Severity.CRITICAL,
    )
    assert len(gathered(sample_match(), milder)) == 1
