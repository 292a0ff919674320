"""What an alert makes of versions, holds, kills and corrections, as they come."""

import json
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from streams.contract.codec import decode, encode
from streams.grouping import Gathering
from streams.matching.match import notice as noticed
from streams.model.alert import AlertState, Kind
from streams.model.story import Status
from streams.model.tags import TaggedStory
from streams.model.watch import Match, Notice, Tick
from streams.worker.open_alerts import OpenAlerts
from tests.streams.worker.test_memory import FakeTable
from tests.support.gathered import (
    ELSEWHERE,
    LANDING,
    OPENED,
    OTHER_WORDS,
    RESCUE,
    gathered,
    kinds,
    notice,
    told,
)
from tests.support.replaying import lines, replayed
from tests.support.samples import NOON

PACT = "US and Cambodian armies sign logistics pact"
SIGNED = (
    "The US Army and the Royal Cambodian Army signed a logistics pact in Phnom Penh on fuel and"
    " spare parts, both defense ministries said."
)
BY_ANOTHER = {
    "id": "b",
    "headline": "Armies of US and Cambodia agree on logistics",
    "summary": "Fuel and spare parts are in a logistics pact that the Cambodian army and the US"
    " Army signed in Phnom Penh.",
    "source": "Y",
}


def line(time: str, status: str = "usable", **fields: str) -> dict[str, str]:
    return {
        "id": "a",
        "headline": PACT,
        "summary": SIGNED,
        "language": "en",
        "source": "X",
        "published": f"2026-11-26T{time}Z",
        "status": status,
        **fields,
    }


RELEASED = ("updated", "released after a hold")
NEW = ("opened", "new story")
KILLED = ("withdrawn", "killed by the outlet")


