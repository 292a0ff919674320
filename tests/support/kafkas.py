"""How the tests' Kafkas are reached, also by the processes that they start."""

from collections.abc import Iterable

from streams.contract.kafka_access import KafkaAccess
from wirewatch.local_kafka import PrivateKafka
from wirewatch.local_kafka.client_file import access_in, for_librdkafka, settings_of

_CLIENT_FILES: dict[str, str] = {}


def known(kafka: PrivateKafka) -> KafkaAccess:
    """Let the commands that are told of its address log in there."""
    _CLIENT_FILES[kafka.address] = str(kafka.client_file)
    return kafka.access


def client_file(words: Iterable[str]) -> dict[str, str]:
    """Return what a command needs in its environment to reach the Kafka that it is told of."""
    files = [_CLIENT_FILES[word] for word in words if word in _CLIENT_FILES]
    return {"WIREWATCH_KAFKA_CLIENT_FILE": files[0]} if files else {}


def to_word(kafka: KafkaAccess) -> str:
    """Put an access into a word of a command line."""
    return for_librdkafka(kafka)


def from_word(word: str) -> KafkaAccess:
    """Take it out of there."""
    return access_in(settings_of(word))
