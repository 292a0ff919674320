"""A person's word on a story that is, or was, in several alerts of one watch."""

import pytest

from streams.contract.codec import decode
from streams.contract.messages import message
from streams.model.alert import AlertState
from streams.model.alert_reasons import named_alerts
from streams.model.tags import TaggedStory
from streams.model.verdict import Ruling, Said, Verdict
from streams.model.watch import Match
from tests.streams.grouping.test_rulings import (
    ALERT,
    COPY,
    FIRST,
    OTHER,
    SECOND,
    TEAK,
    Worker,
    brief,
    one_event,
    two_events,
)
from tests.support.samples import NOON
from tests.wirewatch.history.test_story_account import kafka
from wirewatch.history.lookup import look_up
from wirewatch.history.verdict_target import PersonsVerdict, UnfitError, judge

JOINED = Worker().step(FIRST, TEAK, one_event())
SPLIT = Worker().step(FIRST, TEAK, one_event(), one_event(minutes=300, back=True))
LEFT = Worker().step(FIRST, SECOND, COPY, two_events(SECOND))


def judged(
    worker: Worker, given: str, said: Said, *verdicts: Verdict, back: bool = False
) -> Verdict:
    stories = (
        TaggedStory(story=brief(one).story, tags=one.tags, times=one.times)
        for one in (FIRST, SECOND, COPY, TEAK)
    )
    log = [message(one) for one in (*stories, *worker.events, *verdicts)]
    word = PersonsVerdict(said=said, by="tess", at=NOON, back=back)
    return judge(look_up(given, kafka(*log)), word, [FIRST.watch])


@pytest.mark.parametrize("story", [FIRST.story.id, TEAK.story.id])
def test_anybody_parts_a_story_from_the_alert_that_others_joined(story: str) -> None:
    verdict = judged(JOINED, story, Said.TWO_EVENTS, one_event().verdict)
    closed = JOINED.events[-1]
    assert {verdict.alert, closed.alert} == {ALERT, OTHER}
    assert verdict.alert in named_alerts(closed)
    assert verdict.match is not None
    assert verdict.match.story.id == story


@pytest.mark.parametrize("said", [Said.RIGHT, Said.WRONG])
@pytest.mark.parametrize(
    ("worker", "story"),
    [(JOINED, TEAK), (SPLIT, TEAK), (LEFT, SECOND), (LEFT, COPY)],
    ids=["joined", "parted again", "parted", "left with its copy"],
)
def test_a_story_is_judged_in_the_one_alert_that_it_is_in_now(
    worker: Worker, story: Match, said: Said
) -> None:
    verdict = judged(worker, story.story.id, said)
    (alert,) = [
        name
        for name, one in worker.alerts.items()
        if story.story.id in decode(one, AlertState).stories
    ]
    assert verdict.alert == alert


def test_parting_what_others_joined_does_it() -> None:
    verdict = judged(JOINED, TEAK.story.id, Said.TWO_EVENTS, one_event().verdict)
    again = Worker().step(FIRST, TEAK, one_event(), Ruling(verdict=verdict))
    assert again.stories() == {frozenset({FIRST.story.id}), frozenset({TEAK.story.id})}


def test_an_alert_of_several_stories_has_them_named_to_choose_one() -> None:
    with pytest.raises(UnfitError, match="say which story is of another event") as refused:
        judged(JOINED, JOINED.events[-2].alert, Said.TWO_EVENTS)
    for match in (FIRST, TEAK):
        assert f"{match.story.id[:10]} ({match.story.headline})" in str(refused.value)


def test_who_cannot_take_a_join_back_is_told_who_did_it_and_what_helps() -> None:
    with pytest.raises(UnfitError, match="nothing to take back; ben did") as refused:
        judged(JOINED, ALERT, Said.ONE_EVENT, one_event().verdict, back=True)
    assert "judge STORY two-events" in str(refused.value)
