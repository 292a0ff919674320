"""Make the topics that wirewatch needs."""

from collections.abc import Iterable
from contextlib import closing
from typing import Any

import structlog
from kafka import KafkaAdminClient
from kafka.errors import KafkaError as LibraryError
from kafka.errors import TopicAlreadyExistsError

from connectors.kafka.errors import ANSWER_SECONDS, failed
from streams.bus import TOPICS, Topic

log = structlog.get_logger()


def ensure_topics(
    address: str,
    *,
    prefix: str = "",
    topics: Iterable[Topic] = TOPICS,
    seconds: float = ANSWER_SECONDS,
) -> None:
    """Make the topics that aren't there; warn of those that differ. Raises `KafkaError`.

    Safe to call from several processes at once.
    """
    wanted = {prefix + topic.name: topic for topic in topics}
    try:
        with closing(_admin(address, seconds)) as admin:
            there = set(admin.list_topics())
            for name in wanted.keys() - there:
                _create(admin, name, wanted[name])
            for name in wanted.keys() & there:
                _compare(admin, name, wanted[name])
    except LibraryError as error:
        raise failed("make its topics", address, error) from error


def _admin(address: str, seconds: float) -> Any:  # noqa: ANN401 - kafka-python carries no types
    return KafkaAdminClient(bootstrap_servers=address, bootstrap_timeout_ms=int(seconds * 1000))


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


def _compare(admin: Any, name: str, topic: Topic) -> None:  # noqa: ANN401 - as above
    (found,) = admin.describe_topics([name])
    partitions = len(found["partitions"])
    if partitions != topic.partitions:
        log.warning("topic_differs", topic=name, partitions=partitions, wanted=topic.partitions)
