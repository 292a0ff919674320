"""A Kafka that asks for TLS, with a password or a client's certificate: all commands get in."""

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from connectors.kafka.answering import kafka_answers
from streams.contract.kafka_access import KafkaAccess, Tls
from streams.contract.messages import message
from streams.contract.topics import ALERTS, STORIES
from tests.streams.worker.test_work import put, take
from tests.support.commands import ended, running
from tests.support.samples import sample_story
from wirewatch.local_kafka import PrivateKafka, server_properties
from wirewatch.local_kafka.client_file import for_librdkafka
from wirewatch.local_kafka.ready import NotLetIn, fault

STORY = sample_story(
    headline="US and Cambodia weigh a return to joint exercises",
    body="The US defense secretary met Cambodia's defense minister in Phnom Penh.",
)
pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Guarded:
    """How the two doors of a Kafka are entered: by a password, and by a certificate."""

    password: KafkaAccess
    certificate: KafkaAccess


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    (folder / "server.pem").write_bytes(for_java(authority.issue_cert("127.0.0.1")))
    client = authority.issue_cert("client.example.org")
    client.private_key_pem.write_to_path(folder / "client.key")
    client.cert_chain_pems[0].write_to_path(folder / "client.pem")
    ports = free_ports(2)
    plain = server_properties.server_properties

    def with_tls(**given: object) -> str:
        return tls_too(plain(**given), folder, ports)  # type: ignore[arg-type]  # as it was given

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server_properties, "server_properties", with_tls)
        with PrivateKafka(folder / "kafka") as kafka:
            tls = Tls(ca=folder / "ca.pem")
            mine = replace(tls, certificate=folder / "client.pem", key=folder / "client.key")
            yield Guarded(
                KafkaAccess(f"127.0.0.1:{ports[0]}", kafka.access.login, tls),
                KafkaAccess(f"127.0.0.1:{ports[1]}", None, mine),
            )


def for_java(issued: trustme.LeafCert) -> bytes:
    """Key and certificates in one file; the key as PKCS #8, the only form that Java reads."""
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return written + b"".join(one.bytes() for one in issued.cert_chain_pems)


def free_ports(count: int) -> list[int]:
    with closing(socket.socket()) as one, closing(socket.socket()) as other:
        sockets = (one, other)[:count]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def tls_too(text: str, folder: Path, ports: list[int]) -> str:
    doors = f",BYPASSWORD://127.0.0.1:{ports[0]},BYCERT://127.0.0.1:{ports[1]}"
    lines = []
    for line in text.splitlines():
        if line.startswith(("listeners=", "advertised.listeners=")):
            line += doors  # noqa: PLW2901 - the line with more in it
        if line.startswith("listener.security.protocol.map="):
            line += ",BYPASSWORD:SASL_SSL,BYCERT:SSL"  # noqa: PLW2901 - the same
        lines.append(line)
    for door in ("bypassword", "bycert"):
        lines += [
            f"listener.name.{door}.ssl.keystore.type=PEM",
            f"listener.name.{door}.ssl.keystore.location={folder / 'server.pem'}",
            f"listener.name.{door}.ssl.truststore.type=PEM",
            f"listener.name.{door}.ssl.truststore.location={folder / 'ca.pem'}",
        ]
    lines += [
        "listener.name.bycert.ssl.client.auth=required",
        "listener.name.bypassword.sasl.enabled.mechanisms=SCRAM-SHA-256",
        "listener.name.bypassword.scram-sha-256.sasl.jaas.config="
        "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("door", ["password", "certificate"])
def test_the_commands_and_a_worker_work_through_tls(
    guarded: Guarded, door: str, prefix: str, tmp_path: Path
) -> None:
    access: KafkaAccess = getattr(guarded, door)
    (tmp_path / "client.conf").write_text(for_librdkafka(access))
    given = {
        "WIREWATCH_KAFKA_PREFIX": prefix,
        "WIREWATCH_KAFKA_CLIENT_FILE": str(tmp_path / "client.conf"),
    }
    # The first one is away: any address that answers is enough.
    to_it = ("--kafka", f"127.0.0.1:9,{access.address}", "--config", str(tmp_path))
    made = ended("init", *to_it, given=given)
    assert made.returncode == 0, made.stderr
    put(access, prefix, message(STORY))
    words = ["work", "--json", *to_it, "--data", str(tmp_path)]
    with running(tmp_path / "log", words, given) as worker:
        (alert,) = take(access, prefix, ALERTS, lambda found: len(found) >= 1)
        assert worker.stop() == 0
    assert alert.key
    read = ended("tail", STORIES.name, "--since", "1d", "--no-follow", *to_it, given=given)
    assert b"joint exercises" in read.stdout, read.stderr


def test_who_comes_without_tls_or_what_else_is_wanted_is_told_so(guarded: Guarded) -> None:
    """And no waiting helps: a command that is told this ends at once."""
    certificate, password = guarded.certificate, guarded.password
    for wrong, why in (
        (KafkaAccess(certificate.address), "it wants TLS, and none is set"),
        (KafkaAccess(password.address, password.login), "it wants TLS, and none is set"),
        (replace(password, login=None), "it wants a login, by SCRAM-SHA-256, and none is set"),
        (replace(certificate, tls=password.tls), "it wants a certificate of ours that it trusts"),
    ):
        told = fault(wrong)
        assert isinstance(told, NotLetIn)
        assert told == why


def test_a_certificate_that_nobody_vouches_for_is_named(guarded: Guarded, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    stranger = replace(guarded.password, tls=Tls(ca=tmp_path / "other.pem"))
    why = fault(stranger)
    assert why is not None
    assert "certificate is not to be trusted" in why
    assert not kafka_answers(stranger, 2.0)
