"""Take brokers of a cluster of three away under load, and count what a webhook gets.

`wirewatch run` with two workers on three brokers of loopback, which the topics are kept on three
times, two of which must have a record. Stories come at a steady rate, every tenth with an alert of
its own: most by poll's sender from here, one in fifty by a feed. Meanwhile each broker is restarted
in its turn, one that leads is killed, one is away for minutes, two of three are away. The exit code
is 1 when an alert is missing, or came under two ids.
"""

import asyncio
import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.cluster.flow import Flow
from benchmarks.cluster.judge import Fault, account
from benchmarks.support import stand
from benchmarks.support.brokers import BROKERS, Cluster, on_loopback
from benchmarks.support.options import Options
from benchmarks.unattended.judge import table
from benchmarks.unattended.program import Program
from connectors.kafka import ensure_topics
from streams.contract.topics import ALERTS, MATCHES, STORIES, TAGGED

FLOWING = (STORIES.name, TAGGED.name, MATCHES.name, ALERTS.name, "__consumer_offsets")
CALM_SECONDS = 20.0
DOWN_SECONDS = 10.0
MINORITY_SECONDS = 45.0
QUIET_SECONDS = 90.0
START_SECONDS = 180.0
UP = ("work-0 working", "work-1 working", "deliver delivering", "poll feed_polled")
"""Until then, an alert is an old one, and an entry of a feed none that it brought."""


class Faults:
    """Does one fault after the other, and writes down when."""

    def __init__(self, cluster: Cluster, data: Path) -> None:
        """Do nothing yet."""
        self._cluster = cluster
        self._data = data
        self.done: list[Fault] = []
        self.told = ""

    async def all(self, gone: float) -> None:
        """Do them all, with calm between."""
        await asyncio.sleep(CALM_SECONDS)
        for node in BROKERS:
            await self._without(f"restart of broker {node}", [node], DOWN_SECONDS, kill=False)
        for topic in (ALERTS.name, STORIES.name):
            leader = await asyncio.to_thread(self._cluster.leads, topic)
            await self._without(f"kill -9 of the leader of {topic}-0", [leader], DOWN_SECONDS)
        await self._without(f"one broker gone for {gone:.0f} s", [1], gone)
        await self._without("two of three gone", [2, 3], MINORITY_SECONDS)

    async def _without(
        self,
        name: str,
        nodes: Sequence[int],
        seconds: float,
        *,
        kill: bool = True,
    ) -> None:
        began = time.time()
        for node in nodes:
            await asyncio.to_thread(self._cluster.kill if kill else self._cluster.stop, node)
        down = time.time()
        if len(nodes) > 1:
            await asyncio.sleep(seconds / 2)
            self.told = await self._status()
        await asyncio.sleep(max(0.0, down + seconds - time.time()))
        back = time.time()
        for node in nodes:
            self._cluster.start(node)
        await asyncio.to_thread(self._cluster.until_whole, FLOWING)
        fault = Fault(name, began, down, back, whole=time.time(), stands=len(nodes) > 1)
        self.done.append(fault)
        print(
            f"{name}: away {back - began:.0f} s, whole {fault.whole - back:.0f} s later", flush=True
        )
        await asyncio.sleep(CALM_SECONDS)

    async def _status(self) -> str:
        command = stand.wirewatch("status", "--config", str(self._data))
        asked = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await asked.communicate()
        return said.decode()


async def run(folder: Path, cluster: Cluster, *, rate: float, gone: float) -> int:
    """Run it all; give the exit code."""
    flow = Flow(cluster.access, rate)
    program, faults = Program(folder, "--workers", "2"), Faults(cluster, folder)
    await flow.open(folder)
    flowing = None
    try:
        program.start()
        await _until_up(program)
        flowing = asyncio.create_task(flow.flow())
        watching = asyncio.create_task(_watch(program))
        await faults.all(gone)
        flow.end()
        await flowing
        await _settle(flow)
        watching.cancel()
        code, seconds = await program.stop()
        program.hear()
        lines = account(flow, program, faults.done, cluster.access, code=code, seconds=seconds)
    except TimeoutError as error:
        print(f"FAULT: {error}\n{program.last_words()}")
        return 1
    finally:
        if flowing is not None:
            flowing.cancel()
        program.clean_up()
        await flow.close()
    print(f"`wirewatch status` while two were away:\n{faults.told}\n{table(lines)}")
    return int(any(line.good is False for line in lines))


async def _until_up(program: Program) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not set(UP) <= set(program.events):
        program.hear()
        if not program.alive or time.monotonic() > deadline:
            raise TimeoutError("wirewatch isn't up")
        await asyncio.sleep(0.5)


async def _watch(program: Program) -> None:
    while True:
        await asyncio.sleep(1)
        program.hear()
        program.keep()


async def _settle(flow: Flow) -> None:
    """Wait until every expected alert is there, or none has come for a while."""
    since, before = time.monotonic(), -1
    while flow.missing() and time.monotonic() - since < QUIET_SECONDS:
        await asyncio.sleep(0.5)
        if len(flow.arrived) != before:
            since, before = time.monotonic(), len(flow.arrived)
    await asyncio.sleep(3)


def main() -> int:
    """Do it."""
    options = Options(__doc__, takes="a quarter of an hour")
    options.add_argument("--rate", type=float, default=100.0, help="stories a second (%(default)s)")
    options.add_argument(
        "--gone", type=float, default=300.0, help="seconds that one is away (%(default)s)"
    )
    options.add_argument("--keep", action="store_true", help="keep the folder with the logs")
    given = options.given()
    stand.begin()
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    print(f"{given.rate:g} stories a second, in {folder}", flush=True)
    try:
        with on_loopback(folder) as cluster:
            ensure_topics(cluster.access)
            return asyncio.run(run(folder, cluster, rate=given.rate, gone=given.gone))
    finally:
        if not given.keep:
            with suppress(OSError):
                shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
