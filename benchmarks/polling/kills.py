"""Kill -9 a poll at every step, and at random: is a story lost?

A child polls growing feeds and kills itself at a step, or is killed from outside; then it is
started again. In the end every story served must be on Kafka, under one id. With `swapped` the
child saves its state before Kafka has the stories, which must lose some: else this proves nothing.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks.support import stand
from benchmarks.support.options import Options
from connectors.http.fetch import fetch
from connectors.kafka import Producer, ensure_topics
from connectors.parsing.parser_pool import ParserPool
from connectors.polling import poll as polling
from connectors.polling import poller
from connectors.polling.feed import Feed
from connectors.polling.feed_state import FeedStore, Polled
from connectors.polling.store import Store
from streams.contract.codec import decode
from streams.contract.messages import Message
from streams.model.story import Story
from wirewatch.local_kafka import PrivateKafka
from wirewatch.local_kafka.client_file import read_client_file
from wirewatch.runtime import logs

FEEDS = 20
TIMES = 5
"""Kills at each step."""
STEPS = ("fetch", "fetched", "parse", "parsed", "produce", "ack", "save", "saved", "told")
KEPT = 400
"""Entries that a feed shows."""


def die(*_: object) -> None:
    """Kill this very process."""
    os.kill(os.getpid(), signal.SIGKILL)


class Death:
    """Comes at the `count`th time that a step is reached."""

    def __init__(self, step: str, count: int) -> None:
        """Wait for the step."""
        self._step = step
        self._left = count

    def at(self, step: str) -> None:
        """Reach a step."""
        if step == self._step:
            self._left -= 1
            if self._left <= 0:
                die()


def arm(death: Death) -> None:
    """Put a mine before and after each step of a poll."""

    def between(
        before: str, call: Callable[..., Awaitable[Any]], after: str
    ) -> Callable[..., Awaitable[Any]]:
        async def mined(*args: object, **named: object) -> object:
            death.at(before)
            result = await call(*args, **named)
            death.at(after)
            return result

        return mined

    save = FeedStore.save

    def mined_save(state: FeedStore, polls: Sequence[Polled]) -> None:
        death.at("save")
        save(state, polls)
        death.at("saved")

    put(poller, "fetch", between("fetch", fetch, "fetched"))
    put(ParserPool, "parse", between("parse", ParserPool.parse, "parsed"))
    put(Producer, "send", between("produce", Producer.send, "ack"))
    put(FeedStore, "save", mined_save)


def put(owner: object, name: str, value: object) -> None:
    """Put something else in the place of a function."""
    setattr(owner, name, value)


def swap() -> None:
    """Make the mistake: save the state first, then send."""
    send, save = Producer.send, Store.save
    held: dict[int, tuple[Producer, Sequence[Message]]] = {}

    async def hold(producer: Producer, messages: Sequence[Message]) -> None:
        held[len(held)] = (producer, messages)

    async def save_first(store: Store, polled: Polled) -> None:
        await save(store, polled)
        while held:
            await send(*held.pop(min(held)))

    put(Producer, "send", hold)
    put(Store, "save", save_first)


def child(folder: str, client_file: str, port: str, step: str, count: str, order: str) -> None:
    """Poll until killed, or once if there is no step to be killed at."""
    logs.configure(json=False, level="critical")
    arm(death := Death(step, int(count)))
    if order == "swapped":
        swap()
    feeds = tuple(
        Feed(id=f"f{n}", url=f"http://127.1.0.{n + 1}:{port}/{n}", source="Bench", interval=0)
        for n in range(FEEDS)
    )
    settings = polling.PollSettings(
        kafka=read_client_file(Path(client_file)),
        prefix="",
        state=Path(folder) / "feeds.sqlite",
        feeds=feeds,
        user_agent="bench",
        allow_private=True,
        once=step == "none",
    )
    told = polling.poll(settings, asyncio.Event(), on_sent=lambda *_: death.at("told"))
    asyncio.run(told)


class Growing:
    """Feeds that bring a story at each request."""

    def __init__(self) -> None:
        """Serve from a thread of its own."""
        self.served: list[list[int]] = [[] for _ in range(FEEDS)]
        self.port = stand.free_port()
        self.growing = True
        self._ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._ready.wait()

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_get("/{number}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "0.0.0.0", self.port).start()
        self._ready.set()
        await asyncio.Event().wait()

    async def _answer(self, request: web.Request) -> web.Response:
        number = int(request.path[1:])
        stories = self.served[number]
        if self.growing:
            stories.append(len(stories))
        tag = f'"{len(stories)}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        items = "".join(
            f"<item><guid>{number}-{story}</guid><title>Feed {number} tells its story"
            f" {story}</title></item>"
            for story in stories[-KEPT:]
        )
        text = f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'
        return web.Response(text=text, headers={"ETag": tag})


def play(kills: Sequence[tuple[str, int]], random_kills: int, order: str) -> None:
    """Kill as told, then poll once in peace, and count."""
    growing = Growing()
    with tempfile.TemporaryDirectory() as name, PrivateKafka(Path(name) / "kafka") as kafka:
        ensure_topics(kafka.access)

        def start(step: str, count: int) -> subprocess.Popen[bytes]:
            words = (name, str(kafka.client_file), str(growing.port), step, str(count), order)
            command = (sys.executable, "-m", "benchmarks.polling.kills", "--child", *words)
            return subprocess.Popen(command, stderr=subprocess.DEVNULL)

        for step, count in kills:
            start(step, count).wait(120)
        dice = random.Random(7)
        for _ in range(random_kills):
            process = start("never", 1)
            time.sleep(0.7 + 1.3 * dice.random())
            process.kill()
            process.wait()
        growing.growing = False
        assert start("none", 1).wait(120) == 0
        records = stand.Reader(kafka.access, "stories").rest()
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        story = decode(record.value, Story)
        ids[story.headline].add(story.id)
    served = sum(map(len, growing.served))
    renamed = sum(len(same) > 1 for same in ids.values())
    print(
        f"{order}: {len(kills)} kills at steps, {random_kills} at random: {served} stories served,"
        f" {served - len(ids)} lost, {renamed} renamed, {len(records) - len(ids)} repeats",
        flush=True,
    )


def main(random_kills: int) -> None:
    """Kill in the right order of things, then in the wrong one."""
    stand.begin()
    dice = random.Random(3)
    kills = [(step, dice.randint(1, 3 * FEEDS)) for step in STEPS for _ in range(TIMES)]
    play(kills, random_kills, "as it is")
    swapped = [("produce", dice.randint(1, 3 * FEEDS)) for _ in range(2 * TIMES)]
    play(swapped, 0, "swapped")


if __name__ == "__main__":
    options = Options(__doc__, takes="ten minutes")
    options.number("kills", 100, "kills at random moments", kind=int)
    options.add_argument("--child", nargs=6, metavar="WORD", help="be the child that is killed")
    given = options.given()
    if given.child:
        child(*given.child)
    else:
        main(given.kills)
