"""One private Kafka per test run, and topics of its own for each test."""

import secrets
from collections.abc import Iterator

import pytest

from wirewatch import logs
from wirewatch.broker import PrivateKafka

logs.configure(json=True)  # to standard error: the standard output is for alerts


@pytest.fixture(scope="session")
def kafka_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The `HOST:PORT` of a real Kafka, started when the first test asks for it."""
    with PrivateKafka(tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka.address


@pytest.fixture
def prefix() -> str:
    """What to begin this test's topics, groups and ids with, so that tests never meet."""
    return f"t{secrets.token_hex(2)}-"
