"""When to stop: Ctrl-C, SIGTERM, or the end of the parent."""

import asyncio
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from connectors.background import in_thread
from wirewatch.runtime.exit_codes import INTERRUPTED
from wirewatch.runtime.heartbeat import begin_beating
from wirewatch.runtime.parent_run import has_parent_run

ORPHAN_SECONDS = 10.0
"""What a process whose parent is gone has to finish in."""
PULSE = "alive"
"""A file in a service's data folder, touched while its event loop turns: for health checks."""
PULSE_SECONDS = 5.0


Result = TypeVar("Result")


def run_until_stopped(
    main: Coroutine[Any, Any, Result],
    stop: asyncio.Event,
    data: Path | None = None,
    at_once: Callable[[], None] | None = None,
) -> Result:
    """Run `main`, and set `stop` when asked to; a second Ctrl-C doesn't wait.

    With a `data` folder, its file `alive` is as old as the last turn of the event loop. What must
    not be left behind by the second Ctrl-C is ended by `at_once`.
    """
    try:
        return asyncio.run(_run(main, stop, data, at_once))
    finally:
        # Python looks through all that is loaded once more as it ends, to free it: on a machine
        # with other things to do that takes seconds, after all is done and closed.
        gc.freeze()


async def _run(
    main: Coroutine[Any, Any, Result],
    stop: asyncio.Event,
    data: Path | None,
    at_once: Callable[[], None] | None,
) -> Result:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _ask, stop, at_once)
    if has_parent_run():
        threading.Thread(target=_until_parent_ends, args=(loop, stop), daemon=True).start()
        begin_beating()
    beating = asyncio.create_task(_beat(data / PULSE)) if data else None
    try:
        return await main
    finally:
        if beating is not None:
            beating.cancel()


async def _beat(pulse: Path) -> None:
    while True:
        await in_thread(_touch, pulse)
        await asyncio.sleep(PULSE_SECONDS)


def _touch(pulse: Path) -> None:
    pulse.parent.mkdir(parents=True, exist_ok=True)
    pulse.touch()


@contextmanager
def stop_asked() -> Iterator[threading.Event]:
    """Return what is set by Ctrl-C or SIGTERM, without an event loop; a second one doesn't wait."""
    stop = threading.Event()

    def ask(*_: object) -> None:
        _ask(stop)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ask(stop: asyncio.Event | threading.Event, at_once: Callable[[], None] | None = None) -> None:
    if not stop.is_set():
        stop.set()
        return
    if at_once is not None:
        at_once()
        os._exit(INTERRUPTED)
    sys.exit(INTERRUPTED)


def _until_parent_ends(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """The parent holds the other end of our standard input, and never writes."""
    while os.read(0, 1):  # not by sys.stdin: a thread inside it can't be left at exit
        pass
    loop.call_soon_threadsafe(stop.set)
    time.sleep(ORPHAN_SECONDS)
    os._exit(1)
