"""Whether Kafka answers, and how its silence is told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from streams.contract.kafka_access import KafkaAccess, Login, Mechanism
from wirewatch.local_kafka.ready import NotLetIn
from wirewatch.runtime.kafka_wait import (
    LOGIN_REMEDY,
    Silence,
    UnreachableError,
    require,
    silence,
)


@contextmanager
def listener(answer: bytes | None) -> Iterator[KafkaAccess]:
    """A server that isn't Kafka: says what it says to each, or hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1000)
                    if answer:
                        connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield KafkaAccess(f"127.0.0.1:{server.getsockname()[1]}")
        server.shutdown(socket.SHUT_RDWR)


def test_a_kafka_answers(kafka_address: KafkaAccess) -> None:
    assert silence(kafka_address) is None
    require(kafka_address)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "what listens there hung up"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "what listens there is not Kafka"),
        (b"\0\0\0\x0c" + bytes(12), "it has not joined its cluster yet"),
    ],
)
def test_what_listens_but_is_no_kafka_is_told_apart(answer: bytes | None, why: str) -> None:
    with listener(answer) as address:
        assert silence(address) == why


def test_the_error_names_address_cause_and_remedy() -> None:
    with pytest.raises(UnreachableError) as error:
        require(KafkaAccess("no-such-host.invalid:9092"), seconds=0)
    assert str(error.value) == (
        "Kafka at no-such-host.invalid:9092 doesn't answer (no host of this name is known): "
        "start it, or give the right address with --kafka HOST:PORT"
    )


def test_a_silence_is_told_now_and_then_and_its_end_once() -> None:
    silent = Silence(KafkaAccess("k:9092"), "start it")
    told = {second: silent.heard("refused", second) for second in range(0, 1_000, 5)}
    assert {second: text for second, text in told.items() if text} == {
        5: "Kafka at k:9092 doesn't answer since 5 s (refused): start it",
        30: "Kafka at k:9092 doesn't answer since 30 s (refused)",
        120: "Kafka at k:9092 doesn't answer since 120 s (refused)",
        300: "Kafka at k:9092 doesn't answer since 300 s (refused)",
        600: "Kafka at k:9092 doesn't answer since 600 s (refused)",
        900: "Kafka at k:9092 doesn't answer since 900 s (refused)",
    }
    assert silent.heard(None, 1_000) == "Kafka at k:9092 is back after 1000 s"
    assert silent.heard(None, 1_005) is None


def test_a_login_that_is_refused_is_told_at_once_and_again_as_a_silence_is() -> None:
    silent, refused = Silence(KafkaAccess("k:9092"), "start it"), NotLetIn("it refuses")
    causes = {0: "away", 5: "away", 10: refused, 15: refused, 20: "away", 25: refused, 30: refused}
    told = {second: silent.heard(why, second) for second, why in causes.items()}
    assert {second: text for second, text in told.items() if text} == {
        5: "Kafka at k:9092 doesn't answer since 5 s (away): start it",
        10: f"Kafka at k:9092 can't be used since 10 s (it refuses): {LOGIN_REMEDY}",
        25: f"Kafka at k:9092 can't be used since 25 s (it refuses): {LOGIN_REMEDY}",
    }
    assert silent.heard(None, 40) == "Kafka at k:9092 is back after 40 s"
    assert silent.heard(refused, 50) == (
        f"Kafka at k:9092 can't be used (it refuses): {LOGIN_REMEDY}"
    )


@pytest.mark.parametrize(
    "answer",
    [b"\0\0\0\x06" + bytes(6), b"\0\0\0\x0e" + bytes(4) + b"\0\0\x7f\xff" + bytes(6)],
    ids=["too short", "with a text longer than itself"],
)
@pytest.mark.parametrize("mechanism", Mechanism)
def test_an_answer_to_a_login_that_is_none_comes_from_no_kafka(
    answer: bytes, mechanism: Mechanism
) -> None:
    with listener(answer) as access:
        login = Login(username="me", password="mine", mechanism=mechanism)
        assert silence(replace(access, login=login)) is not None


def test_a_moment_of_silence_is_not_told() -> None:
    silent = Silence(KafkaAccess("k:9092"))
    assert [silent.heard("refused", 1), silent.heard(None, 2), silent.heard(None, 7)] == [None] * 3
