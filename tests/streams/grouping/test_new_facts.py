"""An update says something new: a figure, a name, a country, or that what was announced is done."""

from datetime import timedelta

import msgspec
import pytest

from streams.contract.codec import decode, encode
from streams.grouping import Gathering
from streams.model.alert import AlertState, Change, Kind
from streams.model.story import Status
from streams.model.tags import CountryTag, Span
from streams.model.watch import Match, Tick
from tests.support.gathered import (
    LANDING,
    OPENED,
    OTHER_WORDS,
    REPORTS,
    RESCUE,
    gathered,
    kinds,
    told,
)
from tests.support.samples import NOON

NEW_FACT = (Kind.UPDATED, "new fact")
CHIEF = "Admiral Prak Sotheara, who led the flight, said the river was still rising. "


def spoken(match: Match, language: str) -> Match:
    return msgspec.structs.replace(
        match, tags=msgspec.structs.replace(match.tags, language=language)
    )


def later(headline: str, body: str = OTHER_WORDS, *, hours: float = 8) -> Match:
    return told("2", source="Gulf Wire", headline=headline, body=body, hours=hours)


@pytest.mark.parametrize(
    "headline",
    [
        "Sailors carry flood victims out of Kampot by air",
        "Stranded families reach safety after Kampot's river bursts its banks",
        "Forty-one people saved as river swells: what we know",
        "5 things to know of the Kampot flood",
        "Kampot flood of 2026: how the navy came",
    ],
)
def test_a_rewording_tells_nothing_however_late(headline: str) -> None:
    assert kinds(gathered(told("1"), later(headline))) == [OPENED]


def test_another_language_tells_nothing_by_itself() -> None:
    gathering = Gathering()
    gathering.step(told("1"), NOON)
    french = later(
        "Kampot : la Marine évacue 41 habitants de Kampot, selon Sotheara",
        "La Marine a évacué 41 habitants de Kampot, la rivière Tuek Chhou ayant coupé le pont de"
        " Kampong Bay, selon Sotheara. Kampot, Tuek Chhou, Kampong Bay.",
    )
    outcome = gathering.step(spoken(french, "fr"), NOON)
    assert outcome.events == []


@pytest.mark.parametrize(
    ("headline", "body", "change"),
    [
        (
            "Navy lifts 67 from Kampot",
            OTHER_WORDS.replace("41", "67"),
            Change(what="figures", before="41", after="67"),
        ),
        (
            "River still rising at Kampot, says Sotheara",
            CHIEF + OTHER_WORDS.replace("said the navy", "said Prak Sotheara of the navy"),
            Change(what="names", before="", after="Prak Sotheara"),
        ),
        (
            "Kampot flood victims to go home on March 19",
            f"{OTHER_WORDS} They go home on March 19.",
            Change(what="figures", before="41", after="March 19"),
        ),
    ],
)
def test_what_no_report_said_is_told_with_what_it_is(
    headline: str, body: str, change: Change
) -> None:
    _, event = gathered(told("1"), later(headline, body))
    assert (event.kind, event.reason) == NEW_FACT
    assert event.changes == (change,)


def test_a_country_that_comes_into_it_is_told() -> None:
    match = later("Thailand joins rescue at Kampot")
    span = Span(field="headline", start=0, end=8, surface="Thailand", entry="Thailand (name of TH)")
    country = CountryTag(code="TH", salience=0.8, main=True, spans=(span,))
    tags = msgspec.structs.replace(match.tags, countries=(country,))
    first, again = (
        msgspec.structs.replace(one, tags=tags)
        for one in (
            match,
            told("3", headline="Thailand helps at Kampot", body=REPORTS[1], hours=12),
        )
    )
    events = gathered(told("1"), first, again)
    assert kinds(events) == [OPENED, NEW_FACT]
    assert events[1].changes == (Change(what="countries", before="", after="Thailand"),)


def test_what_was_announced_and_is_done_is_told_once() -> None:
    first = told("1", headline="Navy helicopters to visit flooded Kampot")
    done = later("Navy helicopters visit flooded Kampot")
    again = told("3", headline="Navy helicopters visit Kampot", body=REPORTS[1], hours=14)
    events = gathered(first, done, again)
    assert kinds(events) == [OPENED, NEW_FACT]
    assert events[1].changes == (Change(what="act", before="announced", after="visit"),)


def test_what_comes_too_soon_to_be_told_stays_new() -> None:
    body = OTHER_WORDS.replace("41", "48")
    soon = later("Navy lifts 48 from Kampot", body, hours=0.5)
    assert kinds(gathered(told("1"), soon)) == [OPENED]
    copy = told("3", source="Pacific Desk", headline="48 lifted from Kampot", body=body, hours=3)
    assert kinds(gathered(told("1"), soon, copy)) == [OPENED, NEW_FACT]


def tick(hours: float) -> Tick:
    return Tick(at=NOON + timedelta(hours=hours))


FIGURE = (Change(what="figures", before="41", after="48"),)
FORTY_EIGHT = RESCUE.replace("41", "48")


