"""Publishers that mean harm: what a poll does with them.

Bombs, drips and redirect loops at one feed each; addresses that must not be dialled on every
way out; and 1,000 feeds of which 200 drip for ever.
"""

import asyncio
import gzip
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import pairwise
from pathlib import Path

import aiohttp
import brotli
import psutil
from aiohttp import web

from benchmarks.support import publishers, stand
from benchmarks.support.options import Options
from connectors.delivery.sinks import webhook
from connectors.delivery.sinks.outcome import Result
from connectors.delivery.sinks.settings import WebhookSettings
from connectors.http.fetch import Failed, fetch
from connectors.http.ssrf_guard import guarded_session
from connectors.pages.article import ArticleError, read_article
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.feed import Feed
from connectors.polling.feed_state import FeedStore
from connectors.polling.poll import AT_ONCE, Polling
from connectors.polling.poller import LARGE_AT_ONCE, Poller
from connectors.polling.store import Store
from connectors.websub.hub_requests import ask
from streams.contract.messages import Message
from tests.support.addresses import NOTATIONS, PRIVATE, each
from tests.support.samples import NOON, sample_notification

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=5),
    "zstd": zstd.compress,
}
UNPACKED = 256 * 1024 * 1024
BOMBS_AT_ONCE = 10
FEEDS, DRIPPING, INTERVAL = 1_000, 200, 60
AGENT = "bench"


class Harmful:
    """The servers, by path."""

    def __init__(self, port: int) -> None:
        """Serve on all of loopback."""
        self.port = port
        zeros = bytes(UNPACKED)
        self._bombs = {name: pack(zeros) for name, pack in PACKERS.items()}
        self._dialled = 0
        self._honest = publishers.Publishers(FEEDS)

    async def bomb(self, request: web.Request) -> web.Response:
        """Return a quarter of a gigabyte of nothing, packed."""
        name = request.match_info["name"]
        return web.Response(body=self._bombs[name], headers={"Content-Encoding": name})

    async def drip(self, request: web.Request) -> web.StreamResponse:
        """Return a byte a second, for ever."""
        response = web.StreamResponse(headers={"Content-Type": "application/rss+xml"})
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(1)

    async def loop(self, _: web.Request) -> web.Response:
        """Redirect to itself."""
        return web.Response(status=302, headers={"Location": "/loop"})

    async def dialled(self, request: web.Request) -> web.Response:
        """Count who got here, which nobody should; or tell."""
        self._dialled += request.path == "/dialled"
        return web.Response(text=str(self._dialled))

    async def feed(self, request: web.Request) -> web.StreamResponse:
        """Return a feed; every fifth drips."""
        if int(request.path[1:]) % (FEEDS // DRIPPING) == 0:
            return await self.drip(request)
        return await self._honest.answer(request)

    async def run(self) -> None:
        """Serve until killed."""
        app = web.Application()
        app.router.add_get("/bomb/{name}", self.bomb)
        app.router.add_get("/drip", self.drip)
        app.router.add_get("/loop", self.loop)
        app.router.add_route("*", "/dialled", self.dialled)
        app.router.add_get("/-/dialled", self.dialled)
        app.router.add_get("/-/record", self._honest.record)
        app.router.add_get("/{number}", self.feed)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "0.0.0.0", self.port, backlog=1024).start()
        await asyncio.Event().wait()


class Peak:
    """The largest resident set of this process while it is open, in MiB above the start."""

    def __enter__(self) -> "Peak":
        """Begin to look."""
        self._process = psutil.Process()
        self._first = self._most = self._process.memory_info().rss
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def _look(self) -> None:
        while not self._over.wait(0.01):
            self._most = max(self._most, self._process.memory_info().rss)

    def __exit__(self, *_: object) -> None:
        """Stop looking."""
        self._over.set()
        self._thread.join()

    @property
    def growth(self) -> float:
        """Return the growth so far."""
        return (self._most - self._first) / 2**20


async def harm(port: int) -> None:
    """Fetch each harmful thing, ten at once."""
    room = asyncio.Semaphore(LARGE_AT_ONCE)
    async with guarded_session(user_agent=AGENT, allow_private=True) as session:
        for path in (*(f"bomb/{name}" for name in PACKERS), "loop", "drip"):
            urls = [f"http://127.0.0.{n}:{port}/{path}" for n in range(1, BOMBS_AT_ONCE + 1)]
            began = time.monotonic()
            with Peak() as peak:
                found = await asyncio.gather(*(fetch(session, url, room=room) for url in urls))
            reasons = Counter(one.reason if isinstance(one, Failed) else "a page" for one in found)
            took = time.monotonic() - began
            print(f"{BOMBS_AT_ONCE} {path}: {dict(reasons)}, {took:.1f} s, {peak.growth:+.0f} MiB")


