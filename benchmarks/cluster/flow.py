"""Stories at a steady rate, and a webhook that writes down when the alert of each came."""

import asyncio
import time
from collections import Counter
from email.utils import format_datetime
from html import escape
from itertools import count
from pathlib import Path

from aiohttp import web

from benchmarks.support.stand import story
from connectors.kafka import Producer
from connectors.kafka.retrying_producer import patient
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.model.story import Story

ALERT_EVERY, FEED_EVERY = 10, 50
SIZE = 1_000
WINDOW = 300
"""Entries that the feed shows: what it drops before it is polled is no loss of wirewatch's."""
STEP_SECONDS = 0.05


class Flow:
    """Makes the stories, sends them or shows them in a feed, and takes the alerts."""

    def __init__(self, kafka: KafkaAccess, rate: float) -> None:
        """Begin nothing yet."""
        self._kafka = kafka
        self._rate = rate
        self._ending = False
        self._shown = [story(-1, matching=False, size=SIZE, run="flow")]
        self._producer = Producer(kafka)
        self._runner: web.AppRunner | None = None
        self.made = 0
        self.expected: dict[str, float] = {}
        """Headlines that must become alerts, with when each was made."""
        self.arrived: dict[str, float] = {}
        """When the first alert of a headline came."""
        self.ids: dict[str, set[str]] = {}
        self.requests: Counter[str] = Counter()
        """How often each `webhook-id` came."""

    async def open(self, folder: Path) -> None:
        """Serve, and write the configuration."""
        app = web.Application()
        app.router.add_get("/feed", self._feed)
        app.router.add_post("/hook", self._hook)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        (folder / "feeds.toml").write_text(
            f'[[feed]]\nid = "flow"\nsource = "Flow"\ninterval = 2\nurl = "{host}/feed"\n'
        )
        (folder / "wirewatch.toml").write_text(
            'allow_private_addresses = true\n[tagging]\nencoder = "none"\n'
            f'[kafka]\naddress = "{self._kafka}"\n'
        )
        (folder / "subscribers.toml").write_text(
            f'[[subscriber]]\nid = "desk"\nkind = "webhook"\nurl = "{host}/hook"\n'
        )

    async def close(self) -> None:
        """Let go of all."""
        await self._producer.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def end(self) -> None:
        """Make no more."""
        self._ending = True

    async def flow(self) -> None:
        """Make stories until the end, and send each however long Kafka is away."""
        sender, began = patient(self._producer), time.monotonic()
        numbers = count()
        while not self._ending:
            due = int((time.monotonic() - began) * self._rate) - self.made
            batch = [self._make(next(numbers)) for _ in range(due)]
            await sender.send([message(one) for one in batch if one is not None])
            await asyncio.sleep(STEP_SECONDS)

    def missing(self) -> list[str]:
        """Return the headlines whose alert hasn't come."""
        return [headline for headline in self.expected if headline not in self.arrived]

    def _make(self, number: int) -> Story | None:
        """Make a story; `None` if it is for the feed to show."""
        is_matching = number % ALERT_EVERY == 0
        made = story(number, matching=is_matching, size=SIZE, run="flow")
        self.made += 1
        if is_matching:
            self.expected[made.headline] = time.time()
        if number % FEED_EVERY:
            return made
        self._shown.append(made)
        return None

    async def _feed(self, _: web.Request) -> web.Response:
        items = "".join(
            f"<item><guid>{one.id}</guid><title>{escape(one.headline)}</title>"
            f"<description>{escape(one.body)}</description>"
            f"<pubDate>{format_datetime(one.published) if one.published else ''}</pubDate></item>"
            for one in reversed(self._shown[-WINDOW:])
        )
        text = f'<rss version="2.0"><channel><title>Flow</title>{items}</channel></rss>'
        return web.Response(text=text, content_type="application/rss+xml")

    async def _hook(self, request: web.Request) -> web.Response:
        data = (await request.json())["data"]
        event, headline = request.headers["webhook-id"], str(data["story"]["headline"])
        self.requests[event] += 1
        self.ids.setdefault(headline, set()).add(event)
        self.arrived.setdefault(headline, time.time())
        return web.Response()
