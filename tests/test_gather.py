"""One alert per story and watch, the same whatever is repeated."""

from datetime import timedelta

import msgspec

from streams.alert import Kind
from streams.gather import gather, key
from tests.samples import NOON, sample_match, sample_story


def test_the_first_match_opens_an_alert() -> None:
    found = sample_match()
    state, (event,) = gather(None, found, NOON)
    assert (event.kind, event.reason) == (Kind.OPENED, "new story")
    assert event.alert == state.alert == key(found)
    assert event.outlets == ("Mekong Courier",)
    assert event.times.raised == NOON
    assert event.times.matched == found.times.matched


def test_a_repeat_is_silent() -> None:
    state, _ = gather(None, sample_match(), NOON)
    assert gather(state, sample_match(), NOON + timedelta(hours=1)) == (state, [])


def test_an_edited_story_opens_no_second_alert() -> None:
    state, _ = gather(None, sample_match(), NOON)
    edited = sample_match(sample_story(body="The talks went on into the evening."))
    assert key(edited) == state.alert
    assert gather(state, edited, NOON)[1] == []


def test_a_lost_memory_tells_the_same_event_again() -> None:
    _, (first,) = gather(None, sample_match(), NOON)
    _, (again,) = gather(None, sample_match(), NOON + timedelta(minutes=1))
    assert again.event == first.event


def test_watches_and_stories_have_alerts_of_their_own() -> None:
    found = sample_match()
    other_watch = msgspec.structs.replace(found, watch="another")
    other_story = sample_match(sample_story("2"))
    assert len({key(found), key(other_watch), key(other_story)}) == 3
