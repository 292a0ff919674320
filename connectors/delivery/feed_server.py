"""The feeds of subscribers over HTTP, for feed readers: `/NAME/WATCH.atom` and `.json`.

NAME is the subscriber's token, or its id if it has none; then it is served on this machine alone.
"""

import hashlib
import hmac
import ipaddress
import os
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from connectors.background import in_thread
from connectors.delivery.sinks.feed import ALL, FOLDER, file_name
from connectors.delivery.sinks.feed_document import at_its_address
from connectors.delivery.sinks.settings import FeedSettings
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.http.once_free import not_served
from connectors.http.web_runner import web_runner

BETWEEN = frozenset(
    {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"}
)
"""Headers of which one tells of a proxy: then only it knows under which address it was asked."""
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
        if found is None:
            raise web.HTTPNotFound
        try:
            body, changed = await in_thread(partial(_read, folder / FOLDER / found))
        except OSError:
            raise web.HTTPNotFound from None
        if BETWEEN.isdisjoint(name.lower() for name in request.headers):
            atom = found.suffix == ".atom"
            with suppress(ValueError):  # deliver mends a damaged one when it writes next
                body = at_its_address(body, str(request.url), atom=atom)
        return _answered(request, TYPES[found.suffix], body, changed)

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


def _read(path: Path) -> tuple[bytes, int]:
    """Return what is in a file, and the second in which it was written. Raises `OSError`."""
    with path.open("rb") as file:
        return file.read(), int(os.fstat(file.fileno()).st_mtime)


def _answered(request: web.Request, kind: str, body: bytes, changed: int) -> web.Response:
    """Return a feed, or that it is still the one that its reader has."""
    mark = hashlib.sha256(body).hexdigest()[:32]
    headers = {
        "Content-Type": kind,
        "Cache-Control": "private, max-age=60",
        "X-Content-Type-Options": "nosniff",
        "ETag": f'"{mark}"',
        "Last-Modified": formatdate(changed, usegmt=True),
    }
    marks, since = request.if_none_match, request.if_modified_since
    if marks is not None:
        is_known = any(one.value in (mark, "*") for one in marks)
    else:
        is_known = since is not None and changed <= since.timestamp()
    if is_known:
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.Response(body=body, headers=headers)


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
