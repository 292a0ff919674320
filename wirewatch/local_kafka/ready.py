"""Ask a Kafka, in its own protocol and without a client library, whether it is ready to serve."""

import socket
import ssl
import struct
from urllib.parse import urlsplit

from streams.contract.kafka_access import KafkaAccess, Login, Mechanism, Tls

_METADATA, _SASL_HANDSHAKE, _API_VERSIONS, _SASL_AUTHENTICATE = 3, 17, 18, 36
_CLIENT = b"wirewatch"
_NO_TOPICS = struct.pack(">i", 0)
_LARGEST_ANSWER = 1 << 20
_WANTED = "a password or TLS: say how to get in by client_file under [kafka]"


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
    empty while the port is open but the controller has not yet admitted the broker. A login by
    SCRAM is left to the client libraries: then Kafka is only asked what it can do. Of several
    addresses one that answers is enough; else the first one's fault is told.
    """
    first = None
    for address in kafka.addresses:
        why = _fault_at(address, kafka, timeout)
        if why is None:
            return None
        first = first or why
    return first


def _fault_at(address: str, kafka: KafkaAccess, timeout: float) -> str | None:
    parts = urlsplit(f"//{address}")
    try:
        place = (parts.hostname or "", parts.port or 0)
        with (
            socket.create_connection(place, timeout=timeout) as plain,
            _wrapped(plain, kafka.tls, place[0]) as connection,
        ):
            return _fault(connection, kafka.login)
    except TimeoutError:
        return f"no answer within {timeout:.0f} s"
    except socket.gaierror:
        return "no host of this name is known"
    except ConnectionRefusedError:
        return "nothing listens there"
    except (_HungUpError, ConnectionResetError):
        wanted = "" if kafka.login and kafka.tls else f", as a Kafka does that wants {_WANTED}"
        return f"what listens there hung up{wanted}"
    except ssl.SSLCertVerificationError as error:
        return f"its certificate is not to be trusted: {error.verify_message}"
    except ssl.SSLError:
        return "it doesn't speak TLS, or wants a certificate of ours that it trusts"
    except _NotKafkaError:
        return "what listens there is not Kafka"
    except OSError as error:
        return (error.strerror or str(error)).lower()


def _wrapped(connection: socket.socket, tls: Tls | None, name: str) -> socket.socket:
    return tls.context().wrap_socket(connection, server_hostname=name) if tls else connection


def _fault(connection: socket.socket, login: Login | None) -> str | None:
    if login is not None and login.mechanism is not Mechanism.PLAIN:
        _asked(connection, _API_VERSIONS, 0, b"")
        return None
    if login is not None and not _log_in(connection, login):
        return "it doesn't let us in"
    answer = _asked(connection, _METADATA, 1, _NO_TOPICS)
    brokers = struct.unpack_from(">i", answer)[0] if len(answer) >= 4 else -1
    if brokers < 0:
        raise _NotKafkaError
    return None if brokers else "it has not joined its cluster yet"


def _log_in(connection: socket.socket, login: Login) -> bool:
    """Log in by PLAIN; say whether we were let in."""
    name = login.mechanism.value.encode()
    shown = b"\0".join((b"", login.username.encode(), login.password.encode()))
    questions = (
        (_SASL_HANDSHAKE, 1, struct.pack(">h", len(name)) + name),
        (_SASL_AUTHENTICATE, 0, struct.pack(">i", len(shown)) + shown),
    )
    return all(_asked(connection, *question)[:2] == b"\0\0" for question in questions)


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
