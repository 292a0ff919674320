"""What a kill takes back: the story that it names, and its copies."""

from datetime import timedelta

import msgspec
import pytest

from streams.grouping import Gathering, joined_in_silence
from streams.model.alert import Kind
from streams.model.editorial_signals import ADVISORY
from streams.model.heard import Heard
from streams.model.story import Status
from streams.model.watch import Match, Notice, Tick
from tests.streams.grouping.test_alert_versions import taken_back
from tests.support.gathered import (
    ELSEWHERE,
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
from tests.support.samples import NOON

REPORT = told("2", source="Gulf Wire", headline="Kampot flood", body=OTHER_WORDS)


def test_a_kill_takes_back_what_its_own_outlet_told() -> None:
    still = (Kind.UPDATED, "killed by Mekong Courier, still reported by Gulf Wire")
    events = gathered(told("1"), REPORT, taken_back(told("1"), 1), taken_back(REPORT, 2))
    assert kinds(events) == [OPENED, still, (Kind.WITHDRAWN, "killed by the outlet")]


def outgrown(hours: float) -> Notice:
    """The first report, edited so that it fits the watch no more."""
    edited = told("1", headline="Auction at Battambang", body=ELSEWHERE, hours=hours)
    return notice(edited)


CORRECTED = (Kind.CORRECTED, "edited, and no longer matches the watch")


def test_what_fits_no_more_does_not_stand_for_what_was_taken_back() -> None:
    events = gathered(told("1"), REPORT, outgrown(1), taken_back(REPORT, 2))
    assert kinds(events) == [OPENED, CORRECTED, (Kind.WITHDRAWN, "killed by the outlet")]
    still = (Kind.UPDATED, "killed by Gulf Wire, still reported by Mekong Courier")
    events = gathered(told("1"), REPORT, taken_back(REPORT, 1), outgrown(2))
    assert kinds(events) == [OPENED, still, (Kind.WITHDRAWN, CORRECTED[1])]
    assert [change.what for change in events[-1].changes][:1] == ["headline"]


def test_what_fits_no_more_ends_nothing_that_another_tells_or_that_nobody_took_back() -> None:
    third = told("3", source="Coast Daily", headline="Navy flies 41 out", body=REPORTS[1])
    still = (Kind.UPDATED, "killed by Gulf Wire, still reported by Coast Daily")
    events = gathered(told("1"), REPORT, third, outgrown(1), taken_back(REPORT, 2))
    assert kinds(events)[-2:] == [CORRECTED, still]
    assert kinds(gathered(told("1"), outgrown(1))) == [OPENED, CORRECTED]


@pytest.mark.parametrize("body", ["Do not use.", LANDING])
def test_an_unrelated_outlet_kills_nothing(body: str) -> None:
    other = told("9", source="Harbour News", headline=f"KILL: {RESCUE}", body=body, hours=1)
    assert kinds(gathered(told("1"), taken_back(other, 1))) == [OPENED]


@pytest.mark.parametrize("body", ["Editors: a story on this moves by noon.", LANDING])
@pytest.mark.parametrize("before", [True, False])
def test_a_note_to_editors_takes_back_no_story_whose_headline_or_text_it_has(
    body: str, *, before: bool
) -> None:
    note = taken_back(told("9", headline=f"ADVISORY: {RESCUE}", body=body), 1, flags=(ADVISORY,))
    held = with_status(note, Status.WITHHELD)
    records = (held, told("1", hours=2)) if before else (told("1"), held)
    assert kinds(gathered(*records)) == [OPENED]
    assert kinds(gathered(told("1"), note))[1:] == [(Kind.WITHDRAWN, "killed by the outlet")]


def test_a_story_that_became_a_note_to_editors_is_told_no_more() -> None:
    note = with_status(taken_back(told("1"), 1, flags=(ADVISORY,)), Status.WITHHELD)
    assert kinds(gathered(told("1"), note))[1:] == [(Kind.WITHDRAWN, "held back by the outlet")]


def with_status(notice: Notice, status: Status) -> Notice:
    return msgspec.structs.replace(
        notice, story=msgspec.structs.replace(notice.story, status=status)
    )


TRAINERS = "US sends {} army trainers to Cambodia under plan {}"


@pytest.mark.parametrize("edited", [True, False])
def test_a_kill_takes_back_no_other_event_of_its_outlet(*, edited: bool) -> None:
    """Their headlines are of one kind, and share most of their words."""
    one = told("1", headline=TRAINERS.format(311, "Golden Reed"), body=LANDING)
    other = told("2", headline=f"KILL: {TRAINERS.format(882, 'Novatopo')}", body=OTHER_WORDS)
    assert kinds(gathered(one, taken_back(other, 1, edited=edited))) == [OPENED]


def test_a_kill_in_the_place_of_its_story_takes_back_that_alone() -> None:
    """Even where another event has the very same headline."""
    one = told("1", headline=TRAINERS.format(311, "Golden Reed"), body=LANDING)
    two = told("2", headline=TRAINERS.format(311, "Golden Reed"), body=ELSEWHERE, hours=1)
    events = gathered(one, two, taken_back(two, 2, edited=True))
    assert kinds(events) == [OPENED, OPENED, (Kind.WITHDRAWN, "killed by the outlet")]
    assert events[2].alert == events[1].alert != events[0].alert
    alone = told("3", headline=TRAINERS.format(311, "Golden Reed"), body=OTHER_WORDS)
    assert kinds(gathered(one, taken_back(alone, 2, edited=True))) == [OPENED]


@pytest.mark.parametrize(
    "credit", [{"authors": ("Staff and Associated Press",)}, {"body": f"KAMPOT (AP) -- {LANDING}"}]
)
def test_a_wires_kill_reaches_the_copies_that_credit_it(credit: dict[str, object]) -> None:
    copy = told("1")
    copy = msgspec.structs.replace(copy, story=msgspec.structs.replace(copy.story, **credit))
    wire = told("9", source="AP World News", headline=f"KILL: {RESCUE}", body="Do not use.")
    assert kinds(gathered(copy, taken_back(wire, 1)))[1:] == [
        (Kind.WITHDRAWN, "killed by the outlet")
    ]


def test_a_kill_of_another_id_that_came_before_its_story_keeps_it_out() -> None:
    kill = taken_back(told("9", headline=f"KILL: {RESCUE}", body="Do not use."), 1)
    assert kinds(gathered(kill, told("1"), REPORT)) == [OPENED]
    assert kinds(gathered(kill, told("1", hours=2))) == [OPENED]


SECOND = told(
    "2",
    headline="Kampong Bay bridge shut, villagers flown out",
    body="The navy flew villagers out of Kampot: the Tuek Chhou flood shut the Kampong Bay bridge.",
    hours=1,
)


@pytest.mark.parametrize(
    "kill",
    [
        told("1", hours=2),
        told("9", headline=f"KILL: {RESCUE}", body="Please do not use this story.", hours=2),
    ],
)
def test_a_kill_takes_back_the_story_that_it_names_and_no_other_of_its_outlet(kill: Match) -> None:
    story = msgspec.structs.replace(kill.story, status=Status.CANCELED, version="killed")
    events = gathered(told("1"), SECOND, notice(msgspec.structs.replace(kill, story=story)))
    assert kinds(events)[1:] == [
        (Kind.UPDATED, "killed by Mekong Courier, still reported by Mekong Courier")
    ]
    copy = told("3", source="Gulf Wire", hours=0.5)
    end = notice(msgspec.structs.replace(kill, story=story))
    again = msgspec.structs.replace(
        SECOND.story, status=Status.CANCELED, version="too", first_seen=story.first_seen
    )
    both = notice(msgspec.structs.replace(SECOND, story=again))
    *_, last = gathered(told("1"), SECOND, copy, end, both)
    assert last.kind is Kind.WITHDRAWN, "copies of what was killed go with it"


def test_a_withdrawn_alert_is_not_brought_back_by_another_event() -> None:
    kill = told("1", status=Status.CANCELED, hours=1)
    other = told(
        "2",
        source="Gulf Wire",
        headline="Ferry sinks off Kampot as river floods",
        body="A ferry sank at Kampot on Sunday where the Tuek Chhou river runs into the sea. It had"
        " been torn from its ropes below the market, its owner said, and sailors swam ashore.",
        hours=2,
    )
    assert [event.kind for event in gathered(told("1"), other)] == [Kind.OPENED], "they are alike"
    events = gathered(told("1"), kill, other)
    assert [event.kind for event in events] == [Kind.OPENED, Kind.WITHDRAWN, Kind.OPENED]


NOTE = told("9", headline=f"KILL: {RESCUE}", body="Please do not use this story.", hours=2)


def killed(match: Match, hours: float, note: str = "") -> Match | Notice:
    """A kill of a story: a version of it, or a note of its own."""
    return taken_back(NOTE if note else match, hours)


@pytest.mark.parametrize("note", ["", "of its own"])
def test_an_outlet_that_took_its_story_back_is_counted_no_more(note: str) -> None:
    reports = [
        told(name, source=source, headline=f"{name} Kampot flood", body=body, hours=hours)
        for hours, (name, source, body) in enumerate(
            zip("ABC", ("Gulf Wire", "Pacific Desk", "Harbour News"), REPORTS, strict=True), 2
        )
    ]
    events = gathered(told("1"), reports[0], killed(told("1"), 3, note), reports[1], reports[2])
    assert [event.outlets for event in events] == [
        ("Mekong Courier",),
        ("Gulf Wire",),
        ("Gulf Wire", "Pacific Desk", "Harbour News"),
    ]
    assert [event.reason for event in events][2] == "third outlet"
    assert [event.stories for event in events[1:]] == [
        tuple(one.story.id for one in (told("1"), *reports[:count])) for count in (1, 3)
    ]


def test_the_note_of_a_kill_is_no_story_of_the_alert_that_it_withdraws() -> None:
    gathering = Gathering()
    records = (told("1"), killed(told("1"), 1), killed(told("1"), 2, "of its own"))
    steps = [(record, gathering.step(record, NOON)) for record in records]
    events = [event for _, outcome in steps for event in outcome.events]
    assert kinds(events) == [OPENED, (Kind.WITHDRAWN, "killed by the outlet")]
    assert {(event.outlets, event.stories) for event in events} == {
        (("Mekong Courier",), (told("1").story.id,))
    }
    record, outcome = steps[-1]
    assert joined_in_silence(record, outcome, NOON) == []
    closing = gathering.step(Tick(at=NOON + timedelta(hours=90)), NOON).events
    assert [event.stories for event in closing] == [(told("1").story.id,)]


HELD = notice(told("1", hours=1, status=Status.WITHHELD))
REPRINT = told("9", source="Harbour News", hours=0.5)


@pytest.mark.parametrize("restart", [True, False])
@pytest.mark.parametrize(
    "release",
    [
        told("1", body=f"{LANDING} Ten were hurt.", hours=2),
        told("1", headline="Kampot flood", body=OTHER_WORDS, hours=2),
        told("1 anew", hours=2),
    ],
    ids=["edited", "in other words", "as another story"],
)
def test_a_copy_read_after_the_hold_is_told_with_the_release(
    release: Match, *, restart: bool
) -> None:
    """As when it is read before the hold, or after the release."""
    gathering = Gathering()
    heard: dict[str, Heard | None] = {}
    for record in (HELD, told("1"), REPRINT):
        outcome = gathering.step(record, NOON)
        assert outcome.events == []
        heard |= outcome.heard
    if restart:
        gathering = Gathering(heard=[one for one in heard.values() if one is not None])
    first = gathering.step(release, NOON)
    again = gathering.step(release, NOON)
    told_of = {story for event in first.events for story in (event.story.id, *event.stories)}
    assert told_of == {release.story.id, REPRINT.story.id, HELD.story.id}
    assert Kind.WITHDRAWN not in [event.kind for event in first.events]
    assert again.events == [], "it waits no more"


def test_what_joins_with_a_release_is_recorded_as_joined() -> None:
    gathering = Gathering()
    release = told("1", body=f"{LANDING} Ten were hurt.", hours=2)
    steps = [gathering.step(record, NOON) for record in (HELD, told("1"), REPRINT, release)]
    events = steps[-1].events
    assert kinds(events) == [OPENED, (Kind.JOINED, "copy")]
    assert [event.story.id for event in events] == [release.story.id, REPRINT.story.id]
