"""Two releases on one Kafka: records with values that this one doesn't know go all the way."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from connectors.kafka import Received, ensure_topics
from connectors.kafka.topic_reader import Log
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message, message
from streams.contract.topics import ALERTS, DEAD_LETTERS
from streams.model.alert import AlertEvent
from streams.model.delivery import DeliveryReport, DeliveryResult
from streams.model.feed_health import FeedHealth, FeedState
from streams.model.verdict import Said, Verdict
from tests.streams.worker.test_work import put, take, work
from tests.support.archived import Site
from tests.support.commands import running
from tests.support.delivering import Desk, Receiver, block, receiving
from tests.support.later_release import OTHER, from_later
from tests.support.samples import NOON, alert_tied_in_the_body, sample_story, sample_tagged
from tests.support.waiting import until

pytestmark = pytest.mark.long

HEADLINE = "US and Cambodia weigh a return to joint exercises"


def later(record: msgspec.Struct) -> Message:
    return replace(message(record), value=from_later(record))


def of_version_2(record: msgspec.Struct) -> Message:
    """Return a record that could be read by chance, though it may mean something else."""
    packed = message(record)
    headers = tuple(
        (name, value.replace(b".v1", b".v2") if name == "ce_type" else value)
        for name, value in packed.headers
    )
    return replace(packed, headers=headers)


def records() -> list[msgspec.Struct]:
    """Return a record of each public topic, about one alert."""
    event = alert_tied_in_the_body()
    verdict = Verdict(
        said=Said.RIGHT,
        watch=event.watch,
        story=event.story.id,
        by="editor",
        at=NOON,
        alert=event.alert,
    )
    report = DeliveryReport(
        event=event.event,
        alert=event.alert,
        kind="opened",
        subscriber="desk",
        result=DeliveryResult.DELIVERED,
        at=NOON,
    )
    health = FeedHealth(
        feed="courier",
        source="Mekong Courier",
        state=FeedState.OK,
        detail="",
        polled=NOON,
        last_ok=NOON,
        entries=1,
        stories=1,
    )
    return [sample_story(), sample_tagged(), event, verdict, report, health]


def test_a_worker_tags_and_alerts_on_a_story_whose_status_it_does_not_know(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    body = "The US defense secretary met Cambodia's defense minister in Phnom Penh."
    odd, plain = (sample_story(name, headline=HEADLINE, body=body) for name in "12")
    plain = msgspec.structs.replace(plain, source="Delta Post", feed="delta")
    ensure_topics(kafka_address, prefix=prefix)
    words, given = work(kafka_address, prefix, tmp_path)
    tagged = sample_tagged(sample_story("3"))
    with running(tmp_path / "log", words, given) as worker:
        put(kafka_address, prefix, later(odd), message(plain))
        put(kafka_address, prefix, later(tagged), message(tagged), *map(later, records()[3:4]))
        wanted = {odd.id, plain.id, tagged.story.id}

        def enough(found: list[Received]) -> bool:
            return wanted <= {decode(one.value, AlertEvent).story.id for one in found}

        found = take(kafka_address, prefix, ALERTS, enough)
        assert worker.stop() == 0
    kept = {event.story.id: event for event in (decode(one.value, AlertEvent) for one in found)}
    assert kept[odd.id].story.status == OTHER
    assert [one.value for one in Log(kafka_address, DEAD_LETTERS, prefix=prefix)] == []


def test_an_event_of_a_kind_that_deliver_does_not_know_is_told(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    desk, receiver = Desk(tmp_path, kafka_address, prefix), Receiver()
    event = alert_tied_in_the_body()
    with receiving(receiver):
        desk.subscribers(block("desk"), block("hook", receiver))
        with desk.delivering() as process:
            put(kafka_address, prefix, later(event))
            until(lambda: receiver.heard == [(OTHER, event.event)])
            until(lambda: event.story.headline in process.out)
    assert [one.value for one in Log(kafka_address, DEAD_LETTERS, prefix=prefix)] == []


def test_commands_read_records_of_a_later_release(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    site = Site(kafka_address, prefix, tmp_path)
    packed = [later(record) for record in records()]
    put(kafka_address, prefix, *packed)
    site.archive("update")
    event = alert_tied_in_the_body()
    (row,) = site.lines("alerts", "list")
    assert row["id"] == event.alert
    (story,) = site.lines("stories", "search")
    assert story["id"] == sample_story().id
    shown = site.run("alerts", "show", event.alert, "--data", str(tmp_path))
    assert (shown.returncode, shown.stderr) == (0, b"")
    for one in packed:
        asked = ("tail", one.topic.name, "--since", "1d", "--no-follow")
        read = site.run(*asked, "--kafka", kafka_address.address)
        assert (read.returncode, read.stderr) == (0, b"")
        assert b"can't be read" not in read.stdout
        assert len(read.stdout.splitlines()) == 1
    for name in ("ndjson", "csv", "ninjs"):
        export = site.run("export", "--format", name, "--kafka", kafka_address.address)
        assert export.returncode == 0, export.stderr
        assert sample_story().headline.encode() in export.stdout
    told = json.loads(site.run("export", "--alerts", "--kafka", kafka_address.address).stdout)
    assert told["kind"] == OTHER


UPGRADE = b"the record is of version 2, and this release reads up to 1: upgrade wirewatch here"


def test_a_record_of_a_later_major_version_is_named_as_one_and_hides_no_other(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    desk, receiver = Desk(tmp_path, kafka_address, prefix), Receiver()
    plain = alert_tied_in_the_body()
    newer = msgspec.structs.replace(plain, event="e" * 32, alert="a" * 32)
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, *map(of_version_2, [newer, *records()]), message(plain))
    with receiving(receiver):
        desk.subscribers(block("hook", receiver))
        with desk.delivering():
            until(lambda: receiver.heard == [("opened", plain.event)])
    (letter, _) = Log(kafka_address, DEAD_LETTERS, prefix=prefix)
    assert UPGRADE in dict(letter.headers)["__connect.errors.exception.message"]
    site = Site(kafka_address, prefix, tmp_path)
    site.archive("update")
    assert [row["id"] for row in site.lines("alerts", "list")] == [plain.alert]
    assert site.lines("stories", "search") == []
    to_it = ("--kafka", kafka_address.address)
    for one in map(message, records()):
        read = site.run("tail", one.topic.name, "--since", "1d", "--no-follow", *to_it)
        assert UPGRADE in read.stdout
    for words in (("csv",), ("ninjs",), ("ndjson",), ("csv", "--alerts"), ("ndjson", "--alerts")):
        export = site.run("export", "--format", *words, *to_it)
        assert export.returncode == 1
        assert UPGRADE in export.stderr
