"""Ask a Kafka, in its own protocol and without a client, whether it is ready to serve us."""

import socket
import ssl
import struct
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

from connectors.kafka.sasl import login_steps
from streams.contract.kafka_access import KafkaAccess, Login, Tls

_METADATA, _SASL_HANDSHAKE, _SASL_AUTHENTICATE = 3, 17, 36
_CLIENT = b"wirewatch"
_NO_TOPICS = struct.pack(">i", 0)
_NO_ERROR = b"\0\0"
_NO_MECHANISM = struct.pack(">h", 0)
_LARGEST_ANSWER = 1 << 20
_MOST_STEPS = 3
"""Of a login: no mechanism has more."""


class NotLetIn(str):
    """Why a Kafka that answers is of no use to us as we come: no waiting helps.

    Our login, token, TLS or certificates aren't what it wants, or it wants what we don't have.
    """

    __slots__ = ()


class _HungUpError(Exception):
    """The connection was closed before the answer was there."""


class _NotKafkaError(Exception):
    """What came is no answer to the question."""


def is_ready(kafka: KafkaAccess, *, timeout: float = 2.0) -> bool:
    """Whether the broker answers, and has been let into its own cluster."""
    return fault(kafka, timeout=timeout) is None


def fault(kafka: KafkaAccess, *, timeout: float = 2.0) -> str | None:
    """Why nobody can work with what is at an address; None if Kafka answers there.

    A Metadata request for no topics: the answer lists the brokers that may be used, and stays
    empty while the port is open but the controller has not yet admitted the broker. Of several
    addresses one that answers is enough; else it is told if one didn't let us in (`NotLetIn`), or
    the first one's fault.
    """
    told = []
    for address in kafka.addresses:
        why = _fault_at(address, kafka, timeout)
        if why is None:
            return None
        told.append(why)
    return gravest(told)


def gravest(faults: Sequence[str]) -> str:
    """Return which fault to tell of several addresses' faults: that one didn't let us in, if so."""
    return next((why for why in faults if isinstance(why, NotLetIn)), faults[0])


def faults(kafka: KafkaAccess, *, timeout: float = 2.0) -> dict[str, str]:
    """Return of each address that doesn't answer why; all are asked at the same time."""
    with ThreadPoolExecutor(len(kafka.addresses)) as pool:
        asked = pool.map(lambda address: _fault_at(address, kafka, timeout), kafka.addresses)
        told = zip(kafka.addresses, asked, strict=True)
        return {address: why for address, why in told if why is not None}


def _fault_at(address: str, kafka: KafkaAccess, timeout: float) -> str | None:
    parts = urlsplit(f"//{address}")
    place = (parts.hostname or "", parts.port or 0)
    try:
        with _connected(place, kafka.tls, timeout) as connection:
            return _fault(connection, kafka)
    except TimeoutError:
        return f"no answer within {timeout:.0f} s"
    except socket.gaierror:
        return "no host of this name is known"
    except ConnectionRefusedError:
        return "nothing listens there"
    except (_HungUpError, ConnectionResetError):
        why = "what listens there hung up"
    except ssl.SSLCertVerificationError as error:
        return NotLetIn(f"its certificate is not to be trusted: {error.verify_message}")
    except ssl.SSLError as error:
        if _is_word_of_tls(error):
            return NotLetIn("it wants a certificate of ours that it trusts")
        why = "it doesn't speak TLS"
    except _NotKafkaError:
        why = "what listens there is not Kafka"
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return _wanted(place, kafka, timeout) or why


def _wanted(place: tuple[str, int], kafka: KafkaAccess, timeout: float) -> NotLetIn | None:
    """Say what a Kafka that didn't answer us wants, as far as it says so to anyone who asks."""
    if kafka.tls is None and _speaks_tls(place, timeout):
        return NotLetIn("it wants TLS, and none is set")
    if kafka.tls is not None and _logins(place, None, timeout) is not None:
        return NotLetIn("it doesn't speak TLS, which is set")
    if kafka.login is None and (names := _logins(place, kafka.tls, timeout)):
        return NotLetIn(f"it wants a login, by {' or '.join(names)}, and none is set")
    return None


