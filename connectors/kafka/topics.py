"""Make the topics that wirewatch needs, and bring those that are there over to what it needs."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any

import structlog
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError as LibraryError
from kafka.errors import TopicAlreadyExistsError

from connectors.kafka.errors import ANSWER_SECONDS, RECONNECT_MILLISECONDS, KafkaError, failed
from connectors.kafka.topic_settings import SettingDifference, differences
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import TOPICS, Topic

log = structlog.get_logger()


def ensure_topics(
    kafka: KafkaAccess,
    *,
    prefix: str = "",
    topics: Iterable[Topic] = TOPICS,
    seconds: float = ANSWER_SECONDS,
) -> None:
    """Make the topics that aren't there, and bring over those that differ. Raises `KafkaError`.

    Each setting that was changed is logged, and each that differs but stays, with the reason.
    Safe to call from several processes at once.
    """
    wanted = {prefix + topic.name: topic for topic in topics}
    try:
        with closing(_admin(kafka, seconds)) as admin:
            there = set(admin.list_topics())
            for name in wanted.keys() - there:
                _create(admin, name, wanted[name])
            _bring_over(admin, {name: wanted[name] for name in wanted if name in there})
    except LibraryError as error:
        raise failed("make its topics", kafka, error) from error


def topic_id(kafka: KafkaAccess, topic: Topic, *, prefix: str = "") -> str:
    """Return what tells a topic from one of the same name that is made later.

    Raises `KafkaError`, also if there is no such topic.
    """
    try:
        with closing(_admin(kafka, ANSWER_SECONDS)) as admin:
            (found,) = admin.describe_topics([prefix + topic.name])
    except LibraryError as error:
        raise failed("describe a topic", kafka, error) from error
    if found["error_code"]:
        raise KafkaError(f"Kafka at {kafka} has no topic {prefix + topic.name}")
    return str(found["topic_id"])


def _admin(kafka: KafkaAccess, seconds: float) -> Any:  # noqa: ANN401 - kafka-python has no types
    return KafkaAdminClient(
        **kafka.client_settings(),
        bootstrap_timeout_ms=int(seconds * 1000),
        reconnect_backoff_max_ms=RECONNECT_MILLISECONDS,
    )


def _create(admin: Any, name: str, topic: Topic) -> None:  # noqa: ANN401 - as above
    facts = {
        "num_partitions": topic.partitions,
        "replication_factor": -1,  # the broker's own default
        "configs": topic.config,
    }
    try:
        admin.create_topics({name: facts}, wait_for_metadata=True)
    except TopicAlreadyExistsError:
        return
    log.debug("topic_created", topic=name, partitions=topic.partitions)


def _bring_over(admin: Any, topics: Mapping[str, Topic]) -> None:  # noqa: ANN401 - as above
    if not topics:
        return
    partitions = {one["name"]: len(one["partitions"]) for one in admin.describe_topics([*topics])}
    settings = _settings(admin, topics)
    for name, topic in topics.items():
        found = differences(topic, settings.get(name, {}), partitions[name])
        if to_change := [one for one in found if one.change]:
            _change(admin, name, to_change)
        for one in found:
            if not one.change:
                tell = log.info if one.harmless else log.warning
                tell("topic_differs", topic=name, **_facts(one))


def _settings(admin: Any, topics: Iterable[str]) -> dict[str, dict[str, str]]:  # noqa: ANN401 - as above
    """Return the settings of topics; none where Kafka doesn't let us see them."""
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in topics]
    told = admin.describe_configs(resources, config_filter="all").get("topic", {})
    return {
        name: {key: one["value"] for key, one in entries.items() if one["value"] is not None}
        for name, entries in told.items()
    }


def _change(admin: Any, name: str, found: list[SettingDifference]) -> None:  # noqa: ANN401 - as above
    wanted = {one.setting: one.wanted for one in found}
    resource = ConfigResource(ConfigResourceType.TOPIC, name, configs=wanted)
    # Not checked beforehand: the broker itself says what it doesn't take.
    answer = admin.alter_configs([resource], raise_on_unknown=False)["topic"][name]
    for one in found:
        if answer == "OK":
            log.warning("topic_changed", topic=name, **_facts(one))
        else:
            log.error("topic_not_changed", topic=name, error=answer, **_facts(one))


def _facts(one: SettingDifference) -> dict[str, str]:
    facts = {"setting": one.setting, "found": one.found, "wanted": one.wanted}
    return {**facts, "note": one.reason} if one.reason else facts
