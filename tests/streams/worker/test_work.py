"""Work on a real Kafka: a story becomes an alert, poison becomes a dead letter, a kill nothing."""

import asyncio
import json
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from connectors.kafka import Consumer, Producer, Received, ensure_topics
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message, message
from streams.contract.topics import (
    ALERTS,
    DEAD_LETTERS,
    MATCHES,
    MAX_RECORD_BYTES,
    STORIES,
    TAGGED,
    Topic,
)
from streams.model.alert import AlertEvent, Kind
from streams.model.tags import TaggedStory
from tests.support.commands import ended, running
from tests.support.samples import NOON, sample_match, sample_story, sample_tagged
from tests.support.waiting import until

pytestmark = pytest.mark.long

POISON = {
    "random bytes": b"\x00\xff\x17 no record at all \x80",
    "another schema": b'{"event": "an alert", "kind": "opened"}',
    "nothing": b"",
    "a megabyte": b"x" * 1_000_000,
}
STAGES = {STORIES: "tag", TAGGED: "match", MATCHES: "gather"}


def put(address: KafkaAccess, prefix: str, *messages: Message) -> None:
    async def main() -> None:
        producer = Producer(address, prefix=prefix)
        await producer.send(messages)
        await producer.close()

    asyncio.run(main())


def take(
    address: KafkaAccess, prefix: str, topic: Topic, enough: Callable[[list[Received]], bool]
) -> list[Received]:
    found: list[Received] = []
    with closing(Consumer(address, group=None, topics=[topic], prefix=prefix)) as consumer:

        def more() -> bool:
            found.extend(consumer.poll(0.2))
            return enough(found)

        until(more)
    return found


def work(address: KafkaAccess, prefix: str, folder: Path) -> tuple[list[str], dict[str, str]]:
    words = [
        "work",
        "--json",
        "--kafka",
        address.address,
        "--config",
        str(folder),
        "--data",
        str(folder),
    ]
    return words, {"WIREWATCH_KAFKA_PREFIX": prefix}


def test_a_story_becomes_an_alert_with_its_reason(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    story = sample_story(
        headline="US and Cambodia weigh a return to joint exercises",
        body="The US defense secretary met Cambodia's defense minister in Phnom Penh.",
    )
    other = sample_story("2", headline="Rain in Lima", body="It fell for an hour.")
    old = sample_story("3", headline=story.headline, body=story.body, backfill=True)
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(old), message(other), message(story))
    words, given = work(kafka_address, prefix, tmp_path)
    with running(tmp_path / "log", words, given) as worker:
        tagged = take(kafka_address, prefix, TAGGED, lambda found: len(found) == 3)
        alerts = take(kafka_address, prefix, ALERTS, lambda found: len(found) >= 1)
        assert worker.stop() == 0
    assert {decode(one.value, TaggedStory).story.id for one in tagged} == {
        story.id,
        other.id,
        old.id,
    }
    (alert,) = (decode(one.value, AlertEvent) for one in alerts)
    assert alert.story == story
    assert alert.why.pair is not None
    assert alert.why.pair.name == "KH-US"
    assert [topic.slug for topic in alert.why.topics] == ["defense"]
    times = alert.times
    passed = [times.produced, times.tagged, times.matched, times.raised]
    moments = [moment for moment in passed if moment is not None]
    assert len(moments) == len(passed)
    assert moments == sorted(moments)


@pytest.mark.parametrize("topic", STAGES, ids=STAGES.get)
def test_poison_is_kept_with_its_cause_and_the_neighbours_go_on(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path, topic: Topic
) -> None:
    good = {
        STORIES: message(sample_story()),
        TAGGED: message(sample_tagged()),
        MATCHES: message(sample_match()),
    }[topic]
    key = good.key  # all on one partition: the neighbours stand right beside the poison
    poison = [Message(topic, key, value, ()) for value in POISON.values()]
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, *poison[:2], good, *poison[2:])
    words, given = work(kafka_address, prefix, tmp_path)
    out = {STORIES: TAGGED, TAGGED: MATCHES, MATCHES: ALERTS}[topic]
    with running(tmp_path / "log", words, given):
        dead = take(kafka_address, prefix, DEAD_LETTERS, lambda found: len(found) == len(POISON))
        assert len(take(kafka_address, prefix, out, lambda found: len(found) >= 1)) == 1
    assert [letter.value or b"" for letter in dead] == list(POISON.values())
    for offset, letter in zip((0, 1, 3, 4), dead, strict=True):
        headers = dict(letter.headers)
        assert headers["__connect.errors.topic"] == f"{prefix}{topic.name}".encode()
        assert headers["__connect.errors.offset"] == str(offset).encode()
        assert headers["__connect.errors.stage"] == STAGES[topic].encode()
        assert headers["__connect.errors.exception.message"]


def test_a_result_too_large_for_kafka_is_a_dead_letter(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    """The story fits its topic; with its tags it no longer does. (Packed it would: it repeats.)"""
    (tmp_path / "wirewatch.toml").write_text('[kafka]\ncompression = "none"\n')
    large = sample_story(body="US and Cambodia. " + "x" * (MAX_RECORD_BYTES - 2_000))
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(large), message(sample_story("2")))
    words, given = work(kafka_address, prefix, tmp_path)
    with running(tmp_path / "log", words, given):
        (dead,) = take(kafka_address, prefix, DEAD_LETTERS, lambda found: len(found) >= 1)
        take(kafka_address, prefix, TAGGED, lambda found: len(found) >= 1)
    assert dead.value == message(large).value


