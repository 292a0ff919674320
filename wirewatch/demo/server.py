"""Serves the sample feeds over HTTP on loopback, as a publisher's server would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from wirewatch.demo.feeds import FOLDER, OUTLETS


@asynccontextmanager
async def serve() -> AsyncIterator[str]:
    """Serve on a free port while inside; gives the address, `http://127.0.0.1:PORT`."""
    app = web.Application()
    app.router.add_get("/{name}.xml", _feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


async def _feed(request: web.Request) -> web.FileResponse:
    """Answer with a feed, or with 304 where the reader has it already."""
    name = request.match_info["name"]
    if name not in OUTLETS:
        raise web.HTTPNotFound
    # The file says how it is encoded; "application/xml" lets it.
    return web.FileResponse(FOLDER / f"{name}.xml", headers={"Content-Type": "application/xml"})
