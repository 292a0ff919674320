"""A story whose page is gone for good: what it is to its alerts, and how full text finds out."""

from pathlib import Path

import msgspec
import pytest

from connectors.http.fetch import Failed
from connectors.pages.page_policy import PAUSES, SURE_AFTER, pause
from streams.contract.messages import message, messages
from streams.matching.match import notice as noticed
from streams.model.alert import Kind
from streams.model.feed_health import FeedState
from streams.model.story import GONE, Status, gone
from streams.model.watch import Match, Notice
from tests.support.full_text_site import Stand, on_site
from tests.support.gathered import (
    HOUR,
    LANDING,
    OPENED,
    OTHER_WORDS,
    RESCUE,
    gathered,
    kinds,
    notice,
    told,
)
from tests.support.samples import NOON, sample_story, sample_tagged
from tests.wirewatch.history.test_story_account import ran, said
from tests.wirewatch.history.test_story_account import told as explained

WITHDRAWN = (Kind.WITHDRAWN, "gone from its address")
REPORT = told("2", source="Gulf Wire", headline="Kampot flood", body=OTHER_WORDS)


def page_gone(match: Match) -> Notice:
    return notice(msgspec.structs.replace(match, story=gone(match.story, NOON + HOUR)))


def test_the_only_outlets_missing_page_withdraws_the_alert_once() -> None:
    first = told("1")
    events = gathered(first, page_gone(first), page_gone(first))
    assert kinds(events) == [OPENED, WITHDRAWN]
    assert events[1].story == gone(first.story, NOON + HOUR)


def test_one_of_several_outlets_missing_page_is_no_end() -> None:
    first = told("1")
    assert kinds(gathered(first, REPORT, page_gone(first))) == [OPENED]


def test_a_copy_that_is_gone_says_nothing_of_the_first_outlet() -> None:
    first, copy = told("1"), told("2", source="Gulf Wire")
    assert kinds(gathered(first, copy, page_gone(copy))) == [OPENED]


def test_a_second_address_of_the_first_outlet_may_be_taken_away() -> None:
    first, twin = told("1"), told("2")
    events = gathered(first, twin, page_gone(twin), page_gone(first))
    assert kinds(events) == [OPENED, WITHDRAWN]
    assert events[1].story.id == first.story.id


def test_when_all_who_told_it_are_gone_it_is_withdrawn() -> None:
    first = told("1")
    events = gathered(first, REPORT, page_gone(first), page_gone(first), page_gone(REPORT))
    assert kinds(events) == [OPENED, WITHDRAWN]
    assert events[1].story.source == "Gulf Wire"


def test_a_page_that_is_gone_is_nothing_to_alerts_without_its_story() -> None:
    """A kill goes for all copies of a text, a missing page for the one story it told."""
    twin = told("2", headline=RESCUE, body=LANDING)
    assert kinds(gathered(told("1"), page_gone(twin))) == [OPENED]
    killed = msgspec.structs.replace(twin.story, status=Status.CANCELED, version="killed")
    kill = notice(msgspec.structs.replace(twin, story=killed))
    assert len(gathered(told("1"), kill)) == 2


def test_another_outlet_brings_the_alert_back() -> None:
    first = told("1")
    late = told("3", source="Pacific Desk", headline="Flood", body=OTHER_WORDS, hours=3)
    events = gathered(first, page_gone(first), late)
    assert kinds(events)[2:] == [(Kind.UPDATED, "reported again")]


def test_explain_says_that_the_page_is_gone() -> None:
    story = sample_story()
    tagged = sample_tagged(gone(story, NOON))
    handed = [message(tagged.story), message(tagged), *messages(noticed(tagged, NOON)[0])]
    poll, _, matched, _ = said(explained(story.id, *ran(story), *handed))
    assert poll[2] == f"from feed courier, {GONE}"
    assert matched[2].startswith("matches nothing: its outlet took it back")


def test_full_text_asks_twice_before_it_believes_that_a_page_is_gone(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        story = stand.story(stand.site.has("/1", status=410))
        said_gone = "the server says 410 Gone"
        assert await stand.settled(story) == {f"pending {story.id}": said_gone}
        assert stand.sent.stories == []
        stand.make_due()
        assert await stand.settled() == {f"failed {story.id}": said_gone}
        (told,) = stand.sent.stories
        assert told == gone(story, told.first_seen)
        assert told.first_seen != story.first_seen
        assert await stand.settled(story) == {f"failed {story.id}": said_gone}

    on_site(tmp_path, act)


@pytest.mark.parametrize("status", [200, 404, 403, 503])
def test_a_page_that_was_gone_once_is_not_gone(status: int, tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        story = stand.story(stand.site.has("/1", status=410))
        await stand.settled(story)
        stand.site.has("/1", status=status)
        stand.make_due()
        await stand.settled()
        assert [one.status for one in stand.sent.stories] in ([], [Status.USABLE])

    on_site(tmp_path, act)


def test_a_page_that_comes_and_goes_is_given_up_in_the_end() -> None:
    failed = Failed(state=FeedState.GONE, reason="the server says 410 Gone", status=410)
    most = len(PAUSES) + 1
    assert [pause(failed, attempts) for attempts in (1, most, most + 1)] == [
        SURE_AFTER,
        SURE_AFTER,
        None,
    ]
