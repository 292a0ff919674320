"""What people say of alerts: whose word counts, what it is about, and what a replay makes of it."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from streams.contract.messages import Message, message
from streams.contract.topics import ALERTS, VERDICTS
from streams.model.verdict import Opinion, Said, Verdict, last_words, opinion
from tests.support.replaying import COPY, DRILL, compared, dated, edited
from tests.support.samples import NOON, WATCH, sample_story, sample_tagged
from tests.wirewatch.history.test_story_account import COPY as JOINED
from tests.wirewatch.history.test_story_account import FIRST, kafka, ran, told
from wirewatch.history.lookup import look_up
from wirewatch.history.replay_difference import DifferenceKind
from wirewatch.history.verdict_target import PersonsVerdict, UnfitError, judge
from wirewatch.history.verdicts import Feedback, Voice

RAIN = sample_story("rain", headline="Rain in Lima", body="It fell for an hour.")
STRICT = edited(min_topic_score=0.99)
MESSAGES = [*ran(FIRST, JOINED), message(RAIN)]
(ALERT,) = {(one.key or b"").decode() for one in MESSAGES if one.topic is ALERTS}


def verdict(said: Said = Said.RIGHT, by: str = "ana", minute: int = 0, **fields: str) -> Verdict:
    at = NOON + timedelta(minutes=minute)
    one = Verdict(said=said, by=by, at=at, watch=WATCH.id, story=DRILL.id)
    return msgspec.structs.replace(one, **fields)


def judged(given: str, said: Said, watch: str | None = None) -> Verdict:
    word = PersonsVerdict(said=said, by="ana", at=NOON, watch=watch, note="seen late")
    return judge(look_up(given, kafka(*MESSAGES)), word, [WATCH.id, "ream"])


def test_the_last_word_of_each_person_on_each_thing_counts() -> None:
    first, other = verdict(alert="a"), verdict(alert="b")
    again, ben = verdict(Said.WRONG, minute=1, alert="a"), verdict(by="ben", alert="a")
    missed = verdict(Said.MISSED)
    assert last_words([first, other, ben, missed, again]) == [other, ben, missed, again]
    assert message(first).key == message(again).key != message(ben).key
    assert len({message(one).key for one in (first, other, ben, missed)}) == 4


def test_a_missed_alert_of_another_watch_is_another_thing() -> None:
    assert len(last_words([verdict(Said.MISSED), verdict(Said.MISSED, watch="ream")])) == 2


@pytest.mark.parametrize(
    ("said", "together"),
    [
        ([], None),
        ([Said.WRONG, Said.WRONG], Opinion.WRONG),
        ([Said.MISSED, Said.RIGHT], Opinion.RIGHT),
        ([Said.RIGHT, Said.MISSED], Opinion.MISSED),
        ([Said.RIGHT, Said.WRONG], Opinion.DISPUTED),
    ],
)
def test_several_words_make_one_opinion(said: list[Said], together: Opinion | None) -> None:
    assert opinion(said) is together


@pytest.mark.parametrize("given", [ALERT[:8], FIRST.id, JOINED.id[:10], str(JOINED.url)])
def test_a_verdict_on_an_alert_goes_by_any_of_its_names(given: str) -> None:
    story = FIRST.id if given in {ALERT[:8], FIRST.id} else JOINED.id
    assert judged(given, Said.WRONG) == Verdict(
        said=Said.WRONG,
        watch=WATCH.id,
        story=story,
        by="ana",
        at=NOON,
        alert=ALERT,
        note="seen late",
    )


def test_a_missed_alert_is_one_of_a_story_and_a_watch() -> None:
    one = judged(RAIN.id, Said.MISSED, "ream")
    assert (one.alert, one.story, one.watch) == (None, RAIN.id, "ream")
    # It is in an alert of one watch, and may yet be missed by another.
    assert judged(FIRST.id, Said.MISSED, "ream").alert is None
    alone = PersonsVerdict(said=Said.MISSED, by="ana", at=NOON)
    assert judge(look_up(RAIN.id, kafka(*MESSAGES)), alone, ["only"]).watch == "only"


@pytest.mark.parametrize(
    ("given", "said", "watch", "message"),
    [
        (ALERT, Said.MISSED, "ream", r"alert \w{10} of us-cambodia-defense came"),
        (FIRST.id, Said.MISSED, WATCH.id, r"the story is in alert \w{10} of us-cambodia-defense"),
        (RAIN.id, Said.RIGHT, None, "the story is in no alert, so none was right: call it missed"),
        (RAIN.id, Said.MISSED, None, "by --watch: us-cambodia-defense, ream"),
        (RAIN.id, Said.MISSED, "reams", 'did you mean "ream"?'),
        (ALERT, Said.RIGHT, "ream", "does not belong to watch ream"),
    ],
)
def test_a_word_that_does_not_fit_says_why(
    given: str, said: Said, watch: str | None, message: str
) -> None:
    with pytest.raises(UnfitError, match=message):
        judged(given, said, watch)


def test_of_several_alerts_one_has_to_be_named() -> None:
    other = msgspec.structs.replace(WATCH, id="ream")
    both = look_up(FIRST.id, kafka(*MESSAGES, *ran(FIRST, watch=other)))
    word = PersonsVerdict(said=Said.RIGHT, by="ana", at=NOON)
    with pytest.raises(UnfitError, match="name one by its id, or by --watch"):
        judge(both, word, [])
    assert judge(both, replace(word, watch="ream"), []).watch == "ream"


def test_an_explanation_has_the_verdicts_on_its_story_and_its_alerts() -> None:
    on_alert = verdict(story="another", alert=ALERT)
    missed = verdict(Said.MISSED, story=FIRST.id, watch="ream")
    again = verdict(Said.MISSED, by="ben", story=FIRST.id, watch="ream")
    others = verdict(alert="another", story="another")
    given = [message(one) for one in (on_alert, missed, others, again)]
    assert told(FIRST.id, *MESSAGES, *given).verdicts == (on_alert, missed, again)
    tagged_only = [message(FIRST), message(sample_tagged(FIRST))]
    assert told(FIRST.id, *tagged_only, *given).verdicts == (missed, again)


def test_a_poisoned_verdict_is_passed_over() -> None:
    good = message(verdict(alert=ALERT))
    poison = Message(VERDICTS, b"k", b"\xff", ())
    assert len(told(FIRST.id, *MESSAGES, poison, good).verdicts) == 1


def test_a_difference_has_what_was_said_of_its_alert() -> None:
    (lost,) = compared([STRICT], [WATCH], dated(DRILL))
    assert (lost.verdict, lost.voices) == (None, ())
    said = [verdict(alert=lost.alert, note="old"), verdict(by="ben", alert="another")]
    said.append(verdict(Said.WRONG, minute=1, alert=lost.alert, note="a game"))
    (lost,) = compared([STRICT], [WATCH], dated(DRILL), Feedback(said))
    assert lost.verdict is Opinion.WRONG
    assert lost.voices == (Voice(said=Said.WRONG, by="ana", note="a game"),)
    changed = edited(outlets=("Mekong Courier",))
    (fewer,) = compared([changed], [WATCH], dated(DRILL, COPY), Feedback(said))
    assert (fewer.difference, fewer.verdict) == (DifferenceKind.CHANGED, Opinion.WRONG)


def test_a_gain_is_one_that_was_missed_by_its_watch() -> None:
    said = [
        verdict(Said.MISSED, story=COPY.id),
        verdict(Said.MISSED, by="ben", story=DRILL.id, watch="another"),
    ]
    (gained,) = compared([WATCH], [STRICT], dated(DRILL, COPY), Feedback(said))
    assert gained.verdict is Opinion.MISSED
    assert [voice.by for voice in gained.voices] == ["ana"]
    # Whoever has called the alert itself wrong since has said so last.
    said.append(verdict(Said.WRONG, minute=1, alert=gained.alert))
    (gained,) = compared([WATCH], [STRICT], dated(DRILL, COPY), Feedback(said))
    assert gained.verdict is Opinion.WRONG


def test_labels_say_which_stories_should_alert() -> None:
    def with_labels(**labels: bool) -> tuple[Opinion | None, Opinion | None]:
        given = {DRILL.id: labels["drill"], COPY.id: labels["copy"]}
        stories = dated(DRILL, COPY)
        (gained,) = compared([WATCH], [STRICT], stories, Feedback(labels=given))
        (lost,) = compared([STRICT], [WATCH], stories, Feedback(labels=given))
        return gained.verdict, lost.verdict

    assert with_labels(drill=True, copy=True) == (Opinion.MISSED, Opinion.RIGHT)
    assert with_labels(drill=False, copy=False) == (Opinion.WRONG, Opinion.WRONG)
    # What joins in silence makes an alert no worse, and one that is wanted makes it right.
    assert with_labels(drill=True, copy=False) == (Opinion.MISSED, Opinion.RIGHT)
    assert with_labels(drill=False, copy=True) == (Opinion.MISSED, Opinion.RIGHT)
