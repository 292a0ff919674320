"""Fetch from a server of a test."""

import asyncio
import gzip
import sys
import zlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import brotli
from aiohttp import web

from connectors.http.fetch import Failed, Fetched, Limits, Validators, fetch
from connectors.http.ssrf_guard import guarded_session

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


NOTHING = Validators()
LIMITS = Limits(seconds=5.0, body_bytes=100_000)


def get(
    handler: Handler,
    path: str = "/feed",
    *,
    known: Validators = NOTHING,
    limits: Limits = LIMITS,
    allow_private: bool = True,
    headers: Sequence[tuple[str, str]] = (),
    user: str = "",
    host: str = "127.0.0.1",
    home: str | None = None,
) -> Fetched:
    async def main() -> Fetched:
        app = web.Application()
        app.router.add_get("/{tail:.*}", handler)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        session = guarded_session(user_agent="tests", allow_private=allow_private)
        url = f"http://{user}{host}:{port}{path}"
        try:
            async with session:
                told = home and home.format(port=port)
                return await fetch(session, url, known, limits, headers=headers, home=told)
        finally:
            await runner.cleanup()

    return asyncio.run(main())


def failed(found: Fetched) -> Failed:
    assert isinstance(found, Failed), found
    return found


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=5),
    "zstd": zstd.compress,
}


def redirecting(status: int, *targets: str) -> tuple[Handler, list[web.Request]]:
    """Return a handler that sends `/0` to the first target, `/1` to the next; it keeps requests."""
    seen: list[web.Request] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request)
        number = int(request.path[1:])
        if number == len(targets):
            return web.Response(body=b"<rss/>", headers={"Set-Cookie": "a=b"})
        target = targets[number].format(port=request.url.port)
        return web.Response(status=status, headers={"Location": target, "Set-Cookie": "a=b"})

    return handler, seen


SECRET = [("X-Key", "s3cret")]
