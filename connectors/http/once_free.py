"""Servers that may find their port taken: what they serve comes once it is free."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog

from connectors.errors import ConnectorError

log = structlog.get_logger()

AGAIN_SECONDS = 3.0

Server = Callable[[], AbstractAsyncContextManager[int]]
"""Makes a server, which yields its port. It raises `NotServedError`."""


class NotServedError(ConnectorError):
    """Nothing can be served there. The message says where, why, and what to do."""


def not_served(what: str, host: str, port: int, error: OSError, remedy: str) -> NotServedError:
    """Return the error for what the system refuses to listen for."""
    number = error.errno or 0  # below 0 it is of a name's look-up
    cause = os.strerror(number) if number > 0 else error.strerror or error
    return NotServedError(f"{what} can't be served at {host}:{port}: {cause}; {remedy}")


@asynccontextmanager
async def served_once_free(
    what: str, server: Server, served: Callable[[int], None]
) -> AsyncIterator[None]:
    """Serve beside what is inside, which begins after the first try, whatever that gave.

    Alerts must not wait for a port that another program has: it is told, and tried again. Each
    time it is served, `served` hears the port.
    """
    tried = asyncio.Event()
    serving = asyncio.create_task(_serve(what, server, served, tried))
    trying = asyncio.create_task(tried.wait())
    try:
        await asyncio.wait({serving, trying}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
        yield
    finally:
        trying.cancel()
        serving.cancel()
        (ended,) = await asyncio.gather(serving, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended


async def _serve(
    what: str, server: Server, served: Callable[[int], None], tried: asyncio.Event
) -> None:
    told = ""
    while True:
        try:
            async with server() as port:
                if told:
                    log.info("served_at_last", what=what)
                served(port)
                tried.set()
                await asyncio.Event().wait()
        except NotServedError as error:
            if str(error) != told:
                log.warning("not_served", because=str(error))
            told = str(error)
            tried.set()
        await asyncio.sleep(AGAIN_SECONDS)
