"""Parse feeds in processes of their own: a feed that hangs or kills its parser harms no other.

Each worker takes one feed at a time, has a limit of time, and is replaced after 200 feeds,
since feedparser's memory only grows.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from connectors.sources.entry import NotAFeedError, Parsed
from connectors.sources.rss import parse

WORKERS = 2
SECONDS = 20.0
FEEDS_PER_WORKER = 200


class ParserPool:
    """A few parser processes. Close it in any case."""

    def __init__(self, workers: int = WORKERS, seconds: float = SECONDS) -> None:
        """Start no process yet: each comes with its first feed."""
        self._seconds = seconds
        self._idle: asyncio.Queue[ProcessPoolExecutor] = asyncio.Queue()
        self._all = [_worker() for _ in range(workers)]
        for worker in self._all:
            self._idle.put_nowait(worker)

    async def parse(self, body: bytes, url: str, content_type: str) -> Parsed:
        """Parse a feed. Raises `NotAFeedError`, also for a feed that no parser survives."""
        worker = await self._idle.get()
        try:
            loop = asyncio.get_running_loop()
            parsing = loop.run_in_executor(worker, parse, body, url, content_type)
            return await asyncio.wait_for(parsing, self._seconds)
        except TimeoutError:
            worker = self._replace(worker)
            raise NotAFeedError(f"not parsed after {self._seconds:.0f} s") from None
        except BrokenProcessPool:
            worker = self._replace(worker)
            raise NotAFeedError("it kills the parser") from None
        except asyncio.CancelledError:
            worker = self._replace(worker)
            raise
        finally:
            self._idle.put_nowait(worker)

    def close(self) -> None:
        """End all workers at once."""
        for worker in self._all:
            _end(worker)

    def _replace(self, worker: ProcessPoolExecutor) -> ProcessPoolExecutor:
        _end(worker)
        fresh = _worker()
        self._all[self._all.index(worker)] = fresh
        return fresh


def _worker() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        max_workers=1,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_prepare,
        max_tasks_per_child=FEEDS_PER_WORKER,
    )


def _end(worker: ProcessPoolExecutor) -> None:
    # A parser that hangs doesn't hear of a shutdown, and the executor has no way to kill.
    for process in list((worker._processes or {}).values()):
        process.kill()
    worker.shutdown(wait=False, cancel_futures=True)


def _prepare() -> None:
    """In the worker: leave Ctrl-C to the parent, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
