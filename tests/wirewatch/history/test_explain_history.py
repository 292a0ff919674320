"""`explain` and `judge` tell what happened, by what was recorded then: on a real Kafka."""

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from kafka import KafkaAdminClient, TopicPartition

from connectors.kafka import Consumer, Received, ensure_topics
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import ALERTS, MATCHES, STORIES, TAGGED, VERDICTS, Topic
from streams.model.alert import AlertEvent, Kind
from streams.model.story import Status
from streams.model.verdict import Verdict
from tests.streams.worker.test_work import put, take, work
from tests.support.commands import ended_here, running
from tests.support.samples import NOON, sample_story

HEADLINE = "US and Cambodia hold joint military exercises"
FIRST = sample_story("1", headline=HEADLINE)
COPY = sample_story("2", headline=HEADLINE)
UPDATE = msgspec.structs.replace(
    sample_story("3", headline=f"{HEADLINE} with 1,200 troops"),
    published=NOON + timedelta(hours=6),
    first_seen=NOON + timedelta(hours=6),
)
KILLED = msgspec.structs.replace(
    FIRST, status=Status.CANCELED, version="killed", first_seen=NOON + timedelta(hours=7)
)
LATER = msgspec.structs.replace(COPY, version="edited", body=f"{COPY.body} They spoke again.")


def events(records: list[Received]) -> list[AlertEvent]:
    return [decode(one.value, AlertEvent) for one in records]


def forget(address: KafkaAccess, prefix: str, topic: Topic) -> None:
    """Remove what a topic holds so far, as if its time were over."""
    with closing(Consumer(address, group=None, topics=[topic], prefix=prefix)) as consumer:
        ends = {number: end for number, (_, end) in consumer.places(topic, None).items()}
    with closing(KafkaAdminClient(**address.client_settings())) as admin:
        admin.delete_records(
            {TopicPartition(prefix + topic.name, number): end for number, end in ends.items()}
        )


def test_what_happened_is_told_after_a_restart_and_without_the_first_matches(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    """Grouping again from the matches that are left would open another alert, by the copy."""
    ensure_topics(kafka_address, prefix=prefix)
    words, given = work(kafka_address, prefix, tmp_path)

    def on_alerts(count: int) -> list[AlertEvent]:
        return events(take(kafka_address, prefix, ALERTS, lambda found: len(found) >= count))

    with running(tmp_path / "log", words, given) as worker:
        put(kafka_address, prefix, message(FIRST))
        (opened,) = on_alerts(1)
        assert worker.stop() == 0
    forget(kafka_address, prefix, MATCHES)
    with running(tmp_path / "log", words, given) as worker:
        for count, story in enumerate((COPY, UPDATE, KILLED, LATER), start=2):
            put(kafka_address, prefix, message(story))
            life = on_alerts(count)
        assert worker.stop() == 0
    assert {event.alert for event in life} == {opened.alert}
    kinds = [event.kind for event in life]
    assert kinds == [Kind.OPENED, Kind.JOINED, Kind.UPDATED, Kind.WITHDRAWN, Kind.JOINED]
    asked = ["--kafka", kafka_address.address, "--config", str(tmp_path)]

    def explained(name: str) -> Mapping[str, Any]:
        shown = ended_here("explain", name, "--json", *asked, given=given)
        assert shown.returncode == 0, shown.stderr
        found: Mapping[str, Any] = json.loads(shown.stdout)
        assert not found["hypothesis"]
        return found

    for name, id_, bond in (
        (COPY.id, COPY.id, "copy"),
        (opened.alert[:9], FIRST.id, "first"),
    ):
        found = explained(name)
        (alert,) = found["alerts"]
        assert (found["story"], alert["alert"]) == (id_, opened.alert)
        assert alert["grouping"]["bond"] == bond
        assert [one["event"] for one in alert["events"]] == [event.event for event in life]
        assert found["steps"][-1]["at"] is not None

    ties = [(one["story"], one["grouping"]["bond"], one["left"]) for one in alert["stories"]]
    assert ties == [
        (FIRST.id, "first", False),
        (COPY.id, "copy", False),
        (UPDATE.id, "copy", False),
    ]
    assert all(one["headline"] and one["reason"] and one["at"] for one in alert["stories"])
    shown = ended_here("explain", opened.alert, *asked, given=given).stdout.decode()
    assert "its 3 stories" in shown
    assert "joined as a copy (1.00, wanted 0.60)" in shown

    judged = ended_here("judge", COPY.id, "right", "--by", "ana", *asked, given=given)
    assert f"right: alert {opened.alert[:10]} of" in judged.stdout.decode(), judged.stderr
    (kept,) = take(kafka_address, prefix, VERDICTS, lambda found: len(found) >= 1)
    assert decode(kept.value, Verdict).alert == opened.alert

    forget(kafka_address, prefix, MATCHES)
    forget(kafka_address, prefix, TAGGED)
    forget(kafka_address, prefix, STORIES)
    found = explained(COPY.id)
    assert found["alerts"][0]["alert"] == opened.alert
    assert found["alerts"][0]["grouping"]["bond"] == "copy"
    assert "Kafka no longer has its text" in found["steps"][1]["said"]


def test_the_newest_version_is_explained_in_whatever_order_they_came(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    """A wire's numbers say which is newest; a late lower one isn't."""
    ensure_topics(kafka_address, prefix=prefix)
    third = msgspec.structs.replace(FIRST, version="third", revision=3, headline=f"{HEADLINE}: III")
    second = msgspec.structs.replace(
        FIRST,
        version="second",
        revision=2,
        headline=f"{HEADLINE}: II",
        first_seen=NOON + timedelta(hours=1),
    )
    put(kafka_address, prefix, message(third), message(second))
    asked = ["--kafka", kafka_address.address, "--config", str(tmp_path)]
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}
    shown = ended_here("explain", FIRST.id, "--json", *asked, given=given)
    assert json.loads(shown.stdout)["version"] == "third", shown.stderr
