"""Which Kafka a command talks to, and how it logs in there."""

from dataclasses import replace

from streams.contract.kafka_access import KafkaAccess
from wirewatch.config import Settings
from wirewatch.local_kafka import address_in, client_file_in
from wirewatch.local_kafka.client_file import read_client_file

KAFKA = "kafka"
"""The folder of the private Kafka, in the data folder."""


def access_to(address: str, settings: Settings) -> KafkaAccess:
    """Return how a Kafka is reached: by the private Kafka's own login, or by the one that is set.

    Raises `ClientFileError`.
    """
    return replace(_reached(address, settings), compression=settings.compression)


def _reached(address: str, settings: Settings) -> KafkaAccess:
    folder = settings.data / KAFKA
    # Only at its own address: another Kafka has nothing to do with that login.
    if address == address_in(folder) and client_file_in(folder).exists():
        return read_client_file(client_file_in(folder), address)
    if settings.kafka_client_file is not None:
        return read_client_file(settings.kafka_client_file, address)
    return KafkaAccess(address)
