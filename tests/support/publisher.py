"""A publisher's server, for tests."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from connectors.polling.feed import Feed


@dataclass
class Publisher:
    """A publisher's server: feeds by name, each a list of guids, with honest ETags."""

    feeds: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    conditional: list[bool] = field(default_factory=list)
    prefix: str = ""
    """What all guids begin with."""
    port: int = 0

    def feed(self, name: str) -> Feed:
        return Feed(id=name, url=f"http://127.0.0.1:{self.port}/{name}", source=name.title())

    async def answer(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.append(name)
        self.conditional.append("If-None-Match" in request.headers)
        if name not in self.feeds:
            raise web.HTTPNotFound
        items = "".join(
            f"<item><guid>{self.prefix}{guid}</guid><title>Story {guid}</title></item>"
            for guid in self.feeds[name]
        )
        text = f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'
        tag = f'"{self.prefix}{len(self.feeds[name])}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        return web.Response(text=text, headers={"ETag": tag}, content_type="application/rss+xml")


def with_publisher(act: Callable[[Publisher], Awaitable[None]], **feeds: list[str]) -> Publisher:
    """Run `act` beside a publisher's server."""

    async def main() -> Publisher:
        publisher = Publisher(feeds)
        app = web.Application()
        app.router.add_get("/{name}", publisher.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        publisher.port = runner.addresses[0][1]
        try:
            await act(publisher)
        finally:
            await runner.cleanup()
        return publisher

    return asyncio.run(main())
