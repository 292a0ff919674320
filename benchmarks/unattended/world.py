"""The world of a run: feeds that change by the plan, subscribers, the program, what is measured."""

import asyncio
import base64
import random
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.support import stand
from benchmarks.unattended import stories
from benchmarks.unattended.faults import Faults, plan
from benchmarks.unattended.feeds import FLOOD, Entry
from benchmarks.unattended.judge import Expected, Sample, behind
from benchmarks.unattended.program import Offsets, Program, read_stories
from benchmarks.unattended.servers import Feeds, Receivers, host, serve

SUBSCRIBERS = ("desk", "wire")
INTERVAL = 3
EDIT_SECONDS, FLOOD_SECONDS = 2.0, 120.0
EDIT_AFTER, KILL_AFTER = 20.0, 10.0
COPY_SECONDS = 30.0
LOOK_SECONDS, MEMORY_SECONDS = 5.0, 30.0
LONGER_SECONDS, TAIL_SECONDS = 600.0, 20.0
"""How long stories may go on while faults take longer than planned, and do after the last one."""
START_SECONDS, SETTLE_SECONDS = 180.0, 180.0
LEAST_SETTLE_SECONDS = 50.0
"""In which a feed is read again whose server hung just now."""


class World:
    """All of it, with one clock: seconds since it was made."""

    def __init__(
        self, folder: Path, *, seconds: float, mode: str, seed: int, news_every: float
    ) -> None:
        """Plan everything. `news_every` is the time between stories that nobody watches for."""
        self._news_every = news_every
        self._folder = folder
        self._seconds = seconds
        self._dice = random.Random(seed)
        self._began = time.monotonic()
        self.feeds = Feeds()
        secrets = {
            name: "whsec_" + base64.b64encode(self._dice.randbytes(32)).decode()
            for name in SUBSCRIBERS
        }
        self._secrets = secrets
        self.receivers = Receivers(secrets, self.clock, moody=mode != "none")
        numbers = [feed.number for feed in self.feeds.feeds]
        self.events = list(stories.events(self._dice, seconds + LONGER_SECONDS, numbers))
        self.faults_planned = plan(self._dice, mode, seconds)
        self.program = Program(folder)
        self.faults = Faults(self.program, self.clock, folder / "data")
        self.expected: dict[str, Expected] = {}
        self.samples: list[Sample] = []
        self.memory: list[tuple[float, Counter[str]]] = []
        """What each part took, in KiB, at a time."""
        self.letters = 0
        self.stories: list[tuple[str, str, str]] = []
        self.flow_began = 0.0
        self._first: dict[str, tuple[stories.Event, Entry]] = {}
        self._others: list[tuple[int, Entry]] = []
        self._offsets = Offsets()

    def clock(self) -> float:
        """Return the time."""
        return time.monotonic() - self._began

    async def run(self) -> tuple[int | None, float]:
        """Start, flow with all faults, settle, stop: the exit code, and how long that took."""
        port = stand.free_port()
        runner = await serve(self.feeds, self.receivers, port)
        looking = None
        try:
            self._configure(port)
            for feed in self.feeds.feeds:
                for _ in range(5):
                    feed.add(stories.news(self._dice), datetime.now(UTC))
            self.program.start()
            looking = asyncio.create_task(self._look())
            await self._until_read()
            await self._flow()
            await self._settle()
            if self.program.kafka:
                self.stories = await asyncio.to_thread(read_stories, self.program.kafka)
        finally:
            if looking is not None:
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)
            ended = await self.program.stop()
            self.program.hear()
            await runner.cleanup()
        return ended

    def _configure(self, port: int) -> None:
        def write(name: str, text: str) -> None:
            (self._folder / name).write_text(text, "utf-8")

        write("wirewatch.toml", "allow_private_addresses = true\n")
        feeds = (
            f'[[feed]]\nid = "{feed.temper.name}"\nsource = "Outlet {feed.number}"\n'
            # A wire's slugs count there: KILL takes a story back.
            f"wire = true\ninterval = {INTERVAL}\n"
            f'url = "http://{host(feed.number)}:{port}/feed/{feed.number}"\n'
            for feed in self.feeds.feeds
        )
        write("feeds.toml", "\n".join(feeds))
        watches = (
            f'[[watch]]\nid = "{event.watch}"\ntitle = "{event.pair} defense, {event.code}"\n'
            f'pair = {event.pair.split("-")}\ntopics = ["defense"]\nwords = ["{event.code}"]\n'
            for event in self.events
        )
        write("watches.toml", "\n".join(watches))
        for name, secret in self._secrets.items():
            secret_file = self._folder / f"{name}.secret"
            secret_file.touch(mode=0o600)
            secret_file.write_text(secret, "ascii")
        subscribers = (
            f'[[subscriber]]\nid = "{name}"\nkind = "webhook"\nsecret_file = "{name}.secret"\n'
            f'url = "http://127.0.0.1:{port}/hook/{name}"\n'
            for name in SUBSCRIBERS
        )
        write("subscribers.toml", "\n".join(subscribers))

    async def _until_read(self) -> None:
        """Wait until every feed was read once: what it holds before that raises no alert."""
        deadline = self.clock() + START_SECONDS
        while not self.feeds.read_twice:
            if self.clock() > deadline or not self.program.alive:
                late = [feed.temper.name for feed in self.feeds.feeds if feed.given < 2]
                raise TimeoutError(f"not read twice: {', '.join(late)}")
            await asyncio.sleep(0.5)
        await asyncio.sleep(INTERVAL)

    async def _flow(self) -> None:
        """Publish what is planned, until it is and every fault is done."""
        self.flow_began = began = self.clock()
        doing = asyncio.create_task(self.faults.run(self.faults_planned))
        due = [(event.at, event.feeds[0], event) for event in self.events]
        for event in self.events:
            due += [
                (event.at + self._dice.uniform(0, COPY_SECONDS), feed, event)
                for feed in event.feeds[1:]
            ]
        due.sort(key=lambda one: one[0])
        news, edits, floods = 0.0, EDIT_SECONDS, FLOOD_SECONDS / 2
        try:
            while (now := self.clock() - began) < self._seconds or self._disturbed(doing):
                while due and due[0][0] <= now:
                    _, number, event = due.pop(0)
                    self._publish(number, event)
                while news <= now:
                    self._tell(self._dice.randrange(len(self.feeds.feeds)), 1)
                    news += self._news_every
                while edits <= now:
                    self._edit_other()
                    edits += EDIT_SECONDS
                while floods <= now:
                    flooding = [f.number for f in self.feeds.feeds if f.temper.floods]
                    self._tell(self._dice.choice(flooding), FLOOD)
                    floods += FLOOD_SECONDS
                self._follow_up()
                await asyncio.sleep(0.2)
            if doing.done():
                doing.result()
        finally:
            doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)

    def _disturbed(self, doing: "asyncio.Task[None]") -> bool:
        """Say whether faults are to come, or one was just now."""
        if self.clock() - self.flow_began > self._seconds + LONGER_SECONDS:
            return False
        done = self.faults.done
        return not doing.done() or bool(done and self.clock() < done[-1].ended + TAIL_SECONDS)

    def _publish(self, number: int, event: stories.Event) -> None:
        feed = self.feeds.feeds[number]
        for copy in range(event.outlets):
            outlet = f" - Paper {number * event.outlets + copy}" if event.outlets > 1 else ""
            text = replace(event.text, headline=event.text.headline + outlet)
            entry = feed.add(text, datetime.now(UTC))
            if event.watch not in self.expected:
                self.expected[event.watch] = Expected(watch=event.watch, at=self.clock())
                self._first[event.watch] = event, entry

    def _tell(self, number: int, times: int) -> None:
        for _ in range(times):
            entry = self.feeds.feeds[number].add(stories.news(self._dice), datetime.now(UTC))
        self._others = [*self._others[-200:], (number, entry)]

    def _edit_other(self) -> None:
        """Edit a story that nobody watches for: its headline or its body."""
        if self._others:
            number, entry = self._dice.choice(self._others)
            more = stories.news(self._dice)
            changed = self._dice.choice(
                (
                    replace(entry.text, headline=f"{entry.text.headline}, {more.headline.lower()}"),
                    replace(entry.text, body=f"{entry.text.body} {more.body[:80]}"),
                )
            )
            self.feeds.feeds[number].edit(entry, changed)

    def _follow_up(self) -> None:
        """Edit or kill, where that is planned, once everyone has the alert."""
        got = {
            (one.subscriber, one.watch): one.at
            for one in reversed(self.receivers.received)
            if one.taken and one.kind == "opened"
        }
        now = self.clock()
        for watch, (event, entry) in list(self._first.items()):
            expected, feed = self.expected[watch], self.feeds.feeds[event.feeds[0]]
            if event.edit is not None and now > expected.at + EDIT_AFTER:
                feed.edit(entry, event.edit)
                self.expected[watch] = replace(expected, edited=True)
            elif event.killed:
                times = [got.get((name, watch)) for name in SUBSCRIBERS]
                if None in times or now < max(time or 0.0 for time in times) + KILL_AFTER:
                    continue
                feed.edit(entry, stories.kill(event.text))
                self.expected[watch] = replace(expected, killed=True)
            elif event.edit is not None:
                continue
            del self._first[watch]

    async def _settle(self) -> None:
        """Wait until every alert is there and Kafka is read to its end, twice in a row."""
        began, calm = self.clock(), 0
        while calm < 2 or self.clock() < began + LEAST_SETTLE_SECONDS:
            if self.clock() > began + SETTLE_SECONDS:
                break
            await asyncio.sleep(LOOK_SECONDS)
            taken = {
                (one.subscriber, one.watch, one.kind)
                for one in self.receivers.received
                if one.taken
            }
            wanted = {
                (name, one.watch, kind)
                for one in self.expected.values()
                for name in SUBSCRIBERS
                for kind in ("opened", *(["withdrawn"] if one.killed else []))
            }
            last = self.samples[-1] if self.samples else None
            calm = calm + 1 if wanted <= taken and not behind(last) else 0

    async def _look(self) -> None:
        """Take the program's measure, every few seconds."""
        memory_at = 0.0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.program.hear()
            if self.flow_began:
                self.program.keep()
            if self.program.kafka:
                told = await asyncio.to_thread(self._offsets.ask, self.program.kafka, self.clock())
                if told is not None:
                    self.samples.append(told[0])
                    self.letters = told[1]
            if self.clock() >= memory_at and self.flow_began:
                sizes = await asyncio.to_thread(self.program.memory)
                self.memory.append((self.clock(), sizes))
                memory_at = self.clock() + MEMORY_SECONDS
