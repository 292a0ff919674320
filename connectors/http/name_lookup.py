"""Host names looked up, in threads that hold up nobody's end.

Without a network the system's look-up blocks for half a minute, and nothing can cut it short.
asyncio does it in threads of its own, few and shared with all else, and waits for them at the end:
so names without an answer would keep files from being read, and Ctrl-C from being heeded.
"""

import asyncio
import socket
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from connectors.background import in_thread

AT_ONCE = 64
"""Look-ups at once: one that nobody answers keeps its thread for a while."""
NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class NameLookup(AbstractResolver):
    """Asks the system, as aiohttp does by itself."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        """Begin with nothing asked."""
        self._room = asyncio.Semaphore(at_once)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host; raises `OSError`."""
        await self._room.acquire()
        asking = asyncio.ensure_future(_addresses(host, port, family))
        # Its place is free once the thread has ended, which may be long after its asker gave up.
        asking.add_done_callback(self._answered)
        return [
            ResolveResult(
                hostname=host,
                host=address[0],
                port=address[1],
                family=kind,
                proto=protocol,
                flags=NUMERIC,
            )
            for kind, _, protocol, _, address in await asyncio.shield(asking)
        ]

    async def close(self) -> None:
        """Do nothing: threads end by themselves."""

    def _answered(self, asking: "asyncio.Task[list[Any]]") -> None:
        self._room.release()
        if not asking.cancelled():
            asking.exception()  # its asker may have given up: then nobody else hears of it


async def _addresses(host: str, port: int, family: int) -> list[Any]:
    flags = socket.AI_ADDRCONFIG
    return await in_thread(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, 0, flags)
