"""Who gets into the private Kafka, and how."""

import asyncio
import json
import os
import re
import socket
import stat
import struct
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import trustme

from connectors.kafka import Consumer, KafkaError, Producer, ensure_topics, kafka_answers
from connectors.kafka.topic_reader import Log
from connectors.kafka.users import set_password
from streams.contract.kafka_access import KafkaAccess, Login, Mechanism, Tls
from streams.contract.messages import Message
from streams.contract.topics import STORIES
from tests.support.commands import ended, running
from wirewatch.config import Settings
from wirewatch.local_kafka import PrivateKafka
from wirewatch.local_kafka.client_file import (
    ClientFileError,
    for_librdkafka,
    read_client_file,
)
from wirewatch.local_kafka.folder import settle
from wirewatch.local_kafka.ready import fault
from wirewatch.runtime.kafka_login import access_to
from wirewatch.runtime.kafka_wait import UnreachableError, require

pytestmark = pytest.mark.long

SECRET = "p4ss=word #1"


def strangers(kafka: KafkaAccess) -> Iterator[KafkaAccess]:
    """Return what somebody may try who has not seen the secret."""
    yield KafkaAccess(kafka.address)
    for name in ("wirewatch", "owner", "ANONYMOUS"):
        for mechanism in Mechanism:
            guess = Login(username=name, password="guessed", mechanism=mechanism)
            yield KafkaAccess(kafka.address, guess)


def test_nobody_gets_in_without_the_secret(kafka_address: KafkaAccess, prefix: str) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    for stranger in strangers(kafka_address):
        assert not kafka_answers(stranger, 1)
    (stranger, *_) = strangers(kafka_address)
    with pytest.raises(KafkaError):
        Consumer(stranger, group=None, topics=[STORIES], prefix=prefix, seconds=1)
    with pytest.raises(KafkaError):
        set_password(stranger, Login(username="wirewatch", password="mine"), seconds=1)


def test_a_login_that_is_refused_is_named_at_once_and_is_no_outage(
    kafka_address: KafkaAccess, tmp_path: Path
) -> None:
    for stranger in strangers(kafka_address):
        if isinstance(stranger.login, Login):
            with pytest.raises(UnreachableError, match=r"can't be used .it .*: set login, token"):
                require(stranger, seconds=3_600)
    assert fault(kafka_address) is None
    (tmp_path / "client.conf").write_text(for_librdkafka(stranger))
    given = {"WIREWATCH_KAFKA_CLIENT_FILE": str(tmp_path / "client.conf")}
    words = ("work", "--kafka", stranger.address, "--config", str(tmp_path))
    with running(tmp_path / "log", (*words, "--data", str(tmp_path)), given) as work:
        work.says("can't be used (it takes no login by SCRAM-SHA-512): set login, token")


def test_a_login_or_tls_that_lacks_or_is_not_wanted_is_named_at_once(
    kafka_address: KafkaAccess, tmp_path: Path
) -> None:
    """What it takes isn't asked of a Kafka that starts: such a one refuses connections."""
    authority = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(authority)
    place = kafka_address.address
    for wrong, why in (
        (KafkaAccess(place), "it wants a login, by PLAIN or SCRAM-SHA-256, and none is set"),
        (KafkaAccess(place, None, Tls(ca=authority)), "it doesn't speak TLS, which is set"),
        (
            KafkaAccess(place, kafka_address.login, Tls(ca=authority)),
            "it doesn't speak TLS, which is set",
        ),
    ):
        with pytest.raises(UnreachableError) as told:
            require(wrong, seconds=3_600)
        assert f"can't be used ({why}): set login, token, TLS and certificates right" in str(
            told.value
        )


def answered(port: int) -> bool:
    """Ask what is on a controller's port for its cluster (DescribeCluster), without a login."""
    asked = struct.pack(">hhih", 60, 1, 0, 0) + b"\0" + b"\0\x02\0"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(struct.pack(">i", len(asked)) + asked)
        try:
            return bool(connection.recv(1))
        except ConnectionResetError:
            return False


@pytest.fixture(scope="module")
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateKafka]:
    """A Kafka in a data folder, started by someone whose files are open to all."""
    before = os.umask(0)
    try:
        kafka = PrivateKafka(tmp_path_factory.mktemp("own") / "data" / "kafka")
        kafka.start()
    finally:
        os.umask(before)
    yield kafka
    kafka.stop()


def test_nobody_gets_in_by_the_controllers_port(own_kafka: PrivateKafka) -> None:
    """It takes the same commands: to make topics, to change them, to give passwords."""
    place = json.loads((own_kafka.folder / "broker.json").read_text())
    assert not answered(place["controller_port"])
    for stranger in strangers(KafkaAccess(f"127.0.0.1:{place['controller_port']}")):
        if isinstance(stranger.login, Login) and stranger.login.mechanism is Mechanism.PLAIN:
            assert fault(stranger) == f"it doesn't let user {stranger.login.username} in"


def test_the_secrets_are_in_files_of_their_owner_alone_and_on_no_command_line(
    own_kafka: PrivateKafka,
) -> None:
    folder, login = own_kafka.folder, own_kafka.access.login
    assert isinstance(login, Login)
    told = (folder / "server.properties").read_text()
    secrets = {login.password, *re.findall(r'password="([^"]+)"', told)}
    assert len(secrets) == 2
    shown = [*psutil.Process(own_kafka.pid).cmdline(), (folder / "kafka.log").read_text()]
    assert not [secret for secret in secrets if any(secret in text for text in shown)]
    assert open_to_others(folder) == []


