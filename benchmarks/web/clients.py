"""Many pages that are open at once: how soon a new alert is on them, and what the server takes.

The real `wirewatch web` serves them. Some of the pages read nothing of what they are sent. An
alert's time runs from right before it is written into the archive to where a page has read it.
"""

import asyncio
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import msgspec
import psutil

from benchmarks.support import stand
from benchmarks.support.options import Options
from streams.model.alert import AlertEvent
from tests.support.archived import archive
from tests.support.commands import environment
from tests.support.received import received
from tests.support.samples import sample_alert, sample_story
from tests.support.waiting import until
from wirewatch.archive.writer import writing
from wirewatch.archive.writing import write

PAGES, STALLED = 500, 20
ALERTS = 40
"""Alerts that come while the pages are open."""
EVERY = 0.5
"""Seconds between two of them."""
PATIENCE = 30.0
VIEWS = ("/alerts", "/stories", "/pairs", "/sources", "/watches")


def alert(number: int) -> AlertEvent:
    """Return an alert that is no other's."""
    event = sample_alert(sample_story(str(number)))
    return msgspec.structs.replace(event, alert=f"{number:032x}")


@contextmanager
def page(folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """Serve the page of an archive; return its port and process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "wirewatch", "web", "--json"]
    places = ["--listen", f"127.0.0.1:{port}", "--config", str(folder), "--data", str(folder)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, *places], stderr=log, env=environment({}))
    try:
        until(lambda: answers(port))
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def answers(port: int) -> bool:
    """Say whether the page is there."""
    try:
        return first_byte(port, "/alerts")[1] > 0
    except OSError:
        return False


def first_byte(port: int, path: str) -> tuple[float, int]:
    """Return the seconds until the first byte of a page, and the bytes of it on the wire."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        began = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        seconds = time.perf_counter() - began
        assert answer.status == HTTPStatus.OK, f"{path}: {answer.status}"
        return seconds, len(answer.read())
    finally:
        connection.close()


@dataclass
class OpenPage:
    """A page that looks on, and when it had read each alert."""

    reads: bool
    at: dict[str, float] = field(default_factory=dict)
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    has_all: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, port: int) -> None:
        """Open the stream of alerts, and read it or not."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        try:
            writer.write(b"GET /alerts/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            if not self.reads:
                self.is_open.set()
                await asyncio.Event().wait()
            while line := await reader.readline():
                self.is_open.set()
                if line.startswith(b'data: {"alert"'):
                    told = msgspec.json.decode(line.removeprefix(b"data: "))
                    self.at.setdefault(told["alert"], time.perf_counter())
                    if len(self.at) == ALERTS:
                        self.has_all.set()
        finally:
            writer.close()


async def look_on(folder: Path, port: int, pages: int, stalled: int) -> list[float]:
    """Open pages, let alerts come, and return the seconds each took to each page that reads."""
    opened = [OpenPage(reads=number >= stalled) for number in range(pages)]
    running = [asyncio.create_task(one.run(port)) for one in opened]
    await asyncio.gather(*(one.is_open.wait() for one in opened))
    began: dict[str, float] = {}
    with writing(folder) as db:
        for number in range(ALERTS):
            event = alert(1_000 + number)
            began[event.alert] = time.perf_counter()
            with db:
                db.execute("BEGIN IMMEDIATE")
                write(db, received(event, number))
            await asyncio.sleep(EVERY)
    reading = [one for one in opened if one.reads]
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(one.has_all.wait() for one in reading))
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    return [one.at[name] - began[name] for one in reading for name in began if name in one.at]


def main(pages: int, stalled: int) -> None:
    """Measure, and print the figures."""
    stand.begin()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive(folder, [alert(number) for number in range(50)])
        with page(folder) as (port, process):
            for path in VIEWS:
                took = [first_byte(port, path) for _ in range(5)]
                seconds = statistics.median(one for one, _ in took)
                print(f"{path}: first byte after {seconds * 1000:.0f} ms, {took[0][1]:,} bytes")
            before = process.memory_info().rss
            seen = sorted(asyncio.run(look_on(folder, port, pages, stalled)))
            after = process.memory_info().rss
    expected = (pages - stalled) * ALERTS
    print(f"{pages} pages, {stalled} of them read nothing, {ALERTS} alerts, one in {EVERY} s")
    print(f"{len(seen):,} of {expected:,} came; half within {seen[len(seen) // 2]:.2f} s,")
    print(f"99 % within {seen[int(len(seen) * 0.99)]:.2f} s, all within {seen[-1]:.2f} s")
    print(f"memory {before >> 20} MiB before, {after >> 20} MiB with all pages open")


if __name__ == "__main__":
    options = Options(__doc__, takes="a minute")
    options.number("pages", PAGES, "pages")
    options.number("stalled", STALLED, "pages that read nothing", kind=int)
    given = options.given()
    main(given.pages, given.stalled)
