"""Topics made by an earlier release, or changed by an operator, and what `init` makes of them."""

import json
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from connectors.kafka.topic_settings import differences
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import (
    ALERTS,
    DAY,
    FEED_HEALTH,
    MATCHES,
    STORIES,
    TAGGED,
    TOPICS,
    VERDICTS,
    Topic,
)
from tests.support.commands import ended

WEEK = str(7 * DAY * 1000)
TWO_YEARS = str(730 * DAY * 1000)


def made(address: KafkaAccess, prefix: str, topic: Topic, **settings: str) -> None:
    """Make a topic as somebody else would have."""
    config = {**topic.config, **{name.replace("_", "."): value for name, value in settings.items()}}
    facts = {"num_partitions": topic.partitions, "replication_factor": 1, "configs": config}
    with closing(KafkaAdminClient(**address.client_settings())) as admin:
        admin.create_topics({prefix + topic.name: facts}, wait_for_metadata=True)


def settings(address: KafkaAccess, prefix: str, topic: Topic) -> dict[str, str]:
    resource = ConfigResource(ConfigResourceType.TOPIC, prefix + topic.name)
    with closing(KafkaAdminClient(**address.client_settings())) as admin:
        found = admin.describe_configs([resource], config_filter="all")["topic"]
    return {key: one["value"] for key, one in found[prefix + topic.name].items()}


def init(address: KafkaAccess, prefix: str) -> list[dict[str, Any]]:
    """Run `wirewatch init`; give what it said."""
    words = ("init", "--json", "--kafka", address.address)
    run = ended(*words, given={"WIREWATCH_KAFKA_PREFIX": prefix})
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stderr.splitlines()]


def test_init_brings_a_compacted_alerts_topic_over_and_says_what_it_cannot(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    made(kafka_address, prefix, ALERTS, cleanup_policy="compact,delete")
    changed, end = init(kafka_address, prefix)
    found = settings(kafka_address, prefix, ALERTS)
    assert (found["cleanup.policy"], found["retention.ms"]) == ("delete", str(365 * DAY * 1000))
    assert (changed["event"], changed["topic"]) == ("topic_changed", f"{prefix}alerts")
    assert (changed["setting"], changed["found"]) == ("cleanup.policy", "compact,delete")
    assert "can't be brought back" in changed["note"]
    assert end["event"] == "topics_are_there"
    assert [one["event"] for one in init(kafka_address, prefix)] == ["topics_are_there"]


def test_a_topic_that_takes_too_small_records_is_widened(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    made(kafka_address, prefix, STORIES, max_message_bytes="1048588")
    (changed, _) = init(kafka_address, prefix)
    assert (changed["event"], changed["setting"]) == ("topic_changed", "max.message.bytes")
    wanted = STORIES.config["max.message.bytes"]
    assert settings(kafka_address, prefix, STORIES)["max.message.bytes"] == wanted


@pytest.mark.parametrize(
    ("kept", "level", "words"),
    [
        (WEEK, "warning", "kept for 7 days, not for 365 days as"),
        (TWO_YEARS, "info", "kept for 730 days, not for 365 days;"),
        ("-1", "info", "kept for ever, not for 365 days;"),
    ],
)
def test_an_operators_own_retention_stays_and_is_told(
    kafka_address: KafkaAccess, prefix: str, kept: str, level: str, words: str
) -> None:
    made(kafka_address, prefix, ALERTS, retention_ms=kept)
    (differs, _) = init(kafka_address, prefix)
    assert (differs["event"], differs["setting"]) == ("topic_differs", "retention.ms")
    assert (differs["level"], differs["found"]) == (level, kept)
    assert words in differs["note"]
    assert settings(kafka_address, prefix, ALERTS)["retention.ms"] == kept


@pytest.mark.parametrize(
    ("topic", "level", "words"),
    [(MATCHES, "warning", "delete the topics `matches` and"), (STORIES, "info", "any number")],
    ids=lambda one: one.name if isinstance(one, Topic) else "",
)
def test_partitions_stay_and_it_says_where_that_cannot_work(
    kafka_address: KafkaAccess, prefix: str, topic: Topic, level: str, words: str
) -> None:
    made(kafka_address, prefix, replace(topic, partitions=3))
    (differs, _) = init(kafka_address, prefix)
    assert (differs["setting"], differs["found"], differs["wanted"]) == ("partitions", "3", "8")
    assert differs["level"] == level
    assert words in differs["note"]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_topic_as_we_make_it_does_not_differ(topic: Topic) -> None:
    assert differences(topic, topic.config, topic.partitions) == []


def test_settings_that_kafka_does_not_tell_are_passed_over() -> None:
    assert differences(ALERTS, {}, ALERTS.partitions) == []


def test_a_policy_is_the_same_in_any_order() -> None:
    both = replace(TAGGED, compact=True)
    assert differences(both, {"cleanup.policy": "delete, compact"}, 8) == []


def test_a_limit_in_bytes_is_told() -> None:
    (found,) = differences(ALERTS, {**ALERTS.config, "retention.bytes": "1000000"}, 8)
    assert (found.setting, found.change, found.harmless) == ("retention.bytes", False, False)


@pytest.mark.parametrize("topic", [FEED_HEALTH, VERDICTS], ids=lambda topic: topic.name)
def test_last_words_are_kept_for_ever(topic: Topic) -> None:
    (found,) = differences(topic, {"cleanup.policy": "delete"}, 1)
    assert (found.change, found.wanted) == (True, "compact")
