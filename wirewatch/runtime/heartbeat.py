"""A service's sign of life: a byte now and then, on a pipe that only its parent reads.

A service that stands still in its work ends by its own watchdog. One that doesn't run at all
(stopped by a signal, frozen) can't: then its parent must notice.
"""

import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

HEARTBEAT = "WIREWATCH_HEARTBEAT"
"""Names in a child's environment the descriptor that it beats on."""
BEAT_SECONDS = 5.0


def begin_beating() -> None:
    """Beat for as long as this process runs, if its parent wants that.

    It has a thread of its own: a busy event loop is no standstill.
    """
    descriptor = os.environ.pop(HEARTBEAT, "")
    if descriptor:
        threading.Thread(target=_beat, args=(int(descriptor),), daemon=True).start()


def _beat(descriptor: int) -> None:
    with suppress(OSError):  # the parent is gone
        while os.write(descriptor, b"."):
            time.sleep(BEAT_SECONDS)


@dataclass
class Beats:
    """Tells which children have been silent for too long. Pure."""

    patience: float
    _since: float = 0.0
    _looked: float | None = None

    def silent(self, last: Mapping[str, float], now: float) -> list[str]:
        """Return those whose last beat is too old; `now` and the beats are of one clock."""
        if self._looked is not None and now - self._looked > self.patience / 4:
            # This process itself was stopped, or the machine slept: what was said meanwhile
            # has yet to be read.
            self._since = now
        self._looked = now
        return [name for name, at in last.items() if now - max(at, self._since) > self.patience]
