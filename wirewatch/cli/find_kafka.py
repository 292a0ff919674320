"""Which Kafka a command looks into: the operator's own, or the private one that runs here."""

from streams.contract.kafka_access import KafkaAccess
from wirewatch.config import Settings
from wirewatch.local_kafka import running_at
from wirewatch.runtime import kafka_wait
from wirewatch.runtime.kafka_login import KAFKA, access_to
from wirewatch.runtime.presence import RUN, presences
from wirewatch.runtime.supervisor import RunError


def kafka_of(settings: Settings) -> KafkaAccess:
    """Return how to reach the Kafka to look into: the operator's own, or one that runs here.

    Raises `UnreachableError` if it doesn't answer.
    """
    address = settings.kafka or running_at(settings.data / KAFKA)
    if address is None:
        if any(one.file.service == RUN and not one.dead for one in presences(settings.data)):
            raise RunError(
                f"Kafka in {settings.data} isn't up: `wirewatch run` is starting it. Try again in "
                "a moment"
            )
        raise RunError(
            f"no Kafka to look into: none runs in {settings.data}. Start `wirewatch run` in "
            "another terminal, or give --kafka HOST:PORT"
        )
    kafka = access_to(address, settings)
    kafka_wait.require(kafka)
    return kafka
