"""A child process that the one-machine run keeps alive, and what it says."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

LEASH = "WIREWATCH_LEASH"
"""Set in a child's environment: it ends when its standard input does, that is, with its parent."""
LINE_LIMIT = 8 * 1024 * 1024
"""Bytes in a line of a child: an alert with its story is one line."""
BAD_CONFIGURATION = 2
"""Exit code that no restart can mend."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """A command to run. It is up when it logs the event `ready`; `once` means it may end."""

    name: str
    command: tuple[str, ...]
    ready: str
    once: bool = False


@dataclass(frozen=True)
class Said:
    """A line of a service: a log event, or an alert (its JSON in `alert`) to show."""

    service: str
    facts: dict[str, Any] = field(default_factory=dict)
    alert: bytes | None = None


Listener = Callable[[Said], None]


@dataclass
class Child:
    """One running process of a service."""

    service: Service
    process: asyncio.subprocess.Process
    up: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.returncode is None

    def terminate(self) -> None:
        """Ask it to finish what it does and end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it now; what it had in hand is done again at the next start."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self.alive:
            os.kill(self.process.pid, number)


async def start(service: Service, listen: Listener) -> tuple[Child, asyncio.Task[int]]:
    """Start a process; the task gives its exit code once all it said has been heard."""
    process = await asyncio.create_subprocess_exec(
        *service.command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, LEASH: "1"},
        limit=LINE_LIMIT,
        # Ctrl-C on the terminal is for the parent, which stops its children in order.
        start_new_session=True,
    )
    child = Child(service, process)
    return child, asyncio.create_task(_hear(child, listen))


async def _hear(child: Child, listen: Listener) -> int:
    async with asyncio.TaskGroup() as group:
        group.create_task(_logs(child, listen))
        group.create_task(_alerts(child, listen))
    return await child.process.wait()


async def _logs(child: Child, listen: Listener) -> None:
    async for line in _lines(child.process.stderr):
        facts = _facts(line)
        if facts.get("event") == child.service.ready:
            child.up.set()
        listen(Said(child.service.name, facts))


async def _alerts(child: Child, listen: Listener) -> None:
    async for line in _lines(child.process.stdout):
        listen(Said(child.service.name, alert=line))


async def _lines(stream: asyncio.StreamReader | None) -> AsyncIterator[bytes]:
    if stream is None:
        return
    async for line in stream:
        yield line.rstrip(b"\n")


def _facts(line: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(line)
    except ValueError:
        facts = None
    if isinstance(facts, dict):
        return facts
    # A library or an interpreter that wrote past the log: keep its words.
    return {"event": line.decode("utf-8", "replace"), "level": "warning"}
