"""What the kill of one story, and a story like a killed one, must leave as it is."""

from pathlib import Path

import pytest

from tests.streams.grouping.test_alert_versions import (
    BY_ANOTHER,
    KILLED,
    NEW,
    PACT,
    SILENT,
    line,
)
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
