"""An edit without a word is followed: into a new version, and out of the watch that it fitted."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from connectors.pages.page_policy import FROM_PAGE
from connectors.polling.detect_new import before_its_page
from streams.contract.messages import message, messages
from streams.matching.match import Watches, notice
from streams.model.alert import AlertEvent, Kind
from streams.model.story import (
    GATHER_CHARACTERS,
    Status,
    Story,
    in_other_words,
    story_version,
)
from streams.model.watch import Match, Notice
from tests.connectors.polling.test_poller import World, play
from tests.support.full_text_site import Stand, on_site
from tests.support.gathered import HOUR, LANDING, OPENED, OTHER_WORDS, RESCUE, gathered, kinds, told
from tests.support.replaying import DRILLS, lines, live, replayed
from tests.support.samples import HEADLINE, NOON, WATCH, sample_story, sample_tagged
from tests.wirewatch.history.test_story_account import ran, said
from tests.wirewatch.history.test_story_account import told as explained
from wirewatch.history.replay_stories import REMEMBERED, FromLines

FEWER = LANDING.replace("41", "14")
OUTGROWN = (Kind.CORRECTED, "edited, and no longer matches the watch")


def edit(match: Match) -> Notice:
    story = msgspec.structs.replace(match.story, edited=True)
    return Notice(story=story, tags=match.tags, times=match.times)


def changed(event: AlertEvent) -> list[tuple[str, str, str]]:
    return [(change.what, change.before, change.after) for change in event.changes]


def test_an_edited_story_is_noticed_whole() -> None:
    body = "Long. " * 400
    edited = msgspec.structs.replace(sample_story(body=body), edited=True)
    (noticed,) = notice(sample_tagged(edited), NOON)
    assert noticed.story.body == body[:GATHER_CHARACTERS] == body
    old = msgspec.structs.replace(edited, backfill=True)
    assert notice(sample_tagged(old), NOON) == []


def test_an_edit_that_fits_no_more_says_what_changed() -> None:
    events = gathered(told("1"), edit(told("1", headline="Flood in Kampot", body=FEWER, hours=1)))
    assert kinds(events) == [OPENED, OUTGROWN]
    assert changed(events[1]) == [
        ("headline", RESCUE, "Flood in Kampot"),
        ("figures", "41", "14"),
    ]
    assert (events[1].alert, events[1].watch) == (events[0].alert, events[0].watch)


def test_an_edit_in_wholly_other_words_is_held_against_what_it_was() -> None:
    events = gathered(
        told("1"), edit(told("1", headline="Market day", body="Fish was dear.", hours=1))
    )
    assert kinds(events) == [OPENED, OUTGROWN]
    assert changed(events[1])[0] == ("headline", RESCUE, "Market day")


def test_the_next_edit_is_told_only_if_it_changes_something_again() -> None:
    once, trimmed, twice = (
        edit(told("1", headline=headline, body=body, hours=hours))
        for hours, headline, body in (
            (1, "Flood in Kampot", FEWER),
            (2, "Flood in Kampot", FEWER.replace(" for exposure", "")),
            (3, "Flood in Kep", FEWER),
        )
    )
    events = gathered(told("1"), once, once, trimmed, twice, once)
    assert kinds(events) == [OPENED, OUTGROWN, OUTGROWN]
    assert changed(events[2]) == [("headline", "Flood in Kampot", "Flood in Kep")]


def test_an_edit_that_changes_neither_headline_nor_figures_is_remembered_in_silence() -> None:
    late = edit(told("1", body=LANDING.replace("Doctors", "Nurses")))
    assert kinds(gathered(told("1"), late)) == [OPENED]


def test_an_edit_that_still_fits_is_its_matchs_business() -> None:
    later = told("1", headline="Flood in Kampot", body=FEWER)
    assert kinds(gathered(told("1"), later, edit(later))) == [OPENED]


def test_an_edit_is_nothing_to_an_alert_that_has_not_its_story() -> None:
    """A kill is looked for by its words; an edit of another story says nothing of this one."""
    copy = told("2", source="Gulf Wire", headline=RESCUE, body=LANDING.replace("41", "42"))
    assert kinds(gathered(told("1"), edit(copy))) == [OPENED]


def test_an_edit_of_a_silent_copy_is_not_told_as_the_first_outlets() -> None:
    copy = told("2", source="Gulf Wire", headline="Flood victims flown out")
    late = edit(told("2", source="Gulf Wire", headline="Flood victims", hours=1))
    assert kinds(gathered(told("1"), copy, late)) == [OPENED]


def test_each_outlet_is_held_against_its_own_words() -> None:
    report = told("2", source="Gulf Wire", headline="Kampot flood", body=OTHER_WORDS)
    late = edit(told("2", source="Gulf Wire", headline="Kampot rain", body=LANDING, hours=1))
    events = gathered(told("1"), report, late)
    assert changed(events[-1])[0] == ("headline", "Kampot flood", "Kampot rain")


def test_what_was_withdrawn_is_not_corrected() -> None:
    kill = told("1", status=Status.CANCELED, hours=1)
    late = edit(told("1", headline="Flood in Kampot", body=FEWER, hours=2))
    assert [event.kind for event in gathered(told("1"), kill, late)] == [
        Kind.OPENED,
        Kind.WITHDRAWN,
    ]


def test_a_worker_tells_it_too() -> None:
    first = sample_story(body=DRILLS)
    edited = msgspec.structs.replace(
        first,
        headline="Rain in Lima",
        body="It fell.",
        version="2",
        edited=True,
        first_seen=first.first_seen + HOUR,
    )
    assert kinds(live([first, edited], Watches([WATCH]))) == [OPENED, OUTGROWN]


@pytest.mark.parametrize(
    ("fields", "edited"),
    [
        ({"body": "Other."}, True),
        ({"summary": "Other."}, True),
        ({"status": Status.WITHHELD}, False),
        ({}, False),
    ],
)
def test_another_status_alone_is_no_edit(fields: dict[str, str], edited: bool) -> None:
    words = {"headline": HEADLINE, "body": "It rained.", "status": Status.USABLE}
    story = sample_story(headline=HEADLINE, body="It rained.")
    assert in_other_words(story, story_version(**{**words, **fields})) == edited  # type: ignore[arg-type] # fields of several types


def test_poll_marks_what_it_knew_in_other_words(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll("1 Ships call at the port\n2 Rain")
        await world.poll("1 Three ships call at the port\n2 Rain\n3 Wind")
        await world.poll("1 Three ships call at the port\n2 Rain\n3 Wind")

    found = play(tmp_path, act).log.stories
    assert [(story.headline, story.edited) for story in found] == [
        ("Ships call at the port", False),
        ("Rain", False),
        ("Three ships call at the port", True),
        ("Wind", False),
    ]


def test_where_pages_are_fetched_an_edit_is_told_with_its_page(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        world.feed = msgspec.structs.replace(world.feed, full_text=True)
        await world.poll("1 Ships call at the port")
        await world.poll("1 Three ships call at the port")

    first, second = play(tmp_path, act).log.stories
    assert (first.edited, second.edited) == (False, True), "no link: there is no page to wait for"
    assert not before_its_page(
        msgspec.structs.replace(second, url="https://courier.example/1")
    ).edited


def edited_with_page(folder: Path, act: Callable[[Stand, Story], Awaitable[None]]) -> list[Story]:
    async def main(stand: Stand) -> None:
        await act(stand, stand.story(stand.site.url("/1"), edited=True))

    return on_site(folder, main).sent.stories


def test_the_page_of_an_edit_is_an_edit(tmp_path: Path) -> None:
    async def act(stand: Stand, story: Story) -> None:
        stand.site.has("/1")
        await stand.settled(story)

    (found,) = edited_with_page(tmp_path, act)
    assert (found.flags, found.edited) == ((FROM_PAGE,), True)


def test_an_edit_whose_page_cannot_be_had_goes_by_its_feeds_words(tmp_path: Path) -> None:
    async def act(stand: Stand, story: Story) -> None:
        stand.site.has("/1", status=403)
        await stand.settled(story, stand.story(stand.site.url("/1"), "2"))

    (found,) = edited_with_page(tmp_path, act)
    assert (found.flags, found.edited) == ((), True)


EDITED = (
    {"id": 7, "headline": HEADLINE, "body": DRILLS, "published": "2026-06-01T10:00:00Z"},
    {"id": 7, "headline": HEADLINE, "body": DRILLS, "published": "2026-06-01T10:30:00Z"},
    {"id": 7, "headline": "Talks end in Lima", "published": "2026-06-01T11:00:00Z"},
)


def test_a_replay_tells_of_an_edit_that_fits_no_more(tmp_path: Path) -> None:
    found = replayed([], lines(EDITED), tmp_path)
    assert [(one["kind"], one["story"], one["headline"]) for one in found] == [
        ("opened", 7, HEADLINE),
        ("joined", 7, HEADLINE),
        ("corrected", 7, "Talks end in Lima"),
        ("closed", 7, "Talks end in Lima"),
    ]
    assert found[2]["reason"] == OUTGROWN[1]


def test_a_replay_remembers_so_many_words_and_no_more() -> None:
    between = ({"id": number, "headline": "Rain"} for number in range(8, REMEMBERED + 8))
    rows = ({"id": 7, "headline": "A"}, {"id": 7, "headline": "B"}, *between, EDITED[0])
    found = list(FromLines(lines(rows).splitlines(), pytest.fail))
    assert [one.story.edited for one in (*found[:2], found[-1])] == [False, True, False]


def test_explain_tells_an_edit_from_what_it_was() -> None:
    first = sample_story(body=DRILLS)
    later = first.first_seen + timedelta(minutes=1)
    edited = msgspec.structs.replace(
        first, body="It rained.", version="2", edited=True, first_seen=later
    )
    tagged = sample_tagged(edited)
    bare = msgspec.structs.replace(tagged, tags=msgspec.structs.replace(tagged.tags, topics=()))
    handed = [message(edited), message(bare), *messages(notice(bare, NOON)[0])]
    account = explained(first.id, *ran(first), *handed)
    poll, _, matched, gathering = said(account)
    assert poll[2] == "from feed courier, edited since it came first"
    assert matched[2] == (
        f"an earlier version fitted {WATCH.id} when it came; of the watches of now: none"
    )
    assert "opened by it" in gathering[2]
