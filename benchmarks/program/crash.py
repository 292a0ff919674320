"""Kill -9 everything, again and again, and count what a subscriber gets.

A steady flow of stories (100 a second over 20 feeds, every tenth one matching) goes through
`wirewatch run` to a webhook, while poll, work and deliver are killed ten times each and the
broker three times, at random moments. The truth is the list of stories served; the webhook's
own list, without repeats of a `webhook-id`, must equal it.
"""

import asyncio
import json
import random
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from email.utils import format_datetime
from pathlib import Path

import psutil
from aiohttp import web

from benchmarks.support.options import Options
from benchmarks.support.stand import begin, story, wirewatch

FEEDS = 20
PER_SECOND = 100
MATCHING_EVERY = 10
WINDOW = 400
"""Entries that a feed shows: what it drops before it is polled is no loss of wirewatch's."""
KILLS = {"poll": 10, "work": 10, "deliver": 10, "kafka": 3}


@dataclass
class World:
    """The feeds' stories so far, and what the webhook got."""

    served: list[int] = field(default_factory=list)
    got: Counter[str] = field(default_factory=Counter)
    alerted: Counter[str] = field(default_factory=Counter)

    async def feed(self, request: web.Request) -> web.Response:
        """Serve a feed's newest entries as RSS."""
        number = int(request.match_info["number"])
        mine = [n for n in self.served if n % FEEDS == number][-WINDOW:]
        items = "".join(item(n) for n in reversed(mine))
        return web.Response(
            text=f'<rss version="2.0"><channel><title>F{number}</title>{items}</channel></rss>',
            content_type="application/rss+xml",
        )

    async def hook(self, request: web.Request) -> web.Response:
        """Take an alert."""
        payload = await request.json()
        self.got[request.headers["webhook-id"]] += 1
        self.alerted[headline(payload)] += 1
        return web.Response()


def headline(payload: object) -> str:
    """Find the story's headline wherever the payload keeps it."""
    if isinstance(payload, dict):
        if isinstance(payload.get("headline"), str):
            return str(payload["headline"])
        return next((found for value in payload.values() if (found := headline(value))), "")
    return ""


def matching(number: int) -> bool:
    """Say whether story `number` is one to alert on; spread over all feeds."""
    return (number // FEEDS) % MATCHING_EVERY == 0


def item(number: int) -> str:
    """Return story `number` as an RSS item."""
    told = story(number, matching=matching(number), size=1_000)
    dated = f"<pubDate>{format_datetime(told.published)}</pubDate>" if told.published else ""
    return (
        f"<item><guid>s{number}</guid><title>{told.headline}</title>"
        f"<description>{told.body}</description>{dated}</item>"
    )


async def main(seconds: int, folder: Path) -> None:
    """Run, kill, count, and print."""
    begin()
    world = World()
    app = web.Application()
    app.router.add_get("/feed/{number}", world.feed)
    app.router.add_post("/hook", world.hook)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    configure(folder, runner.addresses[0][1])
    command = wirewatch("run", "--json", "--backfill-alerts", "--config", str(folder))
    with (folder / "log").open("wb") as log:
        running = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
        try:
            await disturb(world, running.pid, seconds)
            await settle(world)
        finally:
            running.terminate()
            await running.wait()
            await runner.cleanup()
    lines = (folder / "log").read_bytes().splitlines()
    report(world, Counter(map(event, lines)))


def configure(folder: Path, port: int) -> None:
    """Write the configuration: feeds polled every second, one webhook."""
    feeds = "\n".join(
        f'[[feed]]\nid = "f{n}"\nsource = "F{n}"\ninterval = 1\n'
        f'url = "http://127.0.0.1:{port}/feed/{n}"\n'
        for n in range(FEEDS)
    )
    (folder / "feeds.toml").write_text(feeds)
    (folder / "wirewatch.toml").write_text("allow_private_addresses = true\n")
    (folder / "subscribers.toml").write_text(
        f'[[subscriber]]\nid = "desk"\nkind = "webhook"\nurl = "http://127.0.0.1:{port}/hook"\n'
    )


async def disturb(world: World, parent: int, seconds: int) -> None:
    """Serve new stories at the rate, and kill at random moments until all kills are done."""
    dice = random.Random(20261123)
    moments = sorted(
        (dice.uniform(15, seconds), victim) for victim, times in KILLS.items() for _ in range(times)
    )
    loop = asyncio.get_running_loop()
    began, made = loop.time(), 0
    while moments or loop.time() - began < seconds:
        await asyncio.sleep(0.05)
        now = loop.time() - began
        while made < now * PER_SECOND:
            world.served.append(made)
            made += 1
        if moments and moments[0][0] <= now and kill(parent, moments[0][1]):
            print(f"{now:6.1f} s  killed {moments.pop(0)[1]}", flush=True)


def kill(parent: int, victim: str) -> bool:
    """Kill -9 a service or the broker; say whether it was there."""
    for process in psutil.Process(parent).children(recursive=True):
        try:
            words = process.cmdline()
        except psutil.Error:
            continue
        is_java = victim == "kafka" and process.name() == "java"
        if is_java or words[1:5] == ["-P", "-m", "wirewatch", victim]:
            process.kill()
            return True
    return False


async def settle(world: World) -> None:
    """Wait until every expected alert is there, or none has come for a minute."""
    expected = sum(map(matching, world.served))
    quiet, before = 0, -1
    while len(world.alerted) < expected and quiet < 60:
        await asyncio.sleep(1)
        quiet = quiet + 1 if len(world.alerted) == before else 0
        before = len(world.alerted)
    await asyncio.sleep(3)


def event(line: bytes) -> str:
    """Return the event of a log line."""
    try:
        return str(json.loads(line).get("event", ""))
    except ValueError:
        return "no log line"


def report(world: World, events: Counter[str]) -> None:
    """Print the account."""
    expected = {story(n, matching=True, size=1_000).headline for n in world.served if matching(n)}
    got = set(world.alerted)
    print(f"stories served              {len(world.served):>7}")
    print(f"alerts expected             {len(expected):>7}")
    print(f"alerts at the webhook       {len(got):>7}")
    print(f"lost                        {len(expected - got):>7}")
    print(f"not expected                {len(got - expected):>7}")
    print(f"distinct webhook-ids        {len(world.got):>7}")
    print(f"repeats of a webhook-id     {world.got.total() - len(world.got):>7}")
    print(f"restarts by the supervisor  {events['restarting']:>7}")


if __name__ == "__main__":
    options = Options(__doc__, takes="six minutes")
    options.number("seconds", 240, "seconds of stories")
    options.add_argument("folder", nargs="?", type=Path, help="where what is written stays")
    given = options.given()
    if given.folder:
        asyncio.run(main(given.seconds, given.folder))
    else:
        with tempfile.TemporaryDirectory() as name:
            asyncio.run(main(given.seconds, Path(name)))
