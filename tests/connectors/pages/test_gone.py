"""Which stories are asked for again, when, and what the answers mean."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import msgspec
import pytest

from connectors.pages import recheck_schedule as module
from connectors.pages.recheck_schedule import AFTER, HOUR, Rechecks
from streams.model.alert import AlertEvent, Kind
from streams.model.story import GONE, Status, Story, gone
from tests.support.samples import NOON, sample_alert, sample_story

SOON = 600.0


def event(kind: Kind = Kind.OPENED, story: Story | None = None, **fields: object) -> AlertEvent:
    told = story or sample_story()
    alert = msgspec.structs.replace(sample_alert(), story=told, stories=(told.id,), kind=kind)
    return msgspec.structs.replace(alert, **fields)


def heard(*events: tuple[AlertEvent, float], now: float = 1.0) -> Rechecks:
    rechecks = Rechecks()
    for one, told in events:
        rechecks.hear(one, told, now)
    return rechecks


def asked_at(rechecks: Rechecks, *answers: bool) -> tuple[list[float], list[Story]]:
    """Return when a story is asked for, each time answered as given, else not gone."""
    times, sent, now = [], [], 0.0
    given = list(answers)
    while len(rechecks):
        while not (due := rechecks.due(now, busy=(), limit=9)):
            now += 60.0
        times.append(now)
        story = rechecks.answered(due[0], now, is_gone=bool(given) and given.pop(0))
        if story:
            sent.append(story)
            rechecks.sent(due[0])
    return times, sent


def test_a_story_is_asked_for_four_times_in_three_days() -> None:
    assert asked_at(heard((event(), 0.0))) == ([*AFTER], [])


def test_one_answer_that_it_is_gone_is_a_slip() -> None:
    times = [HOUR, HOUR + SOON, *AFTER[1:]]
    assert asked_at(heard((event(), 0.0)), True, False) == (times, [])


@pytest.mark.parametrize(
    ("answers", "at"),
    [
        ((True, True), HOUR + SOON),
        ((False, True, True), 6 * HOUR + SOON),
        ((True, False, True, True), 6 * HOUR + SOON),
        ((False, False, False, True, True), 72 * HOUR + SOON),
    ],
)
def test_two_in_a_row_take_the_story_back(answers: tuple[bool, ...], at: float) -> None:
    times, (told,) = asked_at(heard((event(), 0.0)), *answers)
    assert times[-1] == at
    assert told == gone(sample_story(), datetime.fromtimestamp(at, UTC))


def test_the_version_that_takes_it_back_is_always_the_same() -> None:
    story = msgspec.structs.replace(sample_story(backfill=True), edited=True, flags=("a note",))
    told = gone(story, NOON)
    assert (told.id, told.status) == (story.id, Status.CANCELED)
    assert (told.edited, told.backfill, told.first_seen) == (False, False, NOON)
    assert told.flags == ("a note", GONE)
    assert told.version == gone(sample_story(), NOON + timedelta(days=3)).version != story.version


@pytest.mark.parametrize(
    "other",
    [
        event(Kind.CLOSED),
        event(Kind.JOINED),
        event(shadow=True),
        event(story=msgspec.structs.replace(sample_story(), url=None)),
        event(story=msgspec.structs.replace(sample_story(), url="mailto:desk@courier.example")),
        event(story=msgspec.structs.replace(sample_story(), status=Status.WITHHELD)),
    ],
)
def test_what_rests_on_no_page_or_reaches_nobody_is_not_asked_for(other: AlertEvent) -> None:
    assert len(heard((other, 0.0))) == 0


def test_times_that_are_past_are_left_out() -> None:
    assert asked_at(heard((event(), 0.0), now=7 * HOUR))[0] == [*AFTER[2:]]
    assert len(heard((event(), 0.0), now=72 * HOUR)) == 0


def test_what_is_withdrawn_is_not_asked_for_whatever_is_read_first() -> None:
    opened = (event(), 0.0)
    withdrawn = (event(Kind.WITHDRAWN), 5.0)
    again = (event(Kind.CORRECTED), 9.0)
    for events in ([opened, withdrawn], [withdrawn, opened]):
        assert len(heard(*events)) == 0
    for events in map(list, permutations((opened, withdrawn, again))):
        assert asked_at(heard(*events, now=10.0))[0][0] == pytest.approx(9 + HOUR, abs=60)


def test_what_is_heard_again_changes_nothing() -> None:
    rechecks = heard((event(), 0.0))
    (due,) = rechecks.due(HOUR, busy=(), limit=1)
    rechecks.answered(due, HOUR, is_gone=True)
    rechecks.hear(event(), 0.0, HOUR)
    (suspected,) = rechecks.due(HOUR + SOON, busy=(), limit=1)
    assert rechecks.answered(suspected, HOUR + SOON, is_gone=True)
    assert rechecks.due(HOUR + SOON, busy=(), limit=1) == [suspected], "not sent yet"
    rechecks.sent(suspected)
    rechecks.hear(event(), 0.0, HOUR + SOON)
    assert len(rechecks) == 0


def test_an_answer_that_comes_too_late_is_of_no_account() -> None:
    rechecks = heard((event(), 0.0))
    (due,) = rechecks.due(HOUR, busy=(), limit=1)
    rechecks.answered(due, HOUR, is_gone=True)
    (suspected,) = rechecks.due(HOUR + SOON, busy=(), limit=1)
    rechecks.hear(event(Kind.WITHDRAWN), HOUR, HOUR)
    assert rechecks.answered(suspected, HOUR + SOON, is_gone=True) is None


def test_hosts_are_spared_and_the_longest_due_comes_first() -> None:
    stories = [
        msgspec.structs.replace(sample_story(str(n)), url=f"https://{host}.example/{n}")
        for n, host in enumerate(("a", "a", "b", "c"))
    ]
    rechecks = heard(*((event(story=one), float(n)) for n, one in enumerate(stories)))
    due = rechecks.due(2 * HOUR, busy=("b.example",), limit=5)
    assert [one.story for one in due] == [stories[0], stories[3]]
    assert len(rechecks.due(2 * HOUR, busy=(), limit=1)) == 1
    assert rechecks.due(2 * HOUR, busy=(), limit=0) == []


def test_no_more_stories_are_remembered_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    stories = [sample_story(str(number)) for number in range(5)]
    rechecks = heard(*((event(story=one), 0.0) for one in stories))
    assert len(rechecks) == 3
