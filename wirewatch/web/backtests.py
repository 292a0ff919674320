"""Back-tests that pages ask for: one at a time, each in a process of its own, the last ones kept.

A process ends with its back-test in every outcome: when it is done, stopped or takes too long, when
the server stops, and by itself when the server is killed.
"""

import asyncio
import secrets
import sys
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import msgspec
import structlog

from streams.model.watch import Watch
from wirewatch.history.backtest import (
    BacktestFailure,
    BacktestMessage,
    BacktestPlan,
    BacktestProgress,
    BacktestResult,
)
from wirewatch.web.security.limits import RateLimit

log = structlog.get_logger()

COMMAND = (sys.executable, "-P", "-m", "wirewatch.history.backtest_process")
LIMIT_SECONDS = 600.0
KEPT = 10
"""Back-tests whose result can still be looked at."""
LONGEST_LINE = 4 << 20
"""Bytes in a line of the process: a result is one line."""
STOPPED = "it was stopped"
BacktestEnd = BacktestResult | BacktestFailure
_decoder = msgspec.json.Decoder(BacktestMessage)


class BusyError(Exception):
    """Another back-test is under way."""

    def __init__(self, running: "WebBacktest") -> None:
        """Say which."""
        super().__init__(running.id)
        self.running = running


@dataclass
class WebBacktest:
    """A back-test, and how far it is."""

    id: str
    plan: BacktestPlan
    text: str
    """The draft as it was written."""
    days: int
    progress: BacktestProgress | None = None
    end: BacktestEnd | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once by the next change; then another one stands here."""
    readers: int = 0
    """Pages that look on."""

    @property
    def draft(self) -> Watch:
        """What is tried."""
        return self.plan.draft

    @property
    def share(self) -> float:
        """How much of the time has been gone through, 0 to 1."""
        if self.end is not None:
            return 1.0
        return 0.0 if self.progress is None else _share(self.plan, self.progress.at)

    def advance(self, progress: BacktestProgress) -> None:
        """Take in how far it is, and tell those who look on."""
        self.progress = progress
        self._tell()

    def finish(self, end: BacktestEnd) -> None:
        """Take in how it ended, and tell those who look on."""
        self.end = end
        self._tell()

    def _tell(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


def _share(plan: BacktestPlan, at: datetime) -> float:
    whole = (plan.until - plan.since).total_seconds()
    return min(max((at - plan.since).total_seconds() / whole, 0.0), 1.0) if whole else 0.0


class Backtests:
    """The back-tests of a server."""

    def __init__(self, limit_seconds: float = LIMIT_SECONDS) -> None:
        """Begin with none."""
        self._limit = limit_seconds
        self._kept: OrderedDict[str, WebBacktest] = OrderedDict()
        self._running: tuple[WebBacktest, asyncio.Task[BacktestEnd]] | None = None
        self.starts = RateLimit(burst=6, each_second=0.1, clock=time.monotonic)
        """How often one client may begin one."""

    @property
    def running(self) -> WebBacktest | None:
        """The one that is under way."""
        return None if self._running is None else self._running[0]

    def get(self, name: str) -> WebBacktest | None:
        """Return one of the last ones."""
        return self._kept.get(name)

    def last(self) -> list[WebBacktest]:
        """Return those that can be looked at, the newest first."""
        return list(reversed(self._kept.values()))

    def start(self, plan: BacktestPlan, text: str, days: int) -> WebBacktest:
        """Begin one. Raises `BusyError` while another is under way."""
        if (running := self.running) is not None:
            raise BusyError(running)
        one = WebBacktest(secrets.token_hex(8), plan, text, days)
        self._kept[one.id] = one
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        task = asyncio.create_task(self._run(one))
        task.add_done_callback(partial(self._ended, one))
        self._running = one, task
        return one

    async def stop(self, name: str) -> None:
        """Stop one, if it is under way, and return when its process has ended."""
        if self._running is not None and self._running[0].id == name:
            task = self._running[1]
            task.cancel()
            await asyncio.wait({task})

    async def close(self) -> None:
        """Stop what is under way: the server ends."""
        if (running := self.running) is not None:
            await self.stop(running.id)

    def _ended(self, one: WebBacktest, task: asyncio.Task[BacktestEnd]) -> None:
        self._running = None
        one.finish(BacktestFailure(because=STOPPED) if task.cancelled() else task.result())

    async def _run(self, one: WebBacktest) -> BacktestEnd:
        """Run one, and return how it ended, once its process is gone."""
        try:
            async with asyncio.timeout(self._limit):
                return await _follow(one)
        except TimeoutError:
            minutes = f"{self._limit / 60:.0f} minutes"
            return BacktestFailure(because=f"it took longer than {minutes}: choose fewer days")
        except Exception as error:
            log.exception("backtest_failed")
            return BacktestFailure(because=f"its process can't be run: {error}")


async def _follow(one: WebBacktest) -> BacktestEnd:
    """Run a plan in a process of its own until that ends; return what it said at the end."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=pipe, stdout=pipe, limit=LONGEST_LINE, start_new_session=True
    )
    if process.stdin is None or process.stdout is None:
        raise OSError("it has no pipes")
    end: BacktestEnd | None = None
    try:
        process.stdin.write(msgspec.json.encode(one.plan) + b"\n")
        with suppress(ConnectionError):  # it has ended: what it said last tells why
            await process.stdin.drain()
        async for line in process.stdout:
            message = _decoder.decode(line)
            if isinstance(message, BacktestProgress):
                one.advance(message)
            else:
                end = message
        await process.wait()
    except BaseException:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await asyncio.shield(process.wait())
        raise
    if end is None:
        log.error("backtest_process_died", code=process.returncode)
        end = BacktestFailure(because="its process ended before it was done: choose fewer days")
    return end
