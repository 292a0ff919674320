"""Who gets in to where hubs are heard: so many connections, and none that dawdles.

Anyone can open a connection there. Each is a file descriptor, of which poll needs some too, so
their number is limited, and each must send its whole request soon. Where all are taken, those
that haven't said anything yet make way, the oldest first.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

MOST_CONNECTIONS = 32
HEADER_SECONDS = 10.0
"""From the connection to the end of the request's headers."""
CONNECTION_SECONDS = 60.0
"""A connection's whole life: it serves one request."""


class Handler(Protocol):
    """What speaks HTTP on a connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection."""
        ...

    def connection_lost(self, exc: BaseException | None) -> None:
        """Hear that it has ended."""
        ...

    def data_received(self, data: bytes) -> None:
        """Take some bytes."""
        ...

    def eof_received(self) -> bool | None:
        """Hear that no more bytes come."""
        ...

    def pause_writing(self) -> None:
        """Hear that what is written isn't taken as fast."""
        ...

    def resume_writing(self) -> None:
        """Hear that it is again."""
        ...


@dataclass(frozen=True, kw_only=True)
class DoorLimits:
    """How many connections, and how long they may take."""

    connections: int = MOST_CONNECTIONS
    header_seconds: float = HEADER_SECONDS
    connection_seconds: float = CONNECTION_SECONDS


class Door:
    """The connections that are open, oldest first. Call it for the protocol of the next one."""

    def __init__(self, handler: Callable[[], Handler], limits: DoorLimits) -> None:
        """Take what makes the handler of a connection."""
        self._handler = handler
        self.limits = limits
        self._open: dict[object, _Connection] = {}

    def __call__(self) -> asyncio.Protocol:
        """Make the protocol of a new connection."""
        return _Connection(self._handler(), self)

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._open)

    @property
    def asking(self) -> int:
        """How many have sent the headers of their request."""
        return sum(one.has_asked for one in self._open.values())

    def asked(self, transport: object) -> None:
        """Note that a connection has sent the headers of its request."""
        connection = self._open.get(transport)
        if connection is not None:
            connection.asked()

    def enter(self, transport: asyncio.Transport, connection: "_Connection") -> bool:
        """Say whether a new connection may stay; another may have to make way for it."""
        if len(self._open) >= self.limits.connections:
            silent = next((one for one in self._open if not self._open[one].has_asked), None)
            if silent is None:
                return False
            self._open.pop(silent).end()
        self._open[transport] = connection
        return True

    def leave(self, transport: object) -> None:
        """Note that a connection has ended."""
        self._open.pop(transport, None)


class _Connection(asyncio.Protocol):
    """A connection, whose bytes its handler gets for as long as it may stay."""

    def __init__(self, handler: Handler, door: Door) -> None:
        self.has_asked = False
        self._handler: Handler | None = None
        self._wanted = handler
        self._door = door
        self._transport: asyncio.Transport | None = None
        self._timers: list[asyncio.TimerHandle] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport) or not self._door.enter(transport, self):
            transport.abort() if isinstance(transport, asyncio.Transport) else transport.close()
            return
        self._transport, self._handler = transport, self._wanted
        limits, later = self._door.limits, asyncio.get_running_loop().call_later
        self._timers = [
            later(limits.connection_seconds, self.end),
            later(limits.header_seconds, self._end_if_silent),
        ]
        self._handler.connection_made(transport)

    def asked(self) -> None:
        self.has_asked = True

    def end(self) -> None:
        """End it without a word."""
        if self._transport is not None:
            self._transport.abort()

    def _end_if_silent(self) -> None:
        if not self.has_asked:
            self.end()

    def connection_lost(self, exc: BaseException | None) -> None:
        for timer in self._timers:
            timer.cancel()
        if self._transport is not None:
            self._door.leave(self._transport)
        if self._handler is not None:
            self._handler.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._handler is not None:
            self._handler.data_received(data)

    def eof_received(self) -> bool | None:
        return None if self._handler is None else self._handler.eof_received()

    def pause_writing(self) -> None:
        if self._handler is not None:
            self._handler.pause_writing()

    def resume_writing(self) -> None:
        if self._handler is not None:
            self._handler.resume_writing()
