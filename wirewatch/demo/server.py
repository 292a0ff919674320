"""Serves the sample feeds over HTTP on loopback, as a publisher's server would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from wirewatch.demo.dates import moved
from wirewatch.demo.feeds import FOLDER, OUTLETS


@asynccontextmanager
async def serve() -> AsyncIterator[str]:
    """Serve news of these days on a free port while inside; gives `http://127.0.0.1:PORT`."""
    with TemporaryDirectory(prefix="wirewatch-feeds-") as name:
        today = datetime.now(UTC).date()
        for outlet in OUTLETS:
            file = f"{outlet}.xml"
            (Path(name) / file).write_bytes(moved((FOLDER / file).read_bytes(), today))
        async with _serve(Path(name)) as address:
            yield address


@asynccontextmanager
async def _serve(folder: Path) -> AsyncIterator[str]:
    async def feed(request: web.Request) -> web.FileResponse:
        """Answer with a feed, or with 304 where the reader has it already."""
        name = request.match_info["name"]
        if name not in OUTLETS:
            raise web.HTTPNotFound
        # The file says how it is encoded; "application/xml" lets it.
        return web.FileResponse(folder / f"{name}.xml", headers={"Content-Type": "application/xml"})

    app = web.Application()
    app.router.add_get("/{name}.xml", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()
