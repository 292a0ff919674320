"""Ten thousand feeds at five minutes.

First the decisions alone, a day by a simulated clock; then `wirewatch poll` itself against
publishers on loopback in another process, with a real Kafka.
"""

import heapq
import random
import statistics
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import psutil

from benchmarks.support import publishers, stand
from benchmarks.support.options import Options
from connectors.http.fetch import Validators
from connectors.polling.feed import Feed
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.next_state import remember
from connectors.polling.poll import AT_ONCE
from connectors.polling.poll_queue import Agenda
from connectors.polling.poll_result import DocumentResult, PollResult
from streams.model.feed_health import FeedState
from wirewatch.local_kafka import PrivateKafka

INTERVAL = 300
DAY = 24 * 3600.0
LATE = 1.0
"""Seconds that a poll may come after its interval and not count as missed."""


def simulate(feeds: int, seconds: float = DAY, interval: int = INTERVAL) -> None:
    """Play a day by a clock of our own: polls take from 50 ms to 30 s, a few of them fail."""
    dice = random.Random(1)
    agenda, memories = Agenda(), dict[str, FeedMemory]()
    running: list[tuple[float, int, Feed]] = []
    polls, missed, failed, busiest = 0, 0, 0, 0
    latest = 0.0
    for number in range(feeds):
        feed = Feed(id=str(number), url=publishers.url(number, 80), source="", interval=interval)
        memories[feed.id] = FeedMemory(url=feed.url)
        agenda.add(feed, dice.random() * interval)
    now, began = 0.0, time.perf_counter()
    while now < seconds:
        while running and running[0][0] <= now:
            ended, _, feed = heapq.heappop(running)
            agenda.done(feed)
            memory = memories[feed.id]
            outcome = _outcome(dice, memory)
            failed += not outcome.state.readable
            memories[feed.id] = remember(memory, feed, outcome, now=ended, dice=dice.random())
            agenda.add(feed, memories[feed.id].next_poll)
        while len(running) < AT_ONCE and (found := agenda.take(now)) is not None:
            memory = memories[found.id]
            polls += 1
            if memory.last_ok is not None and not memory.failures:
                late = now - memory.last_ok - interval
                latest = max(latest, late)
                missed += late > LATE
            took = 30.0 if dice.random() < 0.001 else 0.05 + dice.expovariate(4.0)
            heapq.heappush(running, (now + took, polls, found))
        busiest = max(busiest, len(running))
        times = [running[0][0]] if running else []
        if len(running) < AT_ONCE and (at := agenda.next_time()) is not None:
            times.append(at)
        now = max(now, min(times))
    cost = time.perf_counter() - began
    print(
        f"simulated {seconds / 3600:.1f} h, {feeds} feeds: {polls} polls, {failed} failed,"
        f" {missed} missed, latest {latest:+.2f} s, {busiest} at once at most,"
        f" {1e6 * cost / polls:.0f} µs of decisions a poll"
    )


def _outcome(dice: random.Random, memory: FeedMemory) -> PollResult:
    roll = dice.random()
    if roll < 0.002:
        return PollResult(state=FeedState.HTTP_ERROR, status=503)
    if roll < 0.15 or memory.last_ok is None:
        read = DocumentResult(
            different=20, new=1 + int(3 * dice.random()), validators=Validators(etag="1")
        )
        return PollResult(read=read)
    return PollResult(detail="not modified")


def run(feeds: int, minutes: float) -> None:
    """Poll publishers on loopback with the real thing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = stand.free_port()
        (folder / "feeds.toml").write_text(
            "".join(
                f'[[feed]]\nid = "f{n}"\nurl = "{publishers.url(n, port)}"\nsource = "Outlet {n}"\n'
                f"interval = {INTERVAL}\n"
                for n in range(feeds)
            )
        )
        (folder / "wirewatch.toml").write_text(
            'allow_private_addresses = true\nlog_level = "warning"\n'
        )
        serve = (sys.executable, "-m", "benchmarks.support.publishers", str(feeds), str(port))
        poll = ("poll", "--config", name, "--data", str(folder / "data"))
        with (
            PrivateKafka(folder / "data" / "kafka") as kafka,
            stand.process(*serve, log=folder / "serve.log"),
            stand.process(
                *stand.wirewatch(*poll, "--kafka", kafka.address), log=folder / "poll.log"
            ) as process,
        ):
            watch(psutil.Process(process.pid), minutes)
            report(_record(port), feeds)
        print((folder / "poll.log").read_text()[-2_000:])


def watch(process: psutil.Process, minutes: float) -> None:
    """Print every minute what the poll process and its parsers take."""
    before, since = _cpu(process), time.monotonic()
    for _ in range(round(minutes)):
        time.sleep(60)
        cpu, now = _cpu(process), time.monotonic()
        own, parsers = ((new - old) / (now - since) for new, old in zip(cpu, before, strict=True))
        memory = process.memory_info().rss / 2**20
        print(f"  poll {own:.0%} of a core, parsers {parsers:.0%}, {memory:.0f} MiB", flush=True)
        before, since = cpu, now


def _cpu(process: psutil.Process) -> tuple[float, float]:
    own = process.cpu_times()
    children = [child.cpu_times() for child in process.children()]
    return own.user + own.system, sum(times.user + times.system for times in children)


def _record(port: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/record") as answer:
        found: dict[str, Any] = msgspec.json.decode(answer.read())
        return found


def report(record: dict[str, Any], feeds: int) -> None:
    """Say how well the polls kept their times."""
    gaps = [
        later - earlier
        for times in record["times"]
        for earlier, later in pairwise([*times, record["now"]])
    ]
    polls = Counter(len(times) for times in record["times"])
    late = sum(gap > INTERVAL + LATE for gap in gaps)
    print(
        f"{feeds} feeds: {sum(count * n for count, n in polls.items())} polls,"
        f" polls a feed {dict(sorted(polls.items()))}, {late} late by over {LATE:.0f} s,"
        f" longest gap {max(gaps):.0f} s, median {statistics.median(gaps):.0f} s;"
        f" asked without a condition more than once: {sum(n > 1 for n in record['unconditional'])}"
    )


if __name__ == "__main__":
    options = Options(__doc__, takes="a quarter of an hour")
    options.number("feeds", 10_000, "feeds")
    options.number("minutes", 10.0, "minutes of polling", kind=float)
    given = options.given()
    stand.begin()
    simulate(given.feeds)
    run(given.feeds, given.minutes)
