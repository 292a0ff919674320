"""Make the topics that wirewatch needs, and bring those that are there over to what it needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog
from kafka import TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import (
    ClusterAuthorizationFailedError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
)
from kafka.errors import KafkaError as LibraryError

from connectors.kafka.errors import ANSWER_SECONDS, KafkaError, failed
from connectors.kafka.library_client import admin_client
from connectors.kafka.topic_settings import Replication, SettingDifference, differences, layout
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import TOPICS, Topic

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class TopicDifference:
    """How a topic differs, by its whole name; no differences: it isn't there."""

    topic: str
    differences: tuple[SettingDifference, ...]


def ensure_topics(
    kafka: KafkaAccess,
    *,
    prefix: str = "",
    topics: Iterable[Topic] = TOPICS,
    seconds: float = ANSWER_SECONDS,
) -> list[TopicDifference]:
    """Make the topics that aren't there, bring over those that differ, and return how they did.

    Each setting that was changed is logged, and each that differs but stays, with the reason.
    Safe to call from several processes at once. Raises `KafkaError`.
    """
    wanted = {prefix + topic.name: topic for topic in topics}
    try:
        with admin_client(kafka, seconds) as admin:
            there = set(admin.list_topics())
            brokers = _brokers(admin)
            for name in wanted.keys() - there:
                _create(admin, name, wanted[name], brokers)
            known = {name: wanted[name] for name in wanted if name in there}
            differing = _differing(admin, known, brokers)
            return [_bring_over(admin, one) for one in differing]
    except LibraryError as error:
        raise failed("make its topics", kafka, error, needs="Create") from error


def compare_topics(
    kafka: KafkaAccess, *, prefix: str = "", seconds: float = ANSWER_SECONDS
) -> list[TopicDifference]:
    """Return how the topics differ from what is wanted, in the order of the table; change nothing.

    Raises `KafkaError`.
    """
    wanted = {prefix + topic.name: topic for topic in TOPICS}
    try:
        with admin_client(kafka, seconds) as admin:
            there = set(admin.list_topics())
            known = {name: topic for name, topic in wanted.items() if name in there}
            found = {one.topic: one for one in _differing(admin, known, _brokers(admin))}
    except LibraryError as error:
        raise failed("describe its topics", kafka, error, needs="Describe") from error
    missing = {name: TopicDifference(topic=name, differences=()) for name in wanted.keys() - there}
    both = {**found, **missing}
    return [both[name] for name in wanted if name in both]


def topic_id(kafka: KafkaAccess, topic: Topic, *, prefix: str = "") -> str:
    """Return what tells a topic from one of the same name that is made later.

    Raises `KafkaError`, also if there is no such topic.
    """
    try:
        with admin_client(kafka, ANSWER_SECONDS) as admin:
            (found,) = admin.describe_topics([prefix + topic.name])
    except LibraryError as error:
        raise failed("describe a topic", kafka, error, needs="Describe") from error
    if found["error_code"]:
        raise KafkaError(f"Kafka at {kafka} has no topic {prefix + topic.name}")
    return str(found["topic_id"])


def delete_before(
    kafka: KafkaAccess, topic: Topic, offsets: Mapping[int, int], *, prefix: str = ""
) -> None:
    """Delete what a topic's partitions hold before an offset each. Raises `KafkaError`."""
    name = prefix + topic.name
    wanted = {TopicPartition(name, number): offset for number, offset in offsets.items()}
    try:
        with admin_client(kafka, ANSWER_SECONDS) as admin:
            admin.delete_records(wanted)
    except LibraryError as error:
        raise failed("delete records", kafka, error, needs="Delete") from error


def _brokers(admin: Any) -> int | None:  # noqa: ANN401 - kafka-python has no types
    """Return how many brokers there are; `None` where Kafka doesn't let us see them."""
    try:
        return len(admin.describe_cluster()["brokers"])
    except ClusterAuthorizationFailedError:
        return None


def _create(admin: Any, name: str, topic: Topic, brokers: int | None) -> None:  # noqa: ANN401 - as above
    copies, durable = layout(brokers)
    facts = {
        "num_partitions": topic.partitions,
        "replication_factor": copies,
        "configs": {**topic.config, **durable},
    }
    try:
        admin.create_topics({name: facts}, wait_for_metadata=True)
    except TopicAlreadyExistsError:
        return
    except TopicAuthorizationFailedError as error:  # by itself it says the whole request
        raise TopicAuthorizationFailedError(name) from error
    log.debug("topic_created", topic=name, partitions=topic.partitions)


def _differing(
    admin: Any,  # noqa: ANN401 - as above
    topics: Mapping[str, Topic],
    brokers: int | None,
) -> list[TopicDifference]:
    if not topics:
        return []
    parts = {one["name"]: one["partitions"] for one in admin.describe_topics([*topics])}
    settings = _settings(admin, topics)
    found = []
    for name, topic in topics.items():
        copies = min((len(part["replica_nodes"]) for part in parts[name]), default=0)
        known = None if brokers is None else Replication(copies=copies, brokers=brokers)
        one = differences(topic, settings.get(name, {}), len(parts[name]), known)
        if one:
            found.append(TopicDifference(topic=name, differences=tuple(one)))
    return found


def _bring_over(admin: Any, found: TopicDifference) -> TopicDifference:  # noqa: ANN401 - as above
    """Set what is to be set, and return the same with what Kafka refused."""
    to_change = [one for one in found.differences if one.change]
    left = [one for one in found.differences if not one.change]
    for one in left:
        tell = log.info if one.harmless else log.warning
        tell("topic_differs", topic=found.topic, **_facts(one))
    changed = _change(admin, found.topic, to_change) if to_change else []
    return replace(found, differences=(*changed, *left))


def _settings(admin: Any, topics: Iterable[str]) -> dict[str, dict[str, str]]:  # noqa: ANN401 - as above
    """Return the settings of topics; none where Kafka doesn't let us see them."""
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in topics]
    told = admin.describe_configs(resources, config_filter="all").get("topic", {})
    return {
        name: {key: one["value"] for key, one in entries.items() if one["value"] is not None}
        for name, entries in told.items()
    }


def _change(
    admin: Any,  # noqa: ANN401 - as above
    name: str,
    found: list[SettingDifference],
) -> list[SettingDifference]:
    wanted = {one.setting: one.wanted for one in found}
    resource = ConfigResource(ConfigResourceType.TOPIC, name, configs=wanted)
    # Not checked beforehand: the broker itself says what it doesn't take.
    answer = admin.alter_configs([resource], raise_on_unknown=False)["topic"][name]
    for one in found:
        if answer == "OK":
            log.warning("topic_changed", topic=name, **_facts(one))
        else:
            log.error("topic_not_changed", topic=name, error=answer, **_facts(one))
    return found if answer == "OK" else [replace(one, refused=str(answer)) for one in found]


def _facts(one: SettingDifference) -> dict[str, str]:
    facts = {"setting": one.setting, "found": one.found, "wanted": one.wanted}
    return {**facts, "note": one.reason} if one.reason else facts
