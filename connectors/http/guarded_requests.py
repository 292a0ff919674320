"""The guard for a library that dials by itself, with `requests`: every address that it dials.

urllib3 has no public place for it, so its one function that makes connections is replaced for as
long as any thread is guarded; tests fail should it move. Which addresses are allowed is said by the
thread that calls the library; threads that say nothing are allowed none but public ones meanwhile.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from urllib3.util import connection

from connectors.http.ssrf_guard import RefusedError, check_address


class _Thread(threading.local):
    """What the calling thread allows, and the refusal that it met."""

    allow_private = False
    refused: str | None = None


_thread = _Thread()
_dial: Callable[..., socket.socket] = connection.create_connection
_NO_PROXY: Final = ("NO_PROXY", "no_proxy")


class _Process:
    """What is replaced for the whole process, from the first guarded thread to the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads = 0
        self._proxies: dict[str, str | None] = {}

    def enter(self) -> None:
        with self._lock:
            self._threads += 1
            if self._threads == 1:
                connection.create_connection = _guarded
                self._proxies = {name: os.environ.get(name) for name in _NO_PROXY}
                os.environ.update(dict.fromkeys(_NO_PROXY, "*"))

    def leave(self) -> None:
        with self._lock:
            self._threads -= 1
            if not self._threads:
                connection.create_connection = _dial
                for name, before in self._proxies.items():
                    os.environ.pop(name, None)
                    os.environ.update({} if before is None else {name: before})


_process = _Process()


@contextmanager
def guarded(*, allow_private: bool) -> Iterator[Callable[[], str | None]]:
    """Guard what this thread dials meanwhile; yields what says what was refused, if anything was.

    A proxy would dial for us, past this check: so none is used.
    """
    _thread.allow_private, _thread.refused = allow_private, None
    _process.enter()
    try:
        yield lambda: _thread.refused
    finally:
        _process.leave()
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
