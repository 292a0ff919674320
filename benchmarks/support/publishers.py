"""Publishers by the thousand on loopback: each feed on a host it shares with few others.

A process of its own. It answers with feeds that bring a story every so often, with ETags, and keeps
a record of who asked when; `/-/record` on any host gives it as JSON.
"""

import asyncio
import time
from array import array
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from benchmarks.support.options import Options, positive

PER_HOST = 10
ENTRIES = 10
STORY_SECONDS = 1_800.0
"""A feed brings a story so often."""


def host(number: int) -> str:
    """Return the loopback address that a feed is on: all of 127.0.0.0/8 is this machine."""
    where = number // PER_HOST
    return f"127.1.{where // 250}.{1 + where % 250}"


def url(number: int, port: int) -> str:
    """Return the address of a feed."""
    return f"http://{host(number)}:{port}/{number}"


@dataclass
class Record:
    """When a feed was asked, in seconds since the start, and how often without a condition."""

    times: "array[float]" = field(default_factory=lambda: array("d"))
    unconditional: int = 0


class Publishers:
    """All the feeds."""

    def __init__(self, feeds: int) -> None:
        """Start with nothing asked."""
        self._began = time.monotonic()
        self._records = [Record() for _ in range(feeds)]

    async def answer(self, request: web.Request) -> web.Response:
        """Return a feed."""
        number = int(request.path[1:])
        record = self._records[number]
        now = time.monotonic() - self._began
        record.times.append(now)
        newest = ENTRIES + int((now + number) / STORY_SECONDS)
        tag = f'"{newest}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        record.unconditional += "If-None-Match" not in request.headers
        return web.Response(
            text=document(number, newest),
            headers={"ETag": tag},
            content_type="application/rss+xml",
        )

    async def record(self, _: web.Request) -> web.Response:
        """Return what was asked so far."""
        return web.Response(
            body=msgspec.json.encode(
                {
                    "now": time.monotonic() - self._began,
                    "times": [list(record.times) for record in self._records],
                    "unconditional": [record.unconditional for record in self._records],
                }
            ),
            content_type="application/json",
        )


def document(number: int, newest: int) -> str:
    """Return a feed of the stories up to the newest."""
    items = "".join(
        f"<item><guid>https://outlet{number}.example/?p={story}</guid>"
        f"<link>https://outlet{number}.example/news/{story}-the-council-of-town-{number}</link>"
        f"<title>Council {number} votes on item {story} of its agenda</title>"
        f"<description>The council of town {number} met for the {story}th time this year, and"
        f" spoke about roads, schools and the price of water for most of the evening.</description>"
        "</item>"
        for story in range(newest, newest - ENTRIES, -1)
    )
    return f'<rss version="2.0"><channel><title>Outlet {number}</title>{items}</channel></rss>'


async def main(feeds: int, port: int) -> None:
    """Serve until killed."""
    publishers = Publishers(feeds)
    app = web.Application()
    app.router.add_get("/-/record", publishers.record)
    app.router.add_get("/{number}", publishers.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", port, backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    options = Options(__doc__, takes="until it is ended")
    options.add_argument("feeds", type=positive)
    options.add_argument("port", type=positive)
    given = options.given()
    asyncio.run(main(given.feeds, given.port))
