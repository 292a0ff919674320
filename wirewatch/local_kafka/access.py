"""The password of a private Kafka, kept in its folder for whoever may read there.

client.conf        for wirewatch, kcat and others that stand on librdkafka
client.properties  the same for Kafka's own tools
"""

import secrets
from pathlib import Path

import structlog

from streams.contract.kafka_access import KafkaAccess, Login, Mechanism
from wirewatch import private_files
from wirewatch.local_kafka import server_properties
from wirewatch.local_kafka.client_file import (
    ClientFileError,
    for_java,
    for_librdkafka,
    read_client_file,
)

log = structlog.get_logger()

CLIENT_FILE = "client.conf"
JAVA_FILE = "client.properties"
USER = "wirewatch"
_BYTES = 32


def client_file_in(folder: Path) -> Path:
    """Return where a Kafka's folder has the login of its clients."""
    return folder / CLIENT_FILE


def new_owner() -> Login:
    """Return the login of the program that starts Kafka, for this start alone."""
    password = secrets.token_urlsafe(_BYTES)
    return Login(username=server_properties.OWNER, password=password, mechanism=Mechanism.PLAIN)


def kept_or_new(folder: Path) -> Login:
    """Return the login that clients used before, or a new one where there is none to be used."""
    try:
        kept = read_client_file(folder / CLIENT_FILE).login
    except ClientFileError as error:
        if (folder / CLIENT_FILE).exists():
            log.warning("new_kafka_password", because=str(error))
        kept = None
    if isinstance(kept, Login) and kept.mechanism is Mechanism.SCRAM_SHA_256:
        return kept
    return Login(username=USER, password=secrets.token_urlsafe(_BYTES))


def keep(folder: Path, kafka: KafkaAccess) -> None:
    """Write down how Kafka is reached from now on."""
    private_files.write(folder / CLIENT_FILE, for_librdkafka(kafka))
    private_files.write(folder / JAVA_FILE, for_java(kafka))
