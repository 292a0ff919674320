"""What the kill of one story, and a story like a killed one, must leave as it is."""

from itertools import permutations
from pathlib import Path

import pytest

from streams.model.alert import Kind
from streams.model.watch import Match, Notice
from tests.streams.grouping.test_alert_versions import (
    BY_ANOTHER,
    KILLED,
    NEW,
    PACT,
    SILENT,
    line,
    taken_back,
)
from tests.support.gathered import LANDING, gathered, kinds, told
from tests.support.replaying import lines, replayed

NAVIES = {
    "id": "b",
    "headline": "US and Cambodian navies sign fuel pact",
    "summary": "The US Navy and the Royal Cambodian Navy signed a fuel pact in Kampot on diesel,"
    " both defense ministries said.",
}
MARINES = {
    "id": "c",
    "headline": "US and Cambodian armies sign pact",
    "summary": "Instructors of the US Marines will teach Cambodian army divers at Ream from May on"
    " by a pact that was signed in Washington on Friday.",
}


@pytest.mark.parametrize(
    "others",
    [
        [line("10:05:00", "withheld", **NAVIES)],
        [line("10:05:00", "canceled", **NAVIES), line("10:10:00", "withheld", **MARINES)],
        [
            line("10:02:00", **{**BY_ANOTHER, "id": "y"}),
            line("10:05:00", "canceled", **{**NAVIES, "headline": f"KILL: {NAVIES['headline']}"}),
        ],
    ],
)
def test_a_story_held_or_killed_before_it_was_told_takes_nothing_of_another_with_it(
    others: list[dict[str, str]], tmp_path: Path
) -> None:
    found = replayed([], lines([line("10:00:00"), *others]), tmp_path)
    assert [(e["kind"], e["reason"]) for e in found if e["kind"] not in SILENT] == [NEW]


@pytest.mark.parametrize(
    ("headline", "summary"),
    [
        (f"KILL: {PACT}", "Do not use."),
        (PACT, "Please do not use the story that was sent at 10:00."),
        ("KILL: US, Cambodia sign logistics pact", "Editors: " + 12 * "the desk looks into it. "),
    ],
)
def test_a_note_under_its_own_id_takes_back_the_story_whose_headline_it_has(
    headline: str, summary: str, tmp_path: Path
) -> None:
    note = line("10:05:00", "canceled", id="9", headline=headline, summary=summary)
    found = replayed([], lines([line("10:00:00"), note]), tmp_path)
    assert [e["kind"] for e in found if e["kind"] not in SILENT] == ["opened", "withdrawn"]


def test_words_that_were_killed_are_told_again_in_an_alert_of_their_own_after_the_window(
    tmp_path: Path,
) -> None:
    """Of copies that others print later nobody is told: their first teller took them back."""
    stories = [
        line("", published="2026-10-01T10:00:00Z"),
        line("", "canceled", published="2026-10-01T10:30:00Z"),
        line("", id="y", source="Y", published="2026-10-07T13:00:00Z"),
        line("", id="c", published="2026-10-07T14:00:00Z"),
        line("", id="d", published="2026-10-20T14:00:00Z"),
    ]
    found = replayed([], lines(stories), tmp_path)
    told_of = [e for e in found if e["kind"] not in SILENT]
    assert [(e["kind"], e["reason"]) for e in told_of] == [NEW, KILLED, NEW]
    first, _, again = told_of
    assert again["related"] == [first["alert"]]
    joined = {e["story"]: e["alert"] for e in found if e["kind"] == "joined"}
    assert joined == {"y": first["alert"], "d": again["alert"]}


def test_a_killed_story_is_brought_back_by_no_report_of_another_in_its_form(tmp_path: Path) -> None:
    radar = {
        "headline": "Idaho Guard and Cambodian air force to share radar",
        "summary": "The Idaho National Guard and the Royal Cambodian Air Force will share radar"
        " data at Phnom Penh, the US embassy said.",
    }
    hospital = {
        "id": "n",
        "headline": "Nebraska Guard and Cambodian army to share field hospital",
        "summary": "The Nebraska National Guard and the Royal Cambodian Army will share a field"
        " hospital in Kampot, the US embassy said.",
    }
    stories = [
        line("10:00:00", **radar),
        line("10:30:00", "canceled", **radar),
        line("14:00:00", **hospital),
    ]
    found = replayed([], lines(stories), tmp_path)
    assert [(e["kind"], e["reason"]) for e in found if e["kind"] not in SILENT] == [
        NEW,
        KILLED,
        NEW,
    ]


BY_THE_WIRE = f"KAMPOT (AP) -- {LANDING}"
WIRE = told("1", source="AP World News", body=BY_THE_WIRE)
PRINTED = told("2", source="Mekong Courier", body=BY_THE_WIRE, hours=0.5)
PRINTED_FIRST = told("2", source="Mekong Courier", body=BY_THE_WIRE, hours=-0.5)
PRINTED_ELSEWHERE = told("3", source="Harbour News", body=BY_THE_WIRE, hours=0.25)
NOTE = told("9", headline=f"KILL: {WIRE.story.headline}", body="KAMPOT (AP) -- Do not use.")


@pytest.mark.parametrize(
    "records",
    [
        *permutations((WIRE, PRINTED, taken_back(PRINTED, 1))),
        *permutations((WIRE, PRINTED_FIRST, taken_back(PRINTED_FIRST, 1))),
        *permutations((PRINTED_FIRST, PRINTED_ELSEWHERE, taken_back(PRINTED_FIRST, 1))),
        (WIRE, taken_back(NOTE, 1)),
        (taken_back(NOTE, 1), WIRE),
    ],
)
def test_a_paper_that_takes_back_what_it_printed_of_a_wire_takes_back_no_word_of_the_wires(
    records: tuple[Match | Notice, ...],
) -> None:
    """Whether the wire told it first or later, or is only credited by others."""
    told_of = [event.kind for event in gathered(*records)]
    alone = told_of[:2] == [Kind.OPENED, Kind.WITHDRAWN]  # the paper had told it, nobody else yet
    assert told_of[0] is Kind.OPENED
    assert Kind.WITHDRAWN not in told_of[2 if alone else 1 :]
    assert not alone or told_of[2:3] == [Kind.UPDATED]


def test_what_a_wire_took_back_is_not_told_by_who_prints_it_later() -> None:
    late = told("3", source="Harbour News", body=BY_THE_WIRE, hours=2)
    events = gathered(PRINTED_FIRST, WIRE, taken_back(WIRE, 1), late)
    assert kinds(events)[-1] == (Kind.WITHDRAWN, "killed by the outlet")
