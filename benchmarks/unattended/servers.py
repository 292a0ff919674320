"""The feeds' servers and the subscribers' receivers, on addresses of loopback."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from benchmarks.unattended.feeds import TEMPERS, Fault, SimulatedFeed
from benchmarks.unattended.judge import Received

HANG_SECONDS = 60.0
DRIPS, DRIP_SECONDS = 8, 0.4
RETRY_AFTER = 3
PAGE = "<!doctype html><html><head><title>Oops</title></head><body>Come back later</body></html>"


def host(number: int) -> str:
    """Return the address a feed is on: each has a host of its own."""
    return f"127.0.0.{11 + number}"


class Feeds:
    """All feeds, served."""

    def __init__(self) -> None:
        """Start with a few old entries nowhere: the world adds them."""
        self.feeds = [SimulatedFeed(number, temper) for number, temper in enumerate(TEMPERS)]

    @property
    def read_twice(self) -> bool:
        """Whether each was given twice: the first reading has been taken in by then."""
        return all(feed.given >= 2 for feed in self.feeds)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Return a feed, or what its temper puts in its place."""
        feed = self.feeds[int(request.match_info["number"])]
        moved = request.path.startswith("/moved/")
        fault = None if moved else feed.next_fault()
        if fault is Fault.HANG:
            await asyncio.sleep(HANG_SECONDS)
        if fault is not None and (failure := _failure(feed, fault)) is not None:
            return failure
        return await self._give(request, feed, drips=fault is Fault.DRIP)

    async def _give(
        self, request: web.Request, feed: SimulatedFeed, *, drips: bool
    ) -> web.StreamResponse:
        if feed.temper.validators and request.headers.get("If-None-Match") == feed.tag:
            feed.given += 1
            return web.Response(status=304, headers={"ETag": feed.tag})
        headers = {"Content-Type": feed.content_type}
        if feed.temper.validators:
            headers["ETag"] = feed.tag
        if feed.temper.packed:
            headers["Content-Encoding"] = "gzip"
        body = feed.document(datetime.now(UTC))
        if drips:
            return await self._drip(request, feed, body, headers)
        feed.given += 1
        return web.Response(body=body, headers=headers)

    async def _drip(
        self, request: web.Request, feed: SimulatedFeed, body: bytes, headers: dict[str, str]
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        size = len(body) // DRIPS + 1
        for start in range(0, len(body), size):
            await response.write(body[start : start + size])
            await asyncio.sleep(DRIP_SECONDS)
        feed.given += 1
        return response


def _failure(feed: SimulatedFeed, fault: Fault) -> web.Response | None:
    """Return what comes in the feed's place, if anything does."""
    match fault:
        case Fault.ERROR:
            return web.Response(status=500)
        case Fault.MISSING:
            return web.Response(status=404)
        case Fault.BUSY:
            return web.Response(status=429, headers={"Retry-After": str(RETRY_AFTER)})
        case Fault.MOVED | Fault.MOVED_FOR_GOOD:
            return web.Response(status=int(fault), headers={"Location": f"/moved/{feed.number}"})
        case Fault.EMPTY:
            return web.Response(content_type="application/rss+xml")
        case Fault.PAGE:
            return web.Response(text=PAGE, content_type="text/html")
    return None


class Receivers:
    """The subscribers: they check each signature, and keep what came in order.

    When `moody`, one request in twenty is refused, by 500 or by 429 with Retry-After.
    """

    def __init__(self, secrets: dict[str, str], clock: Callable[[], float], *, moody: bool) -> None:
        """Take requests for these subscribers, each with the secret that signs."""
        self._secrets = secrets
        self._clock = clock
        self._dice = random.Random(11)
        self._moody = moody
        self.received: list[Received] = []

    async def answer(self, request: web.Request) -> web.Response:
        """Take an alert event, or refuse it for now."""
        subscriber = request.match_info["subscriber"]
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        signed = False
        with suppress(WebhookVerificationError):
            Webhook(self._secrets[subscriber]).verify(body, headers)
            signed = True
        status = 200
        if self._moody and self._dice.random() < 0.05:
            status = self._dice.choice((500, 429))
        self.received.append(
            Received.read(
                body,
                subscriber=subscriber,
                event=headers.get("webhook-id", ""),
                at=self._clock(),
                signed=signed,
                taken=status == 200,
            )
        )
        asked = {"Retry-After": str(RETRY_AFTER)} if status == 429 else {}
        return web.Response(status=status, headers=asked)


async def serve(feeds: Feeds, receivers: Receivers, port: int) -> web.AppRunner:
    """Serve feeds, each on a host of its own, and receivers, on 127.0.0.1."""
    app = web.Application()
    app.router.add_get("/feed/{number}", feeds.answer)
    app.router.add_get("/moved/{number}", feeds.answer)
    app.router.add_post("/hook/{subscriber}", receivers.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    for address in ("127.0.0.1", *(host(feed.number) for feed in feeds.feeds)):
        await web.TCPSite(runner, address, port).start()
    return runner
