"""How much hubs may push at once: what is slow of one holds up no other."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from connectors.http.origin import server_of
from connectors.websub.protocol import Subscription

PUSHES_AT_ONCE = 4
OF_ONE_HUB = 3
"""Pushes of one hub that are taken at once: others always find a way in."""
OF_ONE_FEED = 2
"""Bodies pushed for one feed that are read at once."""
BODY_SECONDS = 10.0
"""From the end of a push's headers to the end of its body."""
PUSH_SECONDS = 20.0
"""How long a hub is kept waiting while its push is sent on; after that it is to try again."""
RETRY_AFTER = {"Retry-After": "30"}


class Pushes:
    """What is being pushed now."""

    def __init__(self, body_seconds: float = BODY_SECONDS) -> None:
        """Begin with nothing."""
        self._body_seconds = body_seconds
        self._reading: Counter[str] = Counter()
        self._all = asyncio.Semaphore(PUSHES_AT_ONCE)
        self._by_hub: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(OF_ONE_HUB)
        )

    async def body(self, request: web.Request, token: str) -> bytes:
        """Read a push's body in time, before it takes anyone's place. Raises `HTTPException`."""
        if self._reading[token] >= OF_ONE_FEED:
            raise web.HTTPTooManyRequests(headers=RETRY_AFTER)
        self._reading[token] += 1
        try:
            async with asyncio.timeout(self._body_seconds):
                return await request.read()
        except TimeoutError as error:
            raise web.HTTPRequestTimeout from error
        finally:
            self._reading[token] -= 1
            if not self._reading[token]:
                del self._reading[token]

    @asynccontextmanager
    async def place(self, subscription: Subscription) -> AsyncIterator[None]:
        """Wait for a place to take a push in, and hold it. Raises `TimeoutError`."""
        hub = server_of(subscription.hub)
        async with asyncio.timeout(PUSH_SECONDS), self._by_hub[hub], self._all:
            yield
