"""The path of a story, from what Kafka still has of it."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec
import pytest

from connectors.kafka import Received
from streams.contract.codec import decode
from streams.contract.dead_letter import dead_letter
from streams.contract.headers import kind_of
from streams.contract.messages import Message, message
from streams.contract.topics import ALERTS, DEAD_LETTERS, MATCHES, STORIES, TAGGED, Topic
from streams.matching.match import Watches
from streams.model.alert import AlertEvent, Bond, Grouping, Kind
from streams.model.story import Status, Story
from streams.model.watch import Watch
from streams.worker.open_alerts import OpenAlerts
from tests.streams.worker.test_memory import FakeTable
from tests.support.received import received
from tests.support.samples import NOON, WATCH, sample_match, sample_story, sample_tagged
from wirewatch.history.lookup import NotFoundError, Read, look_up
from wirewatch.history.story_account import StoryAccount, account, grouped

ONE_WATCH = Watches([WATCH])
FIRST, COPY = sample_story("1"), sample_story("2")


def kafka(*messages: Message) -> Read:
    """Stand in for a Kafka that holds these messages."""
    logs: dict[Topic, list[Received]] = {}
    for at, one in enumerate(messages):
        logs.setdefault(one.topic, []).append(received(one, at, NOON + timedelta(seconds=at)))
    return lambda topic: logs.get(topic, [])


def ran(*stories: Story, watch: Watch = WATCH) -> list[Message]:
    """Return what Kafka holds once these stories have gone all the way."""
    memory = OpenAlerts(FakeTable())
    found: list[Message] = []
    for story in stories:
        match = msgspec.structs.replace(sample_match(story), watch=watch.id)
        events = memory.step(0, match, NOON)
        found += [message(story), message(sample_tagged(story)), message(match)]
        found += map(message, events)
    return found


def told(given: str, *messages: Message, watches: Watches = ONE_WATCH) -> StoryAccount:
    return account(look_up(given, kafka(*messages)), watches, backfill=False)


def said(one: StoryAccount) -> list[tuple[str, bool, str]]:
    return [(step.stage, step.passed, step.said) for step in one.steps]


@pytest.mark.parametrize(
    "given", [COPY.id, COPY.id[:6], str(COPY.url)], ids=["id", "beginning", "address"]
)
def test_a_story_is_found_by_any_of_its_names(given: str) -> None:
    one = told(given, *ran(FIRST, COPY))
    assert one.story == COPY
    assert [(stage, passed) for stage, passed, _ in said(one)] == [
        ("poll", True),
        ("tag", True),
        ("match", True),
        ("gather", True),
    ]
    (life,) = one.alerts
    assert life.grouping
    assert life.grouping.bond is Bond.COPY
    assert "joined as a copy" in one.steps[-1].said


def test_an_alert_is_told_by_the_story_that_opened_it() -> None:
    messages = ran(FIRST, COPY)
    (alert,) = {(one.key or b"").decode() for one in messages if one.topic is ALERTS}
    one = told(alert[:8], *messages)
    assert (one.story, [life.alert for life in one.alerts]) == (FIRST, [alert])
    assert "opened by it" in one.steps[-1].said
    assert one.watches[0].fits


def test_the_last_version_counts() -> None:
    later = FIRST.first_seen + timedelta(minutes=1)
    edited = msgspec.structs.replace(FIRST, version="2", body="Edited.", first_seen=later)
    assert told(FIRST.id, *ran(FIRST, edited)).story == edited


def test_a_story_that_matches_nothing_says_what_was_missing() -> None:
    tagged = sample_tagged(FIRST)
    bare = msgspec.structs.replace(tagged, tags=msgspec.structs.replace(tagged.tags, topics=()))
    one = told(FIRST.id, message(FIRST), message(bare))
    assert said(one)[-1] == ("match", False, "fits no watch of 1")
    assert [check.part for check in one.watches[0].missed] == ["topics"]


def test_backfill_says_so() -> None:
    old = sample_story(backfill=True)
    one = told(old.id, message(old), message(sample_tagged(old)))
    stage, passed, words = said(one)[-1]
    assert (stage, passed) == ("match", False)
    assert "dropped as backfill" in words


def test_what_was_taken_back_says_so() -> None:
    killed = msgspec.structs.replace(FIRST, status=Status.CANCELED, version="killed")
    stage, passed, words = said(told(FIRST.id, *ran(FIRST), message(sample_tagged(killed))))[2]
    assert (stage, passed) == ("match", False)
    assert "its outlet took it back" in words


def test_a_watch_that_was_changed_since_is_told_apart() -> None:
    one = told(FIRST.id, *ran(FIRST), watches=Watches())
    assert said(one)[2][2] == f"fitted {WATCH.id} when it came; of the watches of now: none"


def test_what_was_never_tagged_says_so() -> None:
    one = told(FIRST.id, message(FIRST))
    assert said(one)[-1] == ("tag", False, "not tagged yet: is a worker running?")


def test_a_dead_letter_names_the_stage_and_the_cause() -> None:
    packed = message(FIRST)
    dead = dead_letter(
        stage="tag",
        topic=STORIES.name,
        partition=0,
        offset=0,
        key=packed.key,
        value=packed.value,
        headers=packed.headers,
        error=ValueError("too odd"),
    )
    assert dead.topic is DEAD_LETTERS
    assert said(told(FIRST.id, packed, dead))[-1] == (
        "dead letter",
        False,
        "given up at tag: too odd",
    )


def test_one_name_for_several_is_refused() -> None:
    twin = msgspec.structs.replace(FIRST, id=FIRST.id[:-1] + "_")
    with pytest.raises(NotFoundError, match="beginning or address of 2"):
        look_up(FIRST.id[:8], kafka(*map(message, (FIRST, twin))))


def test_poison_on_the_way_is_passed_over() -> None:
    poison = Message(TAGGED, FIRST.id.encode(), b"\xff", ())
    noise = Message(MATCHES, b"w", FIRST.id.encode(), (("ce_type", b"wirewatch.match.v1"),))
    assert told(FIRST.id, poison, noise, *ran(FIRST)).story == FIRST


def events(*messages: Message) -> list[AlertEvent]:
    return [decode(one.value, AlertEvent) for one in messages if one.topic is ALERTS]


def without(messages: Iterable[Message], *topics: Topic, kind: Kind | None = None) -> list[Message]:
    """Leave out what Kafka has no longer."""
    gone = f"alert.{kind}"
    kept = [one for one in messages if one.topic not in topics]
    return [one for one in kept if kind is None or kind_of(one.headers) != gone]


def test_an_alert_is_told_whole_also_by_a_story_that_came_late() -> None:
    messages = ran(FIRST, COPY)
    (life,) = told(COPY.id, *messages).alerts
    assert list(life.events) == events(*messages)
    assert [event.kind for event in life.events] == [Kind.OPENED, Kind.JOINED]


def test_the_path_is_told_by_alerts_alone_once_all_else_is_gone() -> None:
    messages = without(ran(FIRST, COPY), STORIES, TAGGED, MATCHES)
    for given in (COPY.id, str(COPY.url)):
        one = told(given, *messages)
        assert [stage for stage, _, _ in said(one)] == ["poll", "tag", "gather"]
        assert "Kafka no longer has its text" in said(one)[1][2]
        assert "joined as a copy" in said(one)[2][2]
    first = told(FIRST.id, *messages)
    assert "opened by it" in said(first)[-1][2]
    assert said(first)[2] == ("match", True, f"fits {WATCH.id}")


def test_what_is_not_on_record_any_more_is_not_made_up() -> None:
    messages = ran(FIRST, COPY)
    (alert,) = {event.alert for event in events(*messages)}
    one = told(COPY.id, *without(messages, kind=Kind.OPENED))
    assert [life.alert for life in one.alerts] == [alert]
    assert said(one)[-1][2].endswith("how it opened is not on record any more")
    lost = told(COPY.id, *without(messages, kind=Kind.JOINED))
    assert lost.alerts == ()
    stage, passed, words = said(lost)[-1]
    assert (stage, passed) == ("gather", False)
    assert "in no alert that is on record" in words


def test_an_alert_of_before_joining_was_recorded_names_its_stories_all_the_same() -> None:
    messages = ran(FIRST, COPY)
    (opened, joined) = events(*messages)
    closed = msgspec.structs.replace(
        opened, kind=Kind.CLOSED, event="closed", stories=(FIRST.id, COPY.id), grouping=None
    )
    one = told(COPY.id, *without(messages, kind=Kind.JOINED), message(closed))
    assert [life.alert for life in one.alerts] == [joined.alert]
    assert said(one)[-1][2].endswith("in it, but the reason is no longer on record")


def test_an_alert_of_which_only_the_end_is_left_is_told() -> None:
    messages = ran(FIRST)
    (opened,) = events(*messages)
    closed = msgspec.structs.replace(opened, kind=Kind.CLOSED, event="closed", stories=(FIRST.id,))
    one = told(opened.alert, message(closed))
    assert [life.alert for life in one.alerts] == [opened.alert]
    assert "how it opened is not on record" in said(one)[-1][2]


def test_a_match_that_is_gone_is_not_worked_out_again() -> None:
    one = told(FIRST.id, *without(ran(FIRST), MATCHES, ALERTS))
    assert said(one)[2][2].startswith(f"fits {WATCH.id} of the watches of now; not matched yet, or")


def test_what_was_like_it_and_yet_is_another_event_is_not_said_to_be_unlike_it() -> None:
    parted = Grouping(bond=Bond.FIRST, score=1.0, threshold=0.5, nearest="7efaffe596ab")
    unlike = msgspec.structs.replace(parted, score=0.3)
    assert "nothing open was like it; the nearest, 7efaffe596, scored 0.30" in grouped(unlike)
    assert "tells it from what was like it; the nearest, 7efaffe596, scored 1.00" in grouped(parted)
