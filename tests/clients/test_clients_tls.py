"""The clients of docs/clients that take a client file as it is, on a Kafka that asks for TLS."""

from pathlib import Path

import pytest

from connectors.kafka import ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from tests.clients.clients import ALL, Client, Ready
from tests.streams.worker.test_work import put
from tests.support.samples import sample_alert
from tests.support.waiting import until
from tests.wirewatch.local_kafka.test_kafka_tls import Guarded, guarded
from wirewatch.local_kafka.client_file import for_librdkafka

__all__ = ["guarded"]  # the fixture
pytestmark = pytest.mark.fetches


@pytest.mark.parametrize(
    "client", [one for one in ALL if one.login is for_librdkafka], ids=lambda one: one.name
)
def test_it_gets_in_by_a_password_and_by_a_certificate(
    client: Client, guarded: Guarded, prefix: str, tmp_path: Path
) -> None:
    reads_by(guarded.password, client, f"{prefix}password-", tmp_path / "password")
    reads_by(guarded.certificate, client, f"{prefix}certificate-", tmp_path / "certificate")


def reads_by(kafka: KafkaAccess, client: Client, prefix: str, folder: Path) -> None:
    ensure_topics(kafka, prefix=prefix)
    put(kafka, prefix, message(sample_alert()))
    folder.mkdir()

    def printed() -> bool:
        assert running.process.poll() is None, running.err
        return running.out.count("\n") == 1

    with Ready(client, folder, kafka).reading(prefix, "KH-US") as running:
        until(printed)
