"""Every record has its topic, its key and its headers."""

import json

import msgspec
import pytest
from hypothesis import given

from streams.contract import topics
from streams.contract.dead_letter import CUT, dead_letter
from streams.contract.messages import message
from streams.contract.topics import TOPICS
from streams.model.feed_health import FeedHealth
from streams.model.story import Story
from streams.model.tags import TaggedStory, TopicRole
from streams.model.watch import Match
from tests.support import strategies


@given(strategies.records)
def test_every_record_is_a_cloud_event(record: msgspec.Struct) -> None:
    packed = message(record)
    headers = dict(packed.headers)
    assert packed.topic in TOPICS
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_type"].startswith(b"wirewatch.")
    assert headers["content-type"] == b"application/json"
    assert json.loads(packed.value) is not None
    assert packed == message(record)


@given(strategies.tagged)
def test_pairs_and_topics_can_be_filtered_by_header(tagged: TaggedStory) -> None:
    headers = dict(message(tagged).headers)
    assert headers["pairs"].decode() == ",".join(f"{p.a}-{p.b}" for p in tagged.tags.pairs)
    main = [t.slug for t in tagged.tags.topics if t.role is TopicRole.MAIN]
    rest = [t.slug for t in tagged.tags.topics if t.role is TopicRole.BACKGROUND]
    assert headers["topics"].decode() == ",".join(main)
    assert headers["topics_background"].decode() == ",".join(rest)


@given(strategies.stories, strategies.matches, strategies.feed_health)
def test_keys_are_those_of_the_table(story: Story, match: Match, health: FeedHealth) -> None:
    assert message(story).key == story.id.encode()
    assert message(match).key == match.watch.encode()
    assert message(health).key == health.feed.encode()


def test_a_record_without_a_topic_is_an_error() -> None:
    class Stray(msgspec.Struct):
        pass

    with pytest.raises(TypeError, match="no topic takes a Stray"):
        message(Stray())


def test_stages_share_their_partitions() -> None:
    """A worker's open alerts are on the partitions of the matches it reads."""
    assert topics.MATCHES.partitions == topics.OPEN_ALERTS.partitions == topics.PARTITIONS


@pytest.mark.parametrize(
    ("topic", "policy", "kept"),
    [
        (topics.STORIES, "delete", str(30 * 86_400_000)),
        (topics.ALERTS, "delete", str(365 * 86_400_000)),
        (topics.FEED_HEALTH, "compact", "-1"),
    ],
)
def test_a_topic_says_how_long_it_keeps(topic: topics.Topic, policy: str, kept: str) -> None:
    assert topic.config["cleanup.policy"] == policy
    assert topic.config["retention.ms"] == kept


def test_a_dead_letter_holds_the_bytes_and_the_cause() -> None:
    letter = dead_letter(
        stage="tag",
        topic="stories",
        partition=3,
        offset=7,
        key=b"k",
        value=b"\x00junk",
        headers=[("ce_id", b"x"), ("__connect.errors.stage", b"an earlier failure")],
        error=ValueError("no good"),
    )
    assert (letter.topic, letter.key, letter.value) == (topics.DEAD_LETTERS, b"tag", b"\x00junk")
    assert letter.headers == (
        ("ce_id", b"x"),
        ("__connect.errors.topic", b"stories"),
        ("__connect.errors.partition", b"3"),
        ("__connect.errors.offset", b"7"),
        ("__connect.errors.stage", b"tag"),
        ("__connect.errors.exception.class.name", b"builtins.ValueError"),
        ("__connect.errors.exception.message", b"no good"),
        ("wirewatch.original.key", b"k"),
    )


def test_a_dead_letter_always_fits_its_topic() -> None:
    letter = dead_letter(
        stage="tag",
        topic="stories",
        partition=0,
        offset=0,
        key=None,
        value=b"x" * (8 * 1024 * 1024),
        headers=[],
        error=ValueError("e" * 100_000),
    )
    headers = dict(letter.headers)
    assert len(letter.value) + sum(map(len, headers.values())) < topics.MAX_DEAD_LETTER_BYTES
    assert len(letter.value) + int(headers[CUT]) == 8 * 1024 * 1024