async def forbidden(port: int) -> None:
    """Try addresses that must not be dialled on each way out."""
    named = [f"[{one}]" if ":" in one else one for one in each(PRIVATE)]
    hosts = [*dict.fromkeys([*named, *each(NOTATIONS)])]
    urls = [f"http://{host}:{port}/dialled" for host in hosts if "%eth0" not in host]
    for name, way in WAYS.items():
        for url in urls:
            await way(url)
        async with aiohttp.ClientSession() as plain:
            answer = await plain.get(f"http://127.0.0.1:{port}/-/dialled")
            print(f"{name}: {await answer.text()} of {len(urls)} addresses dialled")


async def _feed(url: str) -> None:
    async with guarded_session(user_agent=AGENT, allow_private=False) as session:
        assert isinstance(await fetch(session, url), Failed)


async def _article(url: str) -> None:
    with suppress(ArticleError):
        await read_article(url, user_agent=AGENT, allow_private=False)


async def _webhook(url: str) -> None:
    settings = WebhookSettings(url=url)
    async with guarded_session(user_agent=AGENT, allow_private=False) as session:
        with suppress(ValueError):  # no address: a configuration with it isn't loaded
            outcome = await webhook.post(session, settings, sample_notification(), NOON)
            assert outcome.result is not Result.DELIVERED


async def _websub(url: str) -> None:
    async with guarded_session(user_agent=AGENT, allow_private=False) as session:
        assert await ask(session, url, {}, {"http", "https"}) is not None


WAYS: dict[str, Callable[[str], Awaitable[None]]] = {
    "feeds": _feed,
    "articles": _article,
    "webhooks": _webhook,
    "WebSub": _websub,
}


class Nowhere:
    """Takes messages as Kafka would."""

    async def send(self, _: Sequence[Message]) -> None:
        """Take them."""


async def dripping(port: int, minutes: float) -> None:
    """Poll 1,000 feeds of which 200 drip, and see how the others fare."""
    feeds = [
        Feed(id=str(n), url=publishers.url(n, port), source="Bench", interval=INTERVAL)
        for n in range(FEEDS)
    ]
    parser, stop = ParserPool(), asyncio.Event()
    with tempfile.TemporaryDirectory() as name, Peak() as peak:
        store = Store(lambda: FeedStore(Path(name) / "feeds.sqlite"))
        await store.open()
        session = guarded_session(user_agent=AGENT, allow_private=True, limit=AT_ONCE)
        async with session:
            poller = Poller(session=session, parser=parser, store=store, producer=Nowhere())
            asyncio.get_running_loop().call_later(minutes * 60, stop.set)
            await Polling(poller, store, feeds).run(stop)
            async with aiohttp.ClientSession() as plain:
                answer = await plain.get(f"http://127.0.0.1:{port}/-/record")
                record = await answer.json()
        parser.close()
        await store.close()
    honest = [times for n, times in enumerate(record["times"]) if n % (FEEDS // DRIPPING)]
    gaps = [later - earlier for times in honest for earlier, later in pairwise(times)]
    late = max(gaps) - INTERVAL
    print(
        f"{FEEDS} feeds, {DRIPPING} of them dripping, every {INTERVAL} s for {minutes:.0f} min:"
        f" {len(honest)} others polled {min(map(len, honest))} to {max(map(len, honest))} times,"
        f" at most {late:+.1f} s late, {peak.growth:+.0f} MiB"
    )


def main(minutes: float) -> None:
    """Do all of it."""
    stand.begin()
    port = stand.free_port()
    command = (sys.executable, "-m", "benchmarks.polling.hostile", "--serve", str(port))
    with tempfile.TemporaryDirectory() as name, stand.process(*command, log=Path(name) / "log"):
        stand.until_open(port)
        asyncio.run(harm(port))
        asyncio.run(forbidden(port))
        asyncio.run(dripping(port, minutes))


if __name__ == "__main__":
    options = Options(__doc__, takes="eight minutes")
    options.number("minutes", 5.0, "minutes of dripping", kind=float)
    options.add_argument("--serve", type=int, metavar="PORT", help="only be those publishers")
    given = options.given()
    if given.serve:
        asyncio.run(Harmful(given.serve).run())
    else:
        main(given.minutes)
