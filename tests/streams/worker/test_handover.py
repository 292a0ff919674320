"""gather is given no more of a story than it reads, and decides by that what it decided by all."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from connectors.delivery.sinks.excerpts import excerpts
from connectors.kafka import ensure_topics
from streams.contract.codec import decode, encode
from streams.contract.headers import kind_of
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import ALERTS, MATCHES, TAGGED
from streams.grouping import Gathering
from streams.matching.handover import for_gather
from streams.matching.match import Watches, match, notice
from streams.model.alert import AlertEvent, Kind
from streams.model.story import GATHER_CHARACTERS, GONE, Status, Story, gone
from streams.model.tags import TaggedStory
from streams.model.watch import Match, Watch
from streams.tagging import tag
from tests.streams.worker.test_work import put, take, work
from tests.support.commands import running
from tests.support.samples import NOON, sample_story, sample_tagged

TIED = "On Monday the United States sent Cambodia two patrol boats for its navy at Ream."
AMERICAN = "The mayor of Seattle opened a park, and its library was painted in Boston blue. " * 9
RAIN = "Rain fell on the pier, and the ferry to the islands stayed in port until noon. " * 60
NOTE = " An earlier version of this article gave a wrong number of boats."
EVERYTHING = Watch(id="everything", title="All", everything=True)
WATCHES = Watches(
    [
        Watch(id="pair", title="Pair", pairs=("KH-US",), min_pair_score=0.4),
        Watch(id="topic", title="Topic", topics=("defense",), min_topic_score=0.2),
        Watch(id="words", title="Words", words=("patrol boats",)),
        EVERYTHING,
    ]
)


def tagged(story: Story) -> TaggedStory:
    return msgspec.structs.replace(sample_tagged(), story=story, tags=tag(story))


def long_story(
    guid: str = "1", *, headline: str = "Cambodian navy gets two patrol boats", end: str = ""
) -> Story:
    """What ties the pair stands far down, beyond what gather reads."""
    return sample_story(guid, headline=headline, body=f"{AMERICAN}{RAIN}{TIED} {RAIN}{end}")


def whole(tagged: TaggedStory, found: Match) -> Match:
    """Return a match as earlier releases wrote it, with all of its story."""
    fitting = WATCHES.fitting(tagged.story, tagged.tags)
    (why,) = [why for watch, why in fitting if watch.id == found.watch]
    return msgspec.structs.replace(found, story=tagged.story, tags=tagged.tags, why=why)


def decided(event: AlertEvent) -> tuple[object, ...]:
    asked = (event.alert, event.event, event.kind, event.reason, event.severity, event.outlets)
    return (*asked, event.stories, event.grouping, event.changes)


@pytest.mark.parametrize("watch", [watch.id for watch in WATCHES.all])
def test_what_is_decided_is_what_the_whole_story_would_decide(watch: str) -> None:
    first = long_story(headline="Cambodian navy gets 2 patrol boats from Washington")
    edited = msgspec.structs.replace(
        long_story(headline="Cambodian navy gets 3 patrol boats from Washington", end=NOTE),
        version="later",
        edited=True,
        first_seen=NOON + timedelta(hours=2),
    )
    other = msgspec.structs.replace(
        long_story("2", headline="Two patrol boats for the Cambodian navy, says Admiral Pak Sun"),
        source="Gulf Wire",
        first_seen=NOON + timedelta(hours=1),
    )
    cut, full = Gathering(), Gathering()
    events: list[AlertEvent] = []
    for story in (first, other, edited):
        given = tagged(story)
        (found,) = (one for one in match(given, WATCHES, NOON) if one.watch == watch)
        assert len(encode(found)) < len(encode(whole(given, found))) * 0.7
        events += (of_beginning := cut.step(found, NOON).events)
        of_all = full.step(whole(given, found), NOON).events
        assert [decided(one) for one in of_beginning] == [decided(one) for one in of_all]
    assert Kind.OPENED in {event.kind for event in events}


def test_what_decided_is_shown_in_its_sentence_however_far_down_it_stands() -> None:
    given = tagged(long_story())
    for found in match(given, WATCHES, NOON):
        for evidence in found.why.spans:
            text = getattr(found.story, evidence.field)
            assert text[evidence.start : evidence.end] == evidence.surface
    (found, *_) = match(given, WATCHES, NOON)
    (event,) = Gathering().step(found, NOON).events
    assert TIED in excerpts(event, event.why.spans)[0].plain


def test_a_correction_noted_at_the_end_of_a_long_text_is_told() -> None:
    gathering = Gathering()
    (found,) = match(tagged(long_story()), Watches([EVERYTHING]), NOON)
    gathering.step(found, NOON)
    noted = msgspec.structs.replace(
        long_story(headline="Cambodian navy gets three patrol boats", end=NOTE),
        version="noted",
        edited=True,
        first_seen=NOON + timedelta(hours=1),
    )
    (found,) = match(tagged(noted), Watches([EVERYTHING]), NOON)
    assert NOTE not in found.story.body
    assert [event.kind for event in gathering.step(found, NOON).events] == [Kind.CORRECTED]


def test_a_notice_tells_of_the_whole_text_what_a_match_does() -> None:
    edited = msgspec.structs.replace(long_story(end=NOTE), edited=True)
    (told,) = notice(tagged(edited), NOON)
    (found,) = match(tagged(edited), Watches([EVERYTHING]), NOON)
    assert (told.story.size, told.story.whole) == (edited.size, found.story.whole)
    assert len(told.story.body) == GATHER_CHARACTERS


def test_a_short_story_goes_on_as_it_is() -> None:
    for found in match(tagged(sample_story()), Watches([EVERYTHING]), NOON):
        assert found.story == sample_story()


def test_a_page_that_is_gone_makes_one_version_whatever_is_left_of_the_text() -> None:
    story = long_story()
    (found,) = match(tagged(story), Watches([EVERYTHING]), NOON)
    versions = {gone(one, NOON).version for one in (story, found.story, for_gather(found).story)}
    assert len(versions) == 1
    assert story.version not in versions
    assert gone(found.story, NOON).flags == (GONE,)
    assert gone(found.story, NOON).status is Status.CANCELED


def test_a_text_is_on_kafka_whole_once_and_not_for_each_watch(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    watches = "".join(
        f'[[watch]]\nid = "w{number}"\ntitle = "W"\npair = ["KH", "US"]\nmin_pair_score = 0.4\n'
        for number in range(3)
    )
    (tmp_path / "watches.toml").write_text(watches, encoding="utf-8")
    ensure_topics(kafka_address, prefix=prefix)
    story = long_story()
    put(kafka_address, prefix, message(story))
    words, given = work(kafka_address, prefix, tmp_path)
    with running(tmp_path / "log", words, given):
        alerts = take(kafka_address, prefix, ALERTS, lambda found: len(found) >= 3)
        with_tags = take(kafka_address, prefix, TAGGED, lambda found: len(found) >= 1)
        on_matches = take(kafka_address, prefix, MATCHES, lambda found: len(found) >= 3)
    (in_full,) = (decode(one.value, TaggedStory) for one in with_tags)
    assert in_full.story == story
    matches = [decode(one.value, Match) for one in on_matches if kind_of(one.headers) == "match"]
    assert {len(one.story.body) < len(story.body) * 0.7 for one in matches} == {True}
    for one in alerts:
        event = decode(one.value, AlertEvent)
        assert TIED in excerpts(event, event.why.spans)[0].plain
