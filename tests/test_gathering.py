"""One alert per event, through its whole life, the same whatever is repeated."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec
import pytest

from streams.alert import AlertEvent, Bond, Kind, alert_id
from streams.gather import Gathering
from streams.story import Status
from streams.watch import Match, Notice, Severity, Tick
from tests.samples import NOON, sample_match, sample_story

HOUR = timedelta(hours=1)
LANDING = (
    "Two navy helicopters set down on the football ground of Kampot on Sunday and took 41 stranded"
    " villagers to a school on higher land. The Tuek Chhou river had risen four metres overnight,"
    " and the bridge at Kampong Bay was closed. Doctors treated nine people for exposure."
)
RESCUE = "Navy helicopters lift 41 villagers from Kampot flood"
OTHER_WORDS = (
    "Villagers cut off by the swollen Tuek Chhou were flown out of Kampot by helicopter after the"
    " Kampong Bay bridge was shut, said the navy, which counted 41 people brought to safety."
)
ELSEWHERE = (
    "An auction of salvaged teak beams drew bidders from three provinces to the Battambang depot."
    " The best lot, once the roof of a rice mill, went to a hotel builder for nine million riel."
)


def told(
    guid: str,
    *,
    headline: str = RESCUE,
    body: str = LANDING,
    source: str = "Mekong Courier",
    hours: float = 0,
    status: Status = Status.USABLE,
    url: str | None = None,
) -> Match:
    """A match of a story that came so many hours after noon; the watch takes everything."""
    at = NOON + hours * HOUR
    story = msgspec.structs.replace(
        sample_story(guid, headline=headline, body=body),
        source=source,
        first_seen=at,
        published=at,
        status=status,
        version=f"{guid}{headline}{body}{status}",
        url=url,
    )
    match = sample_match()
    tags = msgspec.structs.replace(match.tags, countries=(), pairs=(), topics=())
    why = msgspec.structs.replace(match.why, pair=None, topics=())
    return msgspec.structs.replace(match, story=story, tags=tags, why=why)


def notice(match: Match) -> Notice:
    return Notice(story=match.story, tags=match.tags, times=match.times)


def gathered(*records: Match | Notice | Tick) -> list[AlertEvent]:
    gathering = Gathering()
    return [event for one in records for event in gathering.step(one, NOON).events]


def kinds(events: Iterable[AlertEvent]) -> list[tuple[Kind, str]]:
    return [(event.kind, event.reason) for event in events]


OPENED = (Kind.OPENED, "new story")


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


FORM = (
    "The central bank sold {a} million riel of 91-day bills on {day} at a mean yield of {b}"
    " percent. Bids came to {c} million riel from {d} dealers. The next sale is on {next}."
)


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


REPORTS = [
    OTHER_WORDS,
    "At Kampot 41 people were brought out by navy helicopters as the Tuek Chhou river flooded.",
    "The navy flew villagers out of Kampot: the Tuek Chhou flood shut the Kampong Bay bridge.",
]


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
    events = gathered(told("1"), copy, report, kill)
    assert [event.kind for event in events] == [
        Kind.OPENED,
        Kind.CLOSED,
        Kind.OPENED,
        Kind.WITHDRAWN,
    ]


def test_a_closed_alert_is_forgotten_in_the_end() -> None:
    gathering = Gathering()
    (opened,) = gathering.step(told("1"), NOON).events
    gathering.step(Tick(at=NOON + timedelta(days=4)), NOON)
    outcome = gathering.step(Tick(at=NOON + timedelta(days=15)), NOON)
    assert outcome.dropped == [opened.alert]
    assert kinds(gathering.step(told("1", hours=400), NOON).events) == [OPENED]


def test_watches_have_alerts_of_their_own() -> None:
    found = told("1")
    events = gathered(found, msgspec.structs.replace(found, watch="another"))
    assert kinds(events) == [OPENED, OPENED]
    assert events[0].alert != events[1].alert


@pytest.mark.parametrize(("hours", "alerts"), [(6, 1), (60, 2)])
def test_in_a_quiet_watch_little_ties_what_is_near_in_time(hours: int, alerts: int) -> None:
    """The watch's own pair and topic say most of it; days apart they say less."""
    first = sample_story("1", body=LANDING)
    at = NOON + hours * HOUR
    other = msgspec.structs.replace(
        sample_story(
            "2", headline="Cambodia: cooks of the US navy at joint drills", body=ELSEWHERE
        ),
        first_seen=at,
        published=at,
    )
    events = gathered(sample_match(first), sample_match(other))
    assert [event.kind for event in events].count(Kind.OPENED) == alerts


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
    assert (closed.reason, closed.shadow) == ("quiet for 5 hours", True)


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
