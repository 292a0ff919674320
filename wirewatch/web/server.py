"""The page's server: uvicorn on sockets that are ours before anything is promised."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from wirewatch.errors import ProgramError
from wirewatch.web.app import build, live_alerts
from wirewatch.web.backtests import Backtests
from wirewatch.web.counted_requests import Count
from wirewatch.web.site import Site

BACKLOG = 1024
STOP_SECONDS = 3
"""How long answers that are under way may take at the end."""
KEEP_ALIVE_SECONDS = 30


class ListenError(ProgramError):
    """The page can't be served there. The message says where, why, and what to do."""


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises `ListenError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        remedy = "give another --listen, or another listen under [web] in wirewatch.toml"
        cause = f"the page can't be served at {host}:{port}: {error.strerror or error}"
        raise ListenError(f"{cause}; {remedy}") from error
    return made


async def serve(
    site: Site,
    listener: socket.socket,
    stop: asyncio.Event,
    ready: Callable[[], None],
    count: Count | None = None,
) -> None:
    """Serve a site until `stop` is set; `ready` is called once it answers, `count` at each time."""
    live = live_alerts(site)
    backtests = Backtests()
    config = uvicorn.Config(
        build(site, live, backtests, count),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    try:
        ready()  # the socket listens: whoever asks now waits for a moment
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        live.close()
        await backtests.close()
        server.should_exit = True
        await serving
    finally:
        stopping.cancel()
        await backtests.close()
