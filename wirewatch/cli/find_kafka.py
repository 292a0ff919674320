"""Which Kafka a command looks into: the operator's own, or the private one that runs here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streams.contract.kafka_access import KafkaAccess
from wirewatch.cli.options import say
from wirewatch.config import Settings
from wirewatch.local_kafka import PrivateKafka, cluster_of, running_at
from wirewatch.runtime import kafka_wait
from wirewatch.runtime.kafka_login import KAFKA, access_to
from wirewatch.runtime.presence import RUN, presences
from wirewatch.runtime.supervisor import RunError


@contextmanager
def kafka_or_own(
    settings: Settings, ask: Callable[[], None] = lambda: None
) -> Iterator[KafkaAccess]:
    """Give the Kafka to look into; a private one that isn't up is started for as long as it takes.

    `ask` may end it all: of a Kafka that runs it is called once that answers, of another before it
    is started, which takes a while.
    Raises what `kafka_of` does, and `BrokerError`.
    """
    folder = settings.data / KAFKA
    no_log = cluster_of(folder) is None
    if settings.kafka or running_at(folder) or _is_starting(settings) or no_log:
        access = kafka_of(settings)
        ask()
        yield access
        return
    ask()
    say(f"the private Kafka in {folder} isn't up: it is started for this command")
    with PrivateKafka(folder, port=settings.kafka_port or None) as own:
        yield access_to(own.address, settings)


def _is_starting(settings: Settings) -> bool:
    return any(one.file.service == RUN and not one.dead for one in presences(settings.data))


def kafka_of(settings: Settings) -> KafkaAccess:
    """Return how to reach the Kafka to look into: the operator's own, or one that runs here.

    Raises `UnreachableError` if it doesn't answer.
    """
    address = settings.kafka or running_at(settings.data / KAFKA)
    if address is None:
        if _is_starting(settings):
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
