"""The feeds of subscribers over HTTP, for feed readers: `/NAME/WATCH.atom` and `.json`.

NAME is the subscriber's token, or its id if it has none; then it is served on this machine alone.
"""

import hmac
import ipaddress
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from connectors.delivery.sinks.feed import ALL, FOLDER, file_name
from connectors.delivery.sinks.settings import FeedSettings
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.http.once_free import not_served
from connectors.http.web_runner import web_runner

TYPES = {".atom": "application/atom+xml", ".json": "application/feed+json"}
_FILE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,63})(\.atom|\.json)")


@asynccontextmanager
async def feed_server(
    host: str, port: int, folder: Path, subscribers: Callable[[], Iterable[Subscriber]]
) -> AsyncIterator[int]:
    """Serve what is in the data `folder` until the end; yields the port.

    Raises `NotServedError`.
    """
    alone = is_loopback(host)

    async def answer(request: web.Request) -> web.StreamResponse:
        found = _path(request.match_info["name"], request.match_info["file"], subscribers(), alone)
        path = None if found is None else folder / FOLDER / found
        if path is None or not path.is_file():
            raise web.HTTPNotFound
        headers = {
            "Content-Type": TYPES[path.suffix],
            "Cache-Control": "private, max-age=60",
            "X-Content-Type-Options": "nosniff",
        }
        return web.FileResponse(path, headers=headers)

    app = web.Application()
    app.router.add_get("/{name:.+}/{file}", answer)  # of a channel it is `anna/feed`
    runner = web_runner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            remedy = "give another --feeds, or another listen under [feeds_out] in wirewatch.toml"
            raise not_served("feeds", host, port, error, remedy) from error
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def feed_addresses(host: str, port: int, subscribers: Iterable[Subscriber]) -> dict[str, str]:
    """Return the address of each subscriber's feed. A token is a secret: `TOKEN` stands for it."""
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    return {
        one.id: f"{base}/{quote(one.id) if one.sink.token is None else 'TOKEN'}/{ALL}.atom"
        for one in subscribers
        if isinstance(one.sink, FeedSettings)
    }


def _path(name: str, file: str, subscribers: Iterable[Subscriber], alone: bool) -> Path | None:
    """Return the file that an address names, within the folder of feeds."""
    if not _FILE.fullmatch(file):
        return None
    for subscriber in subscribers:
        if not isinstance(subscriber.sink, FeedSettings):
            continue
        token = subscriber.sink.token
        if token is None and not alone:
            continue
        wanted = subscriber.id if token is None else token.value
        if hmac.compare_digest(name.encode(), wanted.encode()):
            return Path(file_name(subscriber.id)) / file
    return None


def is_loopback(host: str) -> bool:
    """Say whether an address is of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
