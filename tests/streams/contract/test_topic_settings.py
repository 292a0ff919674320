"""Topics made by an earlier release, or changed by an operator, and what `init` makes of them."""

import json
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from connectors.kafka import ensure_topics
from connectors.kafka.topic_settings import Replication, differences, layout
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


def init(address: KafkaAccess, prefix: str, code: int = 0) -> list[dict[str, Any]]:
    """Run `wirewatch init`; give what it said."""
    words = ("init", "--json", "--kafka", address.address)
    run = ended(*words, given={"WIREWATCH_KAFKA_PREFIX": prefix})
    assert run.returncode == code, run.stderr
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
    ("kept", "words"),
    [
        ("1000", "1 second"),
        (str(36 * 3_600_000), "1 day 12 hours"),
        (str((364 * 24 + 23) * 3_600_000), "364 days 23 hours"),
        (str(2**63 - 1), "ever"),
    ],
)
def test_how_long_records_are_kept_is_told_as_people_say_it(kept: str, words: str) -> None:
    (found,) = differences(ALERTS, {**ALERTS.config, "retention.ms": kept}, 8)
    assert f"kept for {words}, not for 365 days" in found.reason


@pytest.mark.parametrize(
    ("topic", "told", "partitions", "remedy"),
    [
        (ALERTS, {"retention.ms": WEEK}, 8, "set retention.ms with kafka-configs"),
        (ALERTS, {"retention.bytes": "1000000"}, 8, "Set retention.bytes to -1 with kafka-configs"),
        (ALERTS, {"min.insync.replicas": "3"}, 8, "Set min.insync.replicas to one less"),
        (MATCHES, {}, 3, "run `wirewatch init`"),
    ],
)
def test_what_stays_and_does_harm_comes_with_its_remedy(
    topic: Topic, told: dict[str, str], partitions: int, remedy: str
) -> None:
    whole = Replication(copies=3, brokers=3)
    (found,) = differences(topic, {**topic.config, **told}, partitions, whole)
    assert (found.change, found.harmless) == (False, False)
    assert remedy in found.reason


@pytest.mark.parametrize(
    ("topic", "level", "words"),
    [(MATCHES, "warning", "delete the topics `matches` and"), (STORIES, "info", "any number")],
    ids=lambda one: one.name if isinstance(one, Topic) else "",
)
def test_partitions_stay_and_it_says_where_that_cannot_work(
    kafka_address: KafkaAccess, prefix: str, topic: Topic, level: str, words: str
) -> None:
    made(kafka_address, prefix, replace(topic, partitions=3))
    (differs, _) = init(kafka_address, prefix, code=int(topic is MATCHES))
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


@pytest.mark.parametrize(
    ("there", "change"), [("producer", None), ("gzip", False), ("snappy", True)]
)
def test_a_compression_that_readers_do_not_know_is_undone_and_another_told(
    there: str, change: bool | None
) -> None:
    found = differences(ALERTS, {**ALERTS.config, "compression.type": there}, 8)
    assert [one.change for one in found] == ([] if change is None else [change])


@pytest.mark.parametrize("topic", [FEED_HEALTH, VERDICTS], ids=lambda topic: topic.name)
def test_last_words_are_kept_for_ever(topic: Topic) -> None:
    (found,) = differences(topic, {"cleanup.policy": "delete"}, 1)
    assert (found.change, found.wanted) == (True, "compact")


def check(address: KafkaAccess, prefix: str, *words: str) -> tuple[int, list[str]]:
    asked = ("init", "--check", "--kafka", address.address, *words)
    run = ended(*asked, given={"WIREWATCH_KAFKA_PREFIX": prefix})
    assert run.stderr == b""
    return run.returncode, run.stdout.decode().splitlines()


def test_a_check_names_each_difference_and_changes_nothing(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    others = [topic for topic in TOPICS if topic not in {ALERTS, MATCHES, STORIES}]
    ensure_topics(kafka_address, prefix=prefix, topics=others)
    made(kafka_address, prefix, ALERTS, cleanup_policy="compact", retention_ms=WEEK)
    made(kafka_address, prefix, replace(MATCHES, partitions=3), max_message_bytes="1000000")
    wanted = MATCHES.config["max.message.bytes"]
    begins = (
        f"{prefix}stories: isn't there; `wirewatch init` makes it",
        f"{prefix}matches: max.message.bytes is 1000000 and should be {wanted}; `wirewatch init`",
        f"{prefix}matches: partitions is 3 and should be 8: left as it is, but it must be",
        f"{prefix}alerts: cleanup.policy is compact and should be delete; `wirewatch init` sets",
        f"{prefix}alerts: retention.ms is {WEEK} and should be {365 * DAY * 1000}: records are",
    )
    for _ in range(2):
        code, lines = check(kafka_address, prefix)
        assert code == 1
        assert [line[: len(begin)] for line, begin in zip(lines, begins, strict=True)] == [*begins]
    assert settings(kafka_address, prefix, ALERTS)["cleanup.policy"] == "compact"
    _, lines = check(kafka_address, prefix, "--json")
    first, *rest = map(json.loads, lines)
    assert first == {"topic": f"{prefix}stories", "missing": True}
    assert [(one["setting"], one["change"]) for one in rest] == [
        ("max.message.bytes", True),
        ("partitions", False),
        ("cleanup.policy", True),
        ("retention.ms", False),
    ]


def test_a_check_of_topics_as_init_makes_them_finds_nothing(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    init(kafka_address, prefix)
    every = f"all {len(TOPICS)} topics are as they need to be"
    assert check(kafka_address, prefix) == (0, [every])


def test_a_topic_that_no_record_could_be_written_to_is_named_and_repaired(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    """One broker can't give the word of two."""
    others = [topic for topic in TOPICS if topic is not ALERTS]
    ensure_topics(kafka_address, prefix=prefix, topics=others)
    made(kafka_address, prefix, ALERTS, min_insync_replicas="2")
    begin = f"{prefix}alerts: min.insync.replicas is 2 and should be 1; `wirewatch init` sets it"
    assert check(kafka_address, prefix) == (1, [begin])
    init(kafka_address, prefix)
    assert settings(kafka_address, prefix, ALERTS)["min.insync.replicas"] == "1"


@pytest.mark.parametrize(
    ("brokers", "wanted"),
    [(None, (-1, {})), (1, (-1, {})), (2, (-1, {})), (3, (3, {"min.insync.replicas": "2"}))],
)
def test_three_brokers_have_each_record_three_times(
    brokers: int | None, wanted: tuple[int, dict[str, str]]
) -> None:
    assert layout(brokers) == wanted


@pytest.mark.parametrize(
    ("brokers", "copies", "least", "wanted"),
    [
        (1, 1, 1, []),
        (2, 2, 1, []),
        (3, 3, 2, []),
        (5, 5, 3, []),
        (3, 3, 1, [("min.insync.replicas", "2", True)]),
        (3, 3, 3, [("min.insync.replicas", "2", False)]),
        (3, 1, 1, [("replication factor", "3", False)]),
        (1, 1, 2, [("min.insync.replicas", "1", True)]),
        (2, 2, 2, [("min.insync.replicas", "1", False)]),
    ],
)
def test_copies_and_how_many_must_be_there_are_compared_by_the_brokers(
    brokers: int, copies: int, least: int, wanted: list[tuple[str, str, bool]]
) -> None:
    told = {**ALERTS.config, "min.insync.replicas": str(least)}
    found = differences(ALERTS, told, 8, Replication(copies=copies, brokers=brokers))
    assert [(one.setting, one.wanted, one.change) for one in found] == wanted
