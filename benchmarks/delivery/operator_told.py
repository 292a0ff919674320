"""Work, or Kafka, is stopped for good in a real run: after how long its operator knows.

`wirewatch run` as it ships, but for one feed on loopback and an operator with a webhook. Once a
canary has come through, the process is stopped, and so is each that the run starts in its place,
until the operator was told. Then they are let alone, and the all-clear is waited for.
"""

import os
import signal
import tempfile
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil

from benchmarks.program.idle import CONFIGURATION, serve, started
from benchmarks.support import stand
from benchmarks.support.options import Options
from tests.support.delivering import Receiver, block, receiving
from tests.support.waiting import until

WANTED = 180
"""Seconds within which the operator is to know."""
WORDS = {"work": "work", "kafka": "kafka.Kafka"}
LATE, BACK = "No canary comes through", "Canaries come through again"
LOOK_SECONDS = 0.2
PATIENCE = 900.0


class Stopper:
    """Stops a process below `top`, and what is started in its place, until it is told to end."""

    def __init__(self, top: int, word: str) -> None:
        """Begin at once."""
        self._top = psutil.Process(top)
        self._word = word
        self._over = threading.Event()
        self.stopped: set[int] = set()
        self._thread = threading.Thread(target=self._stop)
        self._thread.start()

    def _stop(self) -> None:
        while not self._over.is_set():
            for child in self._top.children(recursive=True):
                with suppress(psutil.Error, ProcessLookupError):
                    if child.pid not in self.stopped and self._word in child.cmdline():
                        os.kill(child.pid, signal.SIGSTOP)
                        self.stopped.add(child.pid)
            self._over.wait(LOOK_SECONDS)

    def end(self) -> None:
        """Let those go on that are still there, and stop no more."""
        self._over.set()
        self._thread.join()
        for pid in self.stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def told(operator: Receiver, title: str) -> int:
    """Return how many notices of a title came."""
    return [one["title"] for one in operator.digests].count(title)


def main(what: str) -> None:
    """Stop it, and say when the operator was told of it, and when of its end."""
    stand.begin()
    operator = Receiver()
    with (
        tempfile.TemporaryDirectory() as name,
        serve() as port,
        receiving(operator),
    ):
        folder = Path(name)
        (folder / "feeds.toml").write_text(CONFIGURATION.format(port=port))
        (folder / "wirewatch.toml").write_text("allow_private_addresses = true\n")
        subscriber = f"{block('operator', operator)}operator = true\n"
        (folder / "subscribers.toml").write_text(subscriber)
        with started(folder) as run:
            until((folder / "data" / "canary.json").exists, PATIENCE)
            stopper, began = Stopper(run.pid, WORDS[what]), time.monotonic()
            try:
                until(partial(told, operator, LATE), PATIENCE)
                seconds = time.monotonic() - began
                print(f"{what}: {len(stopper.stopped)} processes stopped", flush=True)
                print(f"the operator is told after {seconds:.0f} s, wanted {WANTED}", flush=True)
            finally:
                stopper.end()
            began = time.monotonic()
            until(partial(told, operator, BACK), PATIENCE)
            print(f"all clear {time.monotonic() - began:.0f} s after it may run again")
    print(f"notices: {[one['title'] for one in operator.digests]}")


if __name__ == "__main__":
    options = Options(__doc__, takes="four minutes")
    options.add_argument("what", choices=WORDS, help="what is stopped")
    main(options.given().what)
