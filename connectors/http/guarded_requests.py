"""The guard for a library that dials by itself, with `requests`: every address that it dials.

urllib3 has no public place for it, so its one function that makes connections is replaced; tests
fail should it move. Which addresses are allowed is said by the thread that calls the library.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from urllib3.util import connection

from connectors.http.ssrf_guard import RefusedError, check_address


class _Thread(threading.local):
    """What the calling thread allows, and the refusal that it met."""

    allow_private = False
    refused: str | None = None


_thread = _Thread()
_dial: Callable[..., socket.socket] = connection.create_connection


@contextmanager
def guarded(*, allow_private: bool) -> Iterator[Callable[[], str | None]]:
    """Guard what this thread dials meanwhile; yields what says what was refused, if anything was.

    A proxy would dial for us, past this check: so none is used.
    """
    connection.create_connection = _guarded
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"
    _thread.allow_private, _thread.refused = allow_private, None
    try:
        yield lambda: _thread.refused
    finally:
        _thread.allow_private = False


def _guarded(address: tuple[str, int], *given: Any, **named: Any) -> socket.socket:  # noqa: ANN401 - as urllib3 calls it
    host, port = address
    error: OSError = OSError(f"{host} has no address")
    found = socket.getaddrinfo(host.strip("[]"), port, 0, socket.SOCK_STREAM)
    for *_, place in found:
        try:
            check_address(str(place[0]), allow_private=_thread.allow_private)
        except RefusedError as refused:
            _thread.refused = str(refused)
            raise
    for *_, place in found:
        try:
            return _dial((str(place[0]), port), *given, **named)
        except OSError as failed:
            error = failed
    raise error
