"""Where hubs call: a port of its own, which another program may have."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import structlog

from connectors.http.once_free import Server, not_served, served_once_free

log = structlog.get_logger()

WHAT = "WebSub's callback"


async def bound(door: Callable[[], asyncio.BaseProtocol], host: str, port: int) -> asyncio.Server:
    """Return a server that has its port, and listens later. Raises `NotServedError`."""
    loop = asyncio.get_running_loop()
    try:
        return await loop.create_server(door, host, port, start_serving=False)
    except OSError as error:
        remedy = "choose another listen under [websub] in wirewatch.toml"
        raise not_served(WHAT, host, port, error, remedy) from error


def heard_once_free(server: Server) -> AbstractAsyncContextManager[None]:
    """Hear what hubs push, from when there is a port for it; polls go on without."""
    return served_once_free(WHAT, server, lambda port: log.info("websub_listening", port=port))
