"""Passwords that stand in files of their own, which the client file names."""

from pathlib import Path

import pytest
from faust.auth import SASLCredentials

from streams.contract.kafka_access import KafkaAccess, Login, Mechanism
from streams.worker.credentials import credentials
from tests.support.commands import ended, running
from wirewatch.local_kafka.client_file import ClientFileError, for_librdkafka, read_client_file

SECRET = "p4ss=word #1"
IN_A_FILE = (
    "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.username=me\n"
    "sasl.password.file=secrets/kafka\n"
)


def client_file(folder: Path, password: bytes | None, more: str = "") -> Path:
    """Write a client file that names a file with these bytes; `None` for none."""
    (folder / "secrets").mkdir()
    if password is not None:
        (folder / "secrets" / "kafka").write_bytes(password)
    (folder / "client.conf").write_text(IN_A_FILE + more)
    return folder / "client.conf"


def test_a_password_comes_from_its_file_to_every_client(tmp_path: Path) -> None:
    access = read_client_file(client_file(tmp_path, f"{SECRET}\n".encode()), "there:1")
    login = Login(username="me", password=SECRET, mechanism=Mechanism.PLAIN)
    assert access == KafkaAccess("there:1", login)
    assert access.client_settings()["sasl_plain_password"] == SECRET
    of_faust = credentials(access)
    assert isinstance(of_faust, SASLCredentials)
    assert of_faust.password == SECRET
    assert SECRET not in repr(access)


def test_commands_and_services_get_in_by_it_and_name_it_once_it_is_gone(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    assert isinstance(kafka_address.login, Login)
    password = kafka_address.login.password
    whole = for_librdkafka(kafka_address)
    told = whole.replace(f"sasl.password={password}", "sasl.password.file=secret")
    assert password not in told
    (tmp_path / "client.conf").write_text(told)
    (tmp_path / "secret").write_text(password)
    given = {
        "WIREWATCH_KAFKA_CLIENT_FILE": str(tmp_path / "client.conf"),
        "WIREWATCH_KAFKA_PREFIX": prefix,
    }
    to_it = ("--kafka", kafka_address.address, "--config", str(tmp_path))
    made = ended("init", *to_it, given=given)
    assert made.returncode == 0, made.stderr
    with running(tmp_path / "log", ("work", *to_it, "--data", str(tmp_path / "d")), given) as work:
        work.says("working")
        assert work.stop() == 0
        assert password not in work.out + work.err
    (tmp_path / "secret").unlink()
    gone = ended("work", *to_it, given=given)
    assert gone.returncode == 1
    said = " ".join(gone.stderr.decode().split())
    assert f"can't read {tmp_path}/secret, which sasl.password.file names: No such file" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("password", "words"),
    [
        (None, "secrets/kafka, which sasl.password.file names: No such file or directory"),
        (b" \n", "secrets/kafka, which sasl.password.file names, is empty"),
        (b"one\ntwo\n", "secrets/kafka, which sasl.password.file names, is empty, or has more"),
        (b"\xff", "secrets/kafka, which sasl.password.file names, is not text"),
    ],
)
def test_a_file_that_holds_no_password_is_named(
    password: bytes | None, words: str, tmp_path: Path
) -> None:
    with pytest.raises(ClientFileError) as error:
        read_client_file(client_file(tmp_path, password))
    assert words in str(error.value)


def test_a_password_in_two_places_is_refused(tmp_path: Path) -> None:
    path = client_file(tmp_path, b"another", f"sasl.password={SECRET}\n")
    with pytest.raises(ClientFileError, match=r"sasl.password is there too: keep one") as error:
        read_client_file(path)
    assert SECRET not in str(error.value)