def test_a_worker_killed_at_any_moment_loses_nothing(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    headline = "US and Cambodia hold joint military exercises"
    stories = [
        # Each tells of exercises in another month, in a place of another name: of another event.
        msgspec.structs.replace(
            sample_story(
                str(number), headline=headline, body=f"Mr {number} saw them off Port {number}."
            ),
            published=NOON - number * timedelta(days=30),
        )
        for number in range(300)
    ]
    ensure_topics(kafka_address, prefix=prefix)
    words, given = work(kafka_address, prefix, tmp_path)
    for first in range(0, 300, 100):
        with running(tmp_path / "log", words, given) as worker:
            worker.says('"working"')
            put(kafka_address, prefix, *map(message, stories[first : first + 100]))
            worker.process.kill()
            worker.process.wait()
    with running(tmp_path / "log", words, given) as worker:

        def all_there(found: list[Received]) -> bool:
            return len({decode(one.value, AlertEvent).event for one in found}) == 300

        alerts = take(kafka_address, prefix, ALERTS, all_there)
        worker.says('"alerts_read"')
    assert {decode(one.value, AlertEvent).story.id for one in alerts} == {s.id for s in stories}


def test_a_replay_and_an_explanation_of_what_ran(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    """What is on Kafka gives the same alerts again, and each story's path can be told."""
    headline = "US and Cambodia hold joint military exercises"
    stories = [
        sample_story("1", headline=headline),
        sample_story("2", headline=f"{headline}, officials say"),
        sample_story("3", headline="Rain in Lima", body="It fell for an hour."),
    ]
    ensure_topics(kafka_address, prefix=prefix)
    words, given = work(kafka_address, prefix, tmp_path)
    with running(tmp_path / "log", words, given) as worker:
        put(kafka_address, prefix, message(stories[0]))
        worker.says('"gather_in": 1')  # partitions are worked through in any order
        put(kafka_address, prefix, *map(message, stories[1:]))
        worker.says('"gather_in": 2')
        alerts = take(kafka_address, prefix, ALERTS, lambda found: len(found) >= 1)
    told = [decode(one.value, AlertEvent) for one in alerts]
    ran = {event.event for event in told if event.kind is not Kind.JOINED}
    asked = ["--json", "--kafka", kafka_address.address, "--config", str(tmp_path)]

    replayed = ended("replay", "--since", "2d", *asked, given=given).stdout.splitlines()
    again = [json.loads(line) for line in replayed]
    silent = ("closed", "joined")
    assert {one["event"] for one in again if one["kind"] not in silent} == ran

    copy, rain = stories[1], stories[2]
    told = json.loads(ended("explain", copy.id[:12], *asked, given=given).stdout)
    assert told["story"] == copy.id
    assert [step["stage"] for step in told["steps"]] == ["poll", "tag", "match", "gather"]
    (alert,) = told["alerts"]
    assert (alert["grouping"]["bond"], alert["watch"]) == ("copy", "us-cambodia-defense")

    of_alert = json.loads(ended("explain", alert["alert"], *asked, given=given).stdout)
    assert of_alert["story"] == stories[0].id
    assert of_alert["alerts"][0]["events"][0]["kind"] == "opened"

    by_address = json.loads(ended("explain", str(rain.url), *asked, given=given).stdout)
    assert by_address["story"] == rain.id
    assert by_address["steps"][-1]["said"] == "fits no watch of 1"

    lost = ended("explain", "abcdef0123", *asked, given=given)
    assert (lost.returncode, lost.stdout) == (1, b"")
    assert "nothing that Kafka still has goes by abcdef0123" in lost.stderr.decode()


def test_two_workers_share_the_work(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    stories = [sample_story(str(number)) for number in range(200)]
    ensure_topics(kafka_address, prefix=prefix)
    words, given = work(kafka_address, prefix, tmp_path)
    with (
        running(tmp_path / "log", words, given) as one,
        running(tmp_path / "log", words, given) as other,
    ):
        one.says('"working"')
        other.says('"working"')
        put(kafka_address, prefix, *map(message, stories))
        tagged = take(kafka_address, prefix, TAGGED, lambda found: len(found) >= 200)
    assert len({decode(t.value, TaggedStory).story.id for t in tagged}) == 200


def test_edited_watches_come_into_force_without_a_restart(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    watches = tmp_path / "watches.toml"
    watch = '[[watch]]\nid = "w"\ntitle = "W"\npair = ["KH", "US"]\ntopics = ["%s"]\n'
    watches.write_text(watch % "disaster")
    headline = "US and Cambodia hold joint military exercises"
    before, after = (sample_story(guid, headline=headline) for guid in ("1", "2"))
    ensure_topics(kafka_address, prefix=prefix)
    words, given = work(kafka_address, prefix, tmp_path)
    with running(tmp_path / "log", words, given) as worker:
        put(kafka_address, prefix, message(before))
        worker.says('"match_in": 1')
        watches.write_text(watch % "defence")
        worker.says('did you mean \\"defense\\"?')
        watches.write_text(watch % "defense")
        worker.says('"changed": ["w"]')
        put(kafka_address, prefix, message(after))
        (alert,) = take(kafka_address, prefix, ALERTS, lambda found: len(found) >= 1)
        assert worker.stop() == 0
    assert decode(alert.value, AlertEvent).story == after
