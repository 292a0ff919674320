"""A child process that the one-machine run keeps alive, and what it says."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from connectors.delivery.sinks.terminal import read_line
from streams.contract.codec import DecodeError
from wirewatch.runtime.heartbeat import HEARTBEAT
from wirewatch.runtime.parent_run import LEASH

LINE_LIMIT = 8 * 1024 * 1024
"""Bytes in a line of a child: an alert with its story is one line."""
DRAIN_SECONDS = 1.0
"""How long the last words of a process that ended are waited for.

A process of its own that outlived it may hold its pipes open for ever.
"""
STRAY = "stray"
"""Marks a line that was no log line and no alert."""
STRAY_LENGTH = 2_000
"""Characters kept of such a line."""
OUT, ERR = 1, 2


@dataclass(frozen=True, kw_only=True)
class Service:
    """A command to run. It is up when it logs the event `ready`; `once` means it may end.

    The run neither waits for one that isn't `needed`, nor ends because it can't go on.
    """

    name: str
    command: tuple[str, ...]
    ready: str
    once: bool = False
    needed: bool = True


@dataclass(frozen=True)
class ServiceMessage:
    """A line of a service: a log event, or an alert (its JSON in `alert`) to show."""

    service: str
    facts: dict[str, Any] = field(default_factory=dict)
    alert: bytes | None = None


Listener = Callable[[ServiceMessage], None]


class Lines:
    """Cuts bytes into lines. Of one that is too long only its length is kept."""

    def __init__(self, limit: int = LINE_LIMIT) -> None:
        """Start at the beginning of a line."""
        self._limit = limit
        self._begun = bytearray()
        self._dropped = 0

    def feed(self, data: bytes) -> Iterator[bytes | int]:
        """Return each line that ends here, or its length where it was too long."""
        *ends, rest = data.split(b"\n")
        for end in ends:
            self._add(end)
            yield self._cut()
        self._add(rest)

    def end(self) -> Iterator[bytes | int]:
        """Return what was begun and never ended."""
        if self._begun or self._dropped:
            yield self._cut()

    def _add(self, data: bytes) -> None:
        if self._dropped or len(self._begun) + len(data) > self._limit:
            self._dropped += len(self._begun) + len(data)
            self._begun.clear()
        else:
            self._begun += data

    def _cut(self) -> bytes | int:
        line: bytes | int = self._dropped or bytes(self._begun)
        self._begun.clear()
        self._dropped = 0
        return line


class Child(asyncio.SubprocessProtocol):
    """One running process of a service. What it says goes to `listen`, which must not raise."""

    def __init__(self, service: Service, listen: Listener, up: asyncio.Event) -> None:
        """Before the process runs. `up` is set once it is ready."""
        self.service = service
        self._up = up
        self._critical = ""
        self._stray = ""
        self._listen = listen
        self._lines = {OUT: Lines(), ERR: Lines()}
        self._open = {OUT, ERR}
        self._silent = asyncio.Event()
        self._ended = asyncio.Event()
        self._transport: asyncio.SubprocessTransport | None = None
        self.beat_at: float | None = None
        """When it last gave a sign of life, by the monotonic clock; None before the first."""

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._transport is not None and self._transport.get_returncode() is None

    @property
    def cause(self) -> str:
        """Why it ended, in its own words: what was critical, else a traceback's last line."""
        return self._critical or self._stray

    def terminate(self) -> None:
        """Ask it to finish what it does and end."""
        self._signal(signal.SIGTERM)

    def kill(self, reason: str = "") -> None:
        """End it now; what it had in hand is done again at the next start."""
        self._critical = reason or self._critical
        self.beat_at = None  # what waits for a disk that hangs may take long to end
        self._signal(signal.SIGKILL)

    async def ended(self) -> int:
        """Wait for its end; gives its exit code once all it said has been heard."""
        await self._ended.wait()
        try:
            await asyncio.wait_for(self._silent.wait(), DRAIN_SECONDS)
        except TimeoutError:
            for descriptor in tuple(self._open):
                self._last_line(descriptor)
        if self._transport is None:
            return 0
        code = self._transport.get_returncode() or 0
        self.close()
        return code

    def close(self) -> None:
        """Hear no more of it: who is killed may take longer to end than anyone waits."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the process."""
        if isinstance(transport, asyncio.SubprocessTransport):
            self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        """Hear what it wrote to standard output or standard error."""
        if isinstance(data, bytes):
            for line in self._lines[fd].feed(data):
                self._hear(fd, line)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's
        """Hear what it began to write."""
        if fd in self._open:
            self._last_line(fd)
        if not self._open:
            self._silent.set()

    def beat(self) -> None:
        """Note a sign of life."""
        self.beat_at = time.monotonic()

    def process_exited(self) -> None:
        """Note that it ended."""
        self._ended.set()

    def _last_line(self, fd: int) -> None:
        self._open.discard(fd)
        for line in self._lines[fd].end():
            self._hear(fd, line)

    def _hear(self, fd: int, line: bytes | int) -> None:
        if isinstance(line, int):
            facts: dict[str, Any] = {"event": "line_too_long", "level": "warning", "bytes": line}
        elif fd == OUT and is_alert(line):
            self._listen(ServiceMessage(self.service.name, alert=line))
            return
        elif not line.strip():
            return
        else:
            facts = read(line) if fd == ERR else stray(line)
            self._note(facts)
        self._listen(ServiceMessage(self.service.name, facts))

    def _note(self, facts: dict[str, Any]) -> None:
        if facts.get("event") == self.service.ready:
            self._up.set()
        if facts.get("level") == "critical":
            self._critical = str(facts.get("reason") or facts.get("error") or facts.get("event"))
        # What strayed long before the end isn't its cause.
        self._stray = str(facts["event"]) if STRAY in facts else ""

    def _signal(self, number: signal.Signals) -> None:
        if self.alive and self._transport is not None:
            self._transport.send_signal(number)


async def start(service: Service, listen: Listener, up: asyncio.Event) -> Child:
    """Start a process; `up` is set once it says that it is ready."""
    loop = asyncio.get_running_loop()
    here, there = os.pipe()
    beats = os.fdopen(here, "rb")
    child = Child(service, listen, up)
    try:
        await loop.subprocess_exec(
            lambda: child,
            *service.command,
            env={**os.environ, LEASH: "1", HEARTBEAT: str(there)},
            pass_fds=(there,),
            # Ctrl-C on the terminal is for the parent, which stops its children in order.
            start_new_session=True,
        )
        await loop.connect_read_pipe(lambda: _Beating(child), beats)
    except BaseException:  # nobody else knows of it yet
        beats.close()
        child.kill()
        child.close()
        raise
    finally:
        os.close(there)
    return child


class _Beating(asyncio.Protocol):
    """Takes the signs of life of a child."""

    def __init__(self, child: Child) -> None:
        self._child = child

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - whatever it says, it lives
        self._child.beat()


def is_alert(line: bytes) -> bool:
    """Whether a line of standard output is an alert or a notice: anything else strayed there."""
    try:
        read_line(line)
    except DecodeError:
        return False
    return True


def read(line: bytes) -> dict[str, Any]:
    """Read a line of the log."""
    try:
        facts = json.loads(line)
    except (ValueError, RecursionError):
        facts = None
    # A library or an interpreter that wrote past the log: keep its words.
    return facts if isinstance(facts, dict) else stray(line)


def stray(line: bytes) -> dict[str, Any]:
    """Make a warning of words that are no line of the log."""
    text = line.decode("utf-8", "replace")
    return {"event": text[:STRAY_LENGTH], "level": "warning", STRAY: True}
