"""Find out whether our user may use a consumer group."""

from contextlib import closing

from kafka.errors import GroupAuthorizationFailedError

from connectors.kafka.consumer import Consumer
from connectors.kafka.errors import KafkaError
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import Topic


def refused_group(
    kafka: KafkaAccess, group: str, topic: Topic, *, prefix: str = ""
) -> KafkaError | None:
    """Return the error of a user who may not use a group; `None` where Kafka doesn't say so.

    A member of a group that lacks the right waits for it, and says nothing. Blocks.
    """
    try:
        with closing(Consumer(kafka, group=group, topics=(), prefix=prefix)) as consumer:
            consumer.committed(topic, [0])
    except KafkaError as error:
        return error if isinstance(error.__cause__, GroupAuthorizationFailedError) else None
    return None