def open_to_others(folder: Path) -> list[str]:
    return [
        str(path)
        for path in (folder, *folder.rglob("*"))
        if stat.S_IMODE(path.lstat().st_mode) & 0o077
    ]


async def sent(kafka: KafkaAccess, value: bytes) -> None:
    producer = Producer(kafka)
    await producer.send([Message(STORIES, b"k", value, ())])
    await producer.close()


def test_a_folder_of_an_earlier_release_is_brought_over_and_nothing_lost(tmp_path: Path) -> None:
    """It has stories and no secret, and is open to all; a secret may also be damaged later."""
    with PrivateKafka(tmp_path) as kafka:
        ensure_topics(kafka.access)
        asyncio.run(sent(kafka.access, b"before"))
    for name in ("client.conf", "client.properties"):
        (tmp_path / name).unlink()
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    for _ in ("brought over", "damaged"):
        with PrivateKafka(tmp_path) as again:
            assert again.access != kafka.access
            assert [record.value for record in Log(again.access, STORIES)] == [b"before"]
            assert not kafka_answers(kafka.access, 1)
            assert open_to_others(tmp_path) == []
        (tmp_path / "client.conf").write_bytes(b"\xff")


def test_a_command_finds_the_login_of_the_kafka_in_its_data_folder(
    own_kafka: PrivateKafka, tmp_path: Path
) -> None:
    data, to_it = own_kafka.folder.parent, ("--kafka", own_kafka.address)
    config = ("--config", str(tmp_path))
    shared = (*config, "--data", str(data))
    (tmp_path / "wirewatch.toml").write_text(f"data = {json.dumps(str(data))}\n")
    assert ended("init", *config, *to_it).returncode == 0
    asyncio.run(sent(own_kafka.access, b"not a story"))
    for given in (to_it, ()):
        read = ended("replay", "--since", "1d", *shared, *given)
        assert b"stories/0/0 is not a story" in read.stderr, read.stderr
    elsewhere = (*config, "--data", str(tmp_path), *to_it)
    refused = ended("replay", "--since", "1d", *elsewhere)
    assert refused.returncode == 1
    assert b"it wants a login, by PLAIN or SCRAM-SHA-256, and none is set" in refused.stderr
    told = {"WIREWATCH_KAFKA_CLIENT_FILE": str(own_kafka.client_file)}
    read = ended("replay", "--since", "1d", *elsewhere, given=told)
    assert b"stories/0/0 is not a story" in read.stderr, read.stderr


# Client files


def test_a_password_is_shown_in_no_text() -> None:
    access = KafkaAccess("there:1", Login(username="me", password=SECRET))
    assert SECRET not in repr(access)
    assert str(access) == "there:1"


@pytest.mark.parametrize("mechanism", Mechanism)
def test_what_is_written_is_read_again(mechanism: Mechanism, tmp_path: Path) -> None:
    login = Login(username="me", password=SECRET, mechanism=mechanism)
    authority = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(authority)
    tls = Tls(ca=authority)
    for access in (
        KafkaAccess("there:1", login),
        KafkaAccess("there:1"),
        KafkaAccess("there:1,here:2", login, tls),
        KafkaAccess("there:1", None, tls),
    ):
        (tmp_path / "client.conf").write_text(for_librdkafka(access))
        assert read_client_file(tmp_path / "client.conf") == access


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "security.protocol=TLS",
            "security.protocol must be one of PLAINTEXT, SASL_PLAINTEXT, SSL",
        ),
        ("security.protocol=SASL_PLAINTEXT", "sasl.mechanism must be one of PLAIN, SCRAM-SHA-256"),
        (f"bootstrap.servers=me:{SECRET}@k:1", "write sasl.username= and sasl.password="),
        (
            "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.password=" + SECRET,
            "sasl.username and sasl.password (or sasl.password.file) are needed",
        ),
    ],
)
def test_a_client_file_that_can_not_be_used_is_named_without_its_secret(
    text: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "client.conf"
    path.write_text(text)
    with pytest.raises(ClientFileError) as error:
        read_client_file(path)
    assert str(path) in str(error.value)
    assert words in str(error.value)
    assert SECRET not in str(error.value)


def test_a_client_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    given = {"WIREWATCH_KAFKA_CLIENT_FILE": str(tmp_path / "none.conf")}
    ran = ended("init", "--kafka", "127.0.0.1:9", "--config", str(tmp_path), given=given)
    assert ran.returncode != 0
    assert f"can't read {tmp_path}/none.conf" in " ".join(ran.stderr.decode().split())


def test_the_login_of_the_private_kafka_is_shown_to_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "kafka"
    folder.mkdir()
    place = settle(folder)
    own = KafkaAccess(f"127.0.0.1:{place.port}", Login(username="me", password=SECRET))
    (folder / "client.conf").write_text(for_librdkafka(own))
    settings = Settings(data=tmp_path)
    assert access_to(own.address, settings) == own
    assert access_to("127.0.0.1:9092", settings) == KafkaAccess("127.0.0.1:9092")