SILENT = ("joined", "closed")


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        # The hold of the first version is read again, after the second one was let out.
        ([line("10:00:00", "withheld"), line("10:05:00"), line("10:00:00", "withheld")], [NEW]),
        ([line("10:00:00", "withheld"), line("10:05:00"), line("10:05:01", "withheld")], [NEW]),
        # A hold in the same words as before, an hour later, is a new one.
        (
            [line("10:00:00", "withheld"), line("10:05:00"), line("11:05:00", "withheld")],
            [NEW, ("withdrawn", "held back by the outlet")],
        ),
        (
            [line("10:00:00"), line("10:05:00", "withheld"), line("10:10:00")],
            [NEW, ("withdrawn", "held back by the outlet"), RELEASED],
        ),
        (
            [
                line("10:00:00"),
                line("10:05:00", "canceled"),
                line("13:10:00", summary=f"{SIGNED} It runs for five years."),
            ],
            [NEW, KILLED, ("updated", "reinstated")],
        ),
        (
            [line("10:00:00"), line("10:05:00", "canceled"), line("13:10:00", **BY_ANOTHER)],
            [NEW, KILLED, ("updated", "reported again")],
        ),
        # An old version after a kill.
        ([line("10:05:00", "canceled"), line("10:00:00")], []),
        # A late version is no edit.
        ([line("10:05:00"), line("10:00:00", headline=f"{PACT}, 12 years")], [NEW]),
    ],
)
def test_a_replay_goes_by_the_newest_version(
    versions: list[dict[str, str]], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    found = replayed([], lines(versions), tmp_path)
    told = [(one["kind"], one["reason"]) for one in found if one["kind"] not in SILENT]
    assert told == expected


@pytest.mark.parametrize(
    "texts",
    [
        [
            (
                f"US army {verb} rations to Cambodia under defense accord",
                "Text. An earlier version of this article misstated a name.",
            )
            for verb in ("hands", "gives", "sends")
        ],
        [
            ("US army hands rations to Cambodia under defense accord", text)
            for text in (
                "The army gave 1200 boxes. Correction: a name was wrong.",
                "The army gave 1200 boxes, 340 of them rice. Correction: a name was wrong.",
            )
        ],
    ],
)
def test_a_note_that_stood_there_before_corrects_nothing(
    texts: list[tuple[str, str]], tmp_path: Path
) -> None:
    versions = [
        line(f"{10 + hour}:00:00", headline=headline, summary=summary)
        for hour, (headline, summary) in enumerate(texts)
    ]
    found = replayed([], lines(versions), tmp_path)
    assert [one["kind"] for one in found if one["kind"] not in SILENT] == ["opened"]


def test_a_second_note_corrects_again() -> None:
    once, twice = "Correction: a name was wrong.", "Correction: a town was wrong."
    versions = [
        told("1", body=f"{LANDING} {once}"),
        told("1", body=f"{LANDING.replace('41', '43')} {once}", hours=1),
        told("1", body=f"{LANDING.replace('41', '43')} Nine. {once}", hours=2),
        told("1", body=f"{LANDING.replace('41', '44')} {once} {twice}", hours=3),
    ]
    assert kinds(gathered(*versions)) == [OPENED, (Kind.CORRECTED, "corrected by the outlet")]


def test_a_slug_that_stays_corrects_once() -> None:
    versions = [
        told("1"),
        told("1", body=LANDING.replace("41", "14"), status=Status.CORRECTED, hours=1),
        told(
            "1", body=LANDING.replace("41", "14") + " It rained.", status=Status.CORRECTED, hours=2
        ),
    ]
    assert [event.kind for event in gathered(*versions)] == [Kind.OPENED, Kind.CORRECTED]


def taken_back(match: Match, hours: float, **fields: object) -> Notice:
    story = msgspec.structs.replace(
        match.story,
        status=Status.CANCELED,
        version=f"killed {hours}",
        first_seen=NOON + timedelta(hours=hours),
        **fields,
    )
    return notice(msgspec.structs.replace(match, story=story))


def numbered(match: Match, number: int) -> Match:
    return msgspec.structs.replace(
        match, story=msgspec.structs.replace(match.story, revision=number)
    )


def test_a_wires_number_counts_before_the_time_it_came() -> None:
    first, second = numbered(told("1", hours=1), 2), numbered(told("1", body=RESCUE, hours=2), 1)
    kill = taken_back(numbered(told("1"), 3), 0)
    assert kinds(gathered(kill, second, first)) == []
    assert kinds(gathered(first, second)) == [OPENED]


def test_an_old_version_opens_nothing_though_the_newer_one_fits_no_watch() -> None:
    newer = numbered(told("1", headline="Museum reopens", body=ELSEWHERE), 3)
    tagged = TaggedStory(story=newer.story, tags=newer.tags, times=newer.times)
    older = numbered(told("1", hours=1), 1)
    older = msgspec.structs.replace(older, story=msgspec.structs.replace(older.story, edited=True))
    assert kinds(gathered(*noticed(tagged, NOON), older)) == []
    assert kinds(gathered(*noticed(tagged, NOON), told("2"))) == [OPENED]


def test_alerts_of_the_first_release_are_read_and_killed() -> None:
    first = told("1")
    first = msgspec.structs.replace(first, story=msgspec.structs.replace(first.story, version="1"))
    (state,) = Gathering().step(first, NOON).changed.values()
    old = msgspec.to_builtins(state)
    del old["packed_stories"]
    old["stories"] = {first.story.id: ["1"]}
    table = FakeTable()
    table.saved[f"3/{state.alert}".encode()] = json.dumps(old).encode()
    memory = OpenAlerts(table)
    kill = taken_back(first, 1)
    told_of = [event.kind for event in memory.step(3, kill, NOON)]
    assert told_of == [Kind.WITHDRAWN]
    table.save()
    (saved,) = (value for key, value in table.saved.items() if b"heard" not in key)
    assert decode(saved, AlertState).withdrawn
    # And what was heard is read again after a restart.
    assert OpenAlerts(table).step(3, first, NOON) == []


def test_alerts_that_were_saved_before_stories_were_packed_are_read_and_go_on() -> None:
    matches = (told("1"), told("2", source="Gulf Wire", hours=1))
    first, other = (
        msgspec.structs.replace(one, story=msgspec.structs.replace(one.story, version=one.story.id))
        for one in matches
    )
    gathering = Gathering()
    (state,) = gathering.step(first, NOON).changed.values()
    old = msgspec.to_builtins(state)
    del old["packed_stories"]
    old["members"] = msgspec.to_builtins(dict(state.stories))
    old["face"] |= {"alert": state.alert, "watch": state.watch, "kind": "opened", "event": "1"}
    table = FakeTable()
    table.saved[f"3/{state.alert}".encode()] = json.dumps(old).encode()
    memory = OpenAlerts(table)
    for record in (other, taken_back(first, 2)):
        told_of = [one for one in memory.step(3, record, NOON) if one.kind is not Kind.JOINED]
        live = gathering.step(record, NOON)
        assert told_of == live.events
    table.save()
    again = decode(table.saved[f"3/{state.alert}".encode()], AlertState)
    assert again == live.changed[state.alert]
    assert list(again.stories) == [first.story.id, other.story.id]


def test_a_story_of_an_alert_takes_little_room_in_memory_and_on_kafka() -> None:
    gathering = Gathering()
    for number in range(200):
        outcome = gathering.step(told(f"{number:032x}", source=f"Outlet {number}"), NOON)
    (state,) = outcome.changed.values()
    assert len(state.stories) == 200
    assert len(encode(state)) < 200 * 200


def test_a_tick_waits_for_the_slowest_partition() -> None:
    gathering = Gathering()
    gathering.step(told("1"), NOON)
    late = NOON + timedelta(days=6)
    for partitions in ((0,), (0,)):
        assert gathering.step(Tick(at=late, partitions=partitions, of=2), NOON).events == []
    joined = gathering.step(told("1", body=OTHER_WORDS, hours=60), NOON)
    assert joined.events == []
    (closed,) = gathering.step(Tick(at=late, partitions=(1,), of=2), NOON).events
    assert closed.kind is Kind.CLOSED


def test_a_story_later_than_the_window_opens_an_alert_of_its_own() -> None:
    late = told("2", source="Gulf Wire", headline="Kampot flood", body=OTHER_WORDS, hours=100)
    assert [event.kind for event in gathered(told("1"), late)] == [Kind.OPENED, Kind.OPENED]


def correction(body: str) -> Match:
    """A correction that its wire sent as a new version of the story, in other words."""
    return told(
        "1",
        headline="Clarification on the Kampot flood",
        body=body,
        status=Status.CORRECTED,
        hours=2,
    )


def test_a_correction_that_shares_no_sentence_says_what_changed() -> None:
    note = correction("The wire miscounted. It was 14 whom helicopters brought to safety.")
    events = gathered(told("1"), note)
    assert [event.kind for event in events] == [Kind.OPENED, Kind.CORRECTED]
    changed = {change.what: (change.before, change.after) for change in events[1].changes}
    assert changed["headline"] == (RESCUE, "Clarification on the Kampot flood")
    assert changed["figures"] == ("41, Sunday", "14")


"""Another story of the same outlet, which joins the first one's alert."""
