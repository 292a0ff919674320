"""One private Kafka per test run, and topics of its own for each test."""

import os
import secrets
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from connectors.parsing.parser_pool import ParserPool
from streams.contract.kafka_access import KafkaAccess
from tests.support.commands import WORDS_ALONE
from tests.support.kafkas import known
from wirewatch.local_kafka import PrivateKafka
from wirewatch.runtime import logs

# How long an example takes says how busy the machine is, and no more.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # In the background of a shell Ctrl-C is ignored, and what the tests start would do so too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ.update(WORDS_ALONE)  # for commands that run in this process
logs.configure(json=True)  # to standard error: the standard output is for alerts


@pytest.fixture(scope="session")
def kafka_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaAccess]:
    """A real Kafka, started when the first test asks for it; as a text it is its `HOST:PORT`."""
    with PrivateKafka(tmp_path_factory.mktemp("kafka")) as kafka:
        yield known(kafka)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files with the longest tests first, so that no worker begins one at the end."""
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture
def prefix() -> str:
    """What to begin this test's topics, groups and ids with, so that tests never meet."""
    return f"t{secrets.token_hex(2)}-"


@pytest.fixture(scope="session")
def parser() -> Iterator[ParserPool]:
    """A parser process, for all tests that poll documents."""
    pool = ParserPool(workers=1)
    yield pool
    pool.close()
