"""An entry that is rewritten under its old id: another event, or news of its own."""

import msgspec
import pytest

from streams.contract.codec import decode, encode
from streams.grouping import Gathering
from streams.model.alert import AlertEvent, AlertState, Kind
from streams.model.story import Status, digest
from streams.model.watch import Match
from tests.support.gathered import (
    ELSEWHERE,
    LANDING,
    OPENED,
    OTHER_WORDS,
    RESCUE,
    gathered,
    kinds,
    told,
)
from tests.support.samples import NOON

AUCTION = "Teak auction draws bidders to Battambang"
ANOTHER = (Kind.OPENED, "another story in an entry that is known")


def rewritten(hours: float = 5, body: str = ELSEWHERE) -> Match:
    return told("1", headline=AUCTION, body=body, hours=hours)


def short_named(match: Match) -> Match:
    """A match whose version is named as on Kafka."""
    version = digest((match.story.version,))
    return msgspec.structs.replace(
        match, story=msgspec.structs.replace(match.story, version=version)
    )


def through_restarts(*records: Match) -> list[AlertEvent]:
    """What is told by a worker that is started anew before each record."""
    saved: dict[str, bytes] = {}
    events = []
    for record in records:
        gathering = Gathering(decode(one, AlertState) for one in saved.values())
        outcome = gathering.step(record, NOON)
        saved |= {name: encode(state) for name, state in outcome.changed.items()}
        events += outcome.events
    return events


def test_another_event_under_an_old_id_has_an_alert_of_its_own() -> None:
    events = gathered(told("1"), rewritten())
    assert kinds(events) == [OPENED, ANOTHER]
    first, second = events
    assert first.alert != second.alert
    assert second.related == (first.alert,)
    assert second.stories == first.stories


def test_both_alerts_go_on_each_with_its_own_event() -> None:
    records = [
        told("1"),
        rewritten(),
        told("2", source="Gulf Wire", headline="Kampot flood: 67 lifted", body=LANDING, hours=7),
        rewritten(hours=8, body=f"{ELSEWHERE} It rained."),
        told("1", hours=5),  # An old copy of the first version comes late.
        told(
            "3", source="Pacific Desk", headline="Teak goes for 9 million", body=ELSEWHERE, hours=9
        ),
        told("1", headline=AUCTION, status=Status.CANCELED, body=ELSEWHERE, hours=10),
    ]
    records = [short_named(one) for one in records]
    events = gathered(*records)
    assert kinds(events)[:3] == [OPENED, ANOTHER, (Kind.UPDATED, "new fact")]
    assert events[2].alert == events[0].alert
    assert {event.alert for event in events[3:]} == {events[1].alert}
    assert through_restarts(*records) == events


def test_a_story_in_the_place_of_another_joins_the_alert_that_its_event_has() -> None:
    other = told("2", headline=AUCTION, body=ELSEWHERE, source="Gulf Wire", hours=1)
    events = gathered(told("1"), other, rewritten())
    assert kinds(events) == [OPENED, OPENED]


@pytest.mark.parametrize(
    ("headline", "body"),
    [
        (RESCUE, OTHER_WORDS),
        ("Kampot: what is known of the flood", OTHER_WORDS),
        (f"UPDATE 1-{RESCUE}", f"{LANDING} {ELSEWHERE}"),
        ("Navy helps Kampot", LANDING[:60]),
    ],
)
def test_an_edit_is_no_other_story(headline: str, body: str) -> None:
    edit = told("1", headline=headline, body=body, hours=5)
    assert kinds(gathered(told("1"), edit)) == [OPENED]


def test_a_story_in_the_place_of_its_teaser_is_an_edit() -> None:
    first = told("1", headline="Water rises", body="Our reporter was there. Read all of it.")
    whole = told("1", headline="Water rises", body=f"{LANDING} {OTHER_WORDS}", hours=0.1)
    assert kinds(gathered(first, whole)) == [OPENED]


def test_a_headline_that_stays_over_another_text_is_told_as_rewritten() -> None:
    brief = "Morning brief"
    first = told("1", headline=brief)
    again = told("1", headline=brief, body=ELSEWHERE, hours=24)
    events = gathered(first, again, msgspec.structs.replace(again))
    assert kinds(events) == [OPENED, (Kind.UPDATED, "rewritten by the outlet")]
    text = {change.what: change.after for change in events[1].changes}["text"]
    assert ELSEWHERE.startswith(text.removesuffix(" …"))