@pytest.mark.parametrize("body", [LANDING, LANDING.replace("41", "48")])
def test_a_figure_that_an_outlet_puts_right_is_told_when_the_hour_is_over(body: str) -> None:
    edited = told("1", headline=FORTY_EIGHT, body=body, hours=0.2)
    events = gathered(told("1"), edited, tick(0.9), tick(1.1), tick(2.5))
    assert kinds(events) == [OPENED, NEW_FACT]
    assert events[1].changes == FIGURE
    assert events[1].story.headline == FORTY_EIGHT
    again = told("2", source="Gulf Wire", headline=FORTY_EIGHT, body=body, hours=3)
    assert kinds(gathered(told("1"), edited, tick(1.1), again, tick(4.5)))[2:] == [], "it was told"


@pytest.mark.parametrize(
    "after",
    [
        told("1", hours=0.4),
        told("1", headline=FORTY_EIGHT, status=Status.CANCELED, hours=0.4),
    ],
    ids=["taken back by an edit", "killed"],
)
def test_what_no_outlet_says_any_more_is_not_told_late(after: Match) -> None:
    edited = told("1", headline=FORTY_EIGHT, hours=0.2)
    events = gathered(told("1"), edited, after, tick(1.1), tick(2.5))
    assert NEW_FACT not in kinds(events)


def test_facts_that_several_stories_brought_too_soon_are_told_in_one_update() -> None:
    body = OTHER_WORDS.replace("41", "48")
    soon = later("Navy lifts 48 from Kampot", body, hours=0.2)
    thai = "Kampot flood victims to go home on March 19"
    date = told("3", source="Gulf Wire", headline=thai, body=f"{body} March 19.", hours=0.3)
    events = gathered(told("1"), soon, date, tick(1.5), tick(3))
    assert kinds(events) == [OPENED, NEW_FACT]
    assert [change.after for change in events[1].changes] == ["48", "March 19"]


def test_what_was_held_back_is_kept_over_a_restart() -> None:
    gathering = Gathering()
    first, edited = (
        told("1", headline=headline, body="The navy came.", hours=hours)
        for headline, hours in ((RESCUE, 0), (FORTY_EIGHT, 0.2))
    )
    gathering.step(first, NOON)
    (state,) = gathering.step(edited, NOON).changed.values()
    again = Gathering([decode(encode(state), AlertState)])
    assert kinds(again.step(tick(1.2), NOON).events) == [NEW_FACT]


def test_an_update_for_another_reason_shows_what_is_new_too() -> None:
    bodies = [REPORTS[1], REPORTS[2].replace("villagers", "67 villagers")]
    headlines = ("Kampot flood", "Kampot flood: 67 brought out")
    others = [
        told(name, source=name, headline=headline, body=body, hours=number / 4)
        for number, (name, headline, body) in enumerate(
            zip(("Gulf Wire", "Pacific Desk"), headlines, bodies, strict=True), start=1
        )
    ]
    events = gathered(told("1"), *others)
    assert kinds(events) == [OPENED, (Kind.UPDATED, "third outlet")]
    assert events[1].changes == (Change(what="figures", before="41", after="67"),)
    copy = told("9", headline=headlines[1], body=bodies[1], source="Harbour News", hours=9)
    assert kinds(gathered(told("1"), *others, copy))[2:] == [], "it was told"


def test_a_figure_hardly_further_on_is_no_news() -> None:
    first = told("1", headline="Flood cancels 2,500 trips to Kampot")
    soon = later("Flood cancels 2,600 trips to Kampot", LANDING, hours=2)
    assert kinds(gathered(first, soon)) == [OPENED]
    much = later("Flood cancels 3,100 trips to Kampot", LANDING, hours=2)
    assert kinds(gathered(first, much)) == [OPENED, NEW_FACT]


def test_what_was_written_out_is_known() -> None:
    first = told("1", headline=RESCUE, body=LANDING)
    assert "nine people" in LANDING
    assert kinds(gathered(first, later("Kampot: 9 treated after the flood"))) == [OPENED]


def test_an_alert_is_headed_in_the_language_that_the_watch_names_first() -> None:
    gathering = Gathering()
    first, second, third = (
        msgspec.structs.replace(spoken(one, language), languages=("en", "km"))
        for one, language in (
            (told("1"), "km"),
            (told("2", source="Gulf Wire", headline="Kampot flood", body=OTHER_WORDS), "en"),
            (
                told("3", source="Desk", headline="Kampot: 67 lifted", body=REPORTS[1], hours=4),
                "km",
            ),
        )
    )
    closing = Tick(at=NOON + timedelta(hours=90))
    events = [event for one in (first, second) for event in gathering.step(one, NOON).events]
    assert kinds(events) == [OPENED], "a report in another language tells nothing"
    (update,) = gathering.step(third, NOON).events
    assert update.story == third.story, "an event is about its own story"
    (closed,) = gathering.step(closing, NOON).events
    assert closed.story.headline == "Kampot flood"
