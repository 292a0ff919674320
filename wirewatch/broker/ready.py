"""Ask a Kafka, in its own protocol and without a client library, whether it is ready to serve."""

import socket
import struct

_METADATA, _VERSION = 3, 1
_CLIENT = b"wirewatch"
_REQUEST = (
    struct.pack(">hhih", _METADATA, _VERSION, 0, len(_CLIENT)) + _CLIENT + struct.pack(">i", 0)
)


def is_ready(host: str, port: int, *, timeout: float = 2.0) -> bool:
    """Whether the broker answers, and has been let into its own cluster."""
    return fault(host, port, timeout=timeout) is None


def fault(host: str, port: int, *, timeout: float = 2.0) -> str | None:
    """Why nobody can work with what is at an address; None if Kafka answers there.

    A Metadata request for no topics: the answer lists the brokers that may be used, and stays
    empty while the port is open but the controller has not yet admitted the broker.
    """
    try:
        with socket.create_connection((host, port), timeout=timeout) as connection:
            connection.sendall(struct.pack(">i", len(_REQUEST)) + _REQUEST)
            with connection.makefile("rb") as answer:
                head = answer.read(12)
    except TimeoutError:
        return f"no answer within {timeout:.0f} s"
    except socket.gaierror:
        return "no host of this name is known"
    except ConnectionRefusedError:
        return "nothing listens there"
    except OSError as error:
        return (error.strerror or str(error)).lower()
    if len(head) < 12:
        return "what listens there hung up"
    size, correlation, brokers = struct.unpack(">iii", head)
    if correlation != 0 or size < 8 or brokers < 0:
        return "what listens there is not Kafka"
    return None if brokers else "it has not joined its cluster yet"