def _speaks_tls(place: tuple[str, int], timeout: float) -> bool:
    """Shake hands, and hang up: nothing is said, so whoever is there need not prove who it is."""
    anyone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anyone.check_hostname = False
    anyone.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection(place, timeout=timeout) as plain:
            anyone.wrap_socket(plain).close()
    except ssl.SSLError as error:
        return _is_word_of_tls(error)
    except OSError:
        return False
    return True


def _is_word_of_tls(error: ssl.SSLError) -> bool:
    """Whether the other side said in TLS what it didn't like."""
    return "ALERT" in (error.reason or "")


def _logins(place: tuple[str, int], tls: Tls | None, timeout: float) -> list[str] | None:
    """Return by what a Kafka takes logins, which it says if asked for one that there isn't.

    None if it doesn't answer.
    """
    try:
        with _connected(place, tls, timeout) as connection:
            answer = _asked(connection, _SASL_HANDSHAKE, 1, _NO_MECHANISM)
        (count,) = struct.unpack_from(">i", answer, 2)
        names, begin = [], 6
        for _ in range(count):
            (size,) = struct.unpack_from(">h", answer, begin)
            names.append(answer[begin + 2 : begin + 2 + size].decode("ascii"))
            begin += 2 + size
    except (OSError, _HungUpError, _NotKafkaError, struct.error, UnicodeDecodeError):
        return None
    return sorted(name for name in names if name.isprintable())


@contextmanager
def _connected(place: tuple[str, int], tls: Tls | None, timeout: float) -> Iterator[socket.socket]:
    with (
        socket.create_connection(place, timeout=timeout) as plain,
        _wrapped(plain, tls, place[0]) as connection,
    ):
        yield connection


def _wrapped(connection: socket.socket, tls: Tls | None, name: str) -> socket.socket:
    return tls.context().wrap_socket(connection, server_hostname=name) if tls else connection


def _fault(connection: socket.socket, kafka: KafkaAccess) -> str | None:
    if kafka.login is not None and (why := _log_in(connection, kafka)):
        return why
    answer = _asked(connection, _METADATA, 1, _NO_TOPICS)
    brokers = struct.unpack_from(">i", answer)[0] if len(answer) >= 4 else -1
    if brokers < 0:
        raise _NotKafkaError
    return None if brokers else "it has not joined its cluster yet"


def _log_in(connection: socket.socket, kafka: KafkaAccess) -> NotLetIn | None:
    """Log in; return why we were not let in."""
    mechanism, steps = login_steps(kafka)
    name = mechanism.encode()
    if _asked(connection, _SASL_HANDSHAKE, 1, struct.pack(">h", len(name)) + name)[:2] != _NO_ERROR:
        return NotLetIn(f"it takes no login by {mechanism}")
    for _ in range(_MOST_STEPS):
        try:
            shown = steps.auth_bytes()
        except OSError as error:
            return NotLetIn(str(error))
        answer = _asked(connection, _SASL_AUTHENTICATE, 0, struct.pack(">i", len(shown)) + shown)
        if answer[:2] != _NO_ERROR:
            break
        try:
            steps.receive(_told_back(answer))
        except (ValueError, KeyError, struct.error):
            raise _NotKafkaError from None
        if steps.is_done():
            return None
    who = f"user {kafka.login.username}" if isinstance(kafka.login, Login) else "our token"
    return NotLetIn(f"it doesn't let {who} in")


def _told_back(answer: bytes) -> bytes:
    """Return what an answer to a step of a login holds for the next, behind an error's text."""
    (size,) = struct.unpack_from(">h", answer, 2)
    begin = 4 + max(size, 0)
    (size,) = struct.unpack_from(">i", answer, begin)
    return answer[begin + 4 : begin + 4 + size]


def _asked(connection: socket.socket, question: int, version: int, what: bytes) -> bytes:
    """Ask, and return the answer without its head."""
    head = struct.pack(">hhih", question, version, 0, len(_CLIENT)) + _CLIENT
    connection.sendall(struct.pack(">i", len(head) + len(what)) + head + what)
    size, correlation = struct.unpack(">ii", _read(connection, 8))
    if correlation != 0 or not 4 < size <= _LARGEST_ANSWER:
        raise _NotKafkaError
    return _read(connection, size - 4)


def _read(connection: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise _HungUpError
        parts += part
    return bytes(parts)
