"""What a draft of the watches changes, and that a replay is what ran."""

from datetime import timedelta

import msgspec

from streams.matching.match import Watches
from streams.model.alert import Kind
from streams.model.tags import Relation
from streams.model.watch import Severity
from streams.tagging import shipped
from tests.support.replaying import ALL, COPY, DRILL, compared, dated, edited, live, stream
from tests.support.samples import HEADLINE, NOON, WATCH, sample_story
from wirewatch.history.pipeline import END, ArrivedStory, Pipeline, tagged
from wirewatch.history.replay_difference import DifferenceKind


def test_the_same_watches_make_no_difference() -> None:
    assert compared([WATCH], [edited(title="Other")], dated(DRILL, COPY)) == []


def test_a_gain_and_a_loss_say_which_part_decided() -> None:
    strict = edited(min_topic_score=0.99)
    (gained,) = compared([WATCH], [strict], dated(DRILL))
    (lost,) = compared([strict], [WATCH], dated(DRILL))
    assert (gained.difference, lost.difference) == (DifferenceKind.GAINED, DifferenceKind.LOST)
    assert gained.because == lost.because
    assert gained.because.startswith("topics: found defense 0.9")
    assert "would match with min_topic_score = 0." in gained.because
    assert (gained.headline, gained.at) == (HEADLINE, NOON)


def test_a_watch_that_the_other_side_lacks_is_named() -> None:
    (gained, lost) = compared([ALL], [WATCH], dated(DRILL))
    assert {gained.because, lost.because} == {
        "the watches in force have no watch all",
        f"the draft has no watch {WATCH.id}",
    }


def test_a_change_says_how() -> None:
    alone = edited(outlets=("Mekong Courier",))
    (fewer,) = compared([alone], [WATCH], dated(DRILL, COPY))
    assert fewer.difference is DifferenceKind.CHANGED
    assert fewer.because.startswith("1 story fewer: outlets: found Gulf Wire, wants Mekong Courier")
    (graver,) = compared([edited(severity=Severity.HIGH)], [WATCH], dated(DRILL))
    assert graver.because == "normal becomes high"


def test_an_alert_that_opened_with_another_story_says_so() -> None:
    other = edited(outlets=("Gulf Wire",))
    differences = compared([other], [WATCH], dated(DRILL, COPY))
    assert [one.difference for one in differences] == [DifferenceKind.LOST, DifferenceKind.GAINED]
    assert differences[1].because == "its stories are in another alert there"


def test_quiet_alerts_are_closed_in_time_and_the_rest_at_the_end() -> None:
    pipeline = Pipeline(Watches([ALL]))
    far = msgspec.structs.replace(sample_story("9", headline="Rain in Lima"), first_seen=NOON)
    later = NOON + timedelta(days=20)
    events = pipeline.step(tagged(ArrivedStory(DRILL, NOON), shipped()), NOON).events
    far = msgspec.structs.replace(far, first_seen=later, published=later)
    events += pipeline.step(tagged(ArrivedStory(far, later), shipped()), later).events
    events += pipeline.end()
    assert [(event.kind, event.story.id == far.id) for event in events] == [
        (Kind.OPENED, False),
        (Kind.CLOSED, False),
        (Kind.OPENED, True),
        (Kind.CLOSED, True),
    ]
    assert [event.reason for event in events][1::2] == ["quiet for 72 hours", END]


def test_relations_are_widened_by_a_draft() -> None:
    wide = edited(relations=tuple(Relation), topics=())
    found = compared([wide], [WATCH], dated(sample_story("3", headline="US and Cambodia", body="")))
    assert [one.difference for one in found] == [DifferenceKind.GAINED]


def test_a_replay_of_what_ran_live_raises_the_same_alerts() -> None:
    watches = Watches([WATCH, ALL])
    stories = stream()
    ran = [event for event in live(stories, watches) if event.kind is not Kind.CLOSED]
    pipeline = Pipeline(watches)
    again = [
        event
        for story in stories
        for event in pipeline.step(
            tagged(ArrivedStory(story, story.first_seen), shipped()), story.first_seen
        ).events
    ]
    assert {event.kind for event in ran} >= {
        Kind.OPENED,
        Kind.JOINED,
        Kind.CORRECTED,
        Kind.WITHDRAWN,
    }
    assert [event.event for event in again if event.kind is not Kind.CLOSED] == [
        event.event for event in ran
    ]
