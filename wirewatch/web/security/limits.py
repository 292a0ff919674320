"""How much one client may ask for."""

from collections import OrderedDict
from collections.abc import Callable

MOST_CLIENTS = 10_000
"""Clients that are remembered; beyond, the one that was quiet longest is forgotten."""


class RateLimit:
    """A bucket of tokens for each client: `burst` at once, then `each_second`."""

    def __init__(self, *, burst: float, each_second: float, clock: Callable[[], float]) -> None:
        """Begin with nobody known."""
        self._burst = burst
        self._rate = each_second
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Count one request; return how many seconds it comes too early, 0 if it may pass."""
        now = self._clock()
        left, then = self._left.pop(client, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        short = max(0.0, 1 - left)
        self._left[client] = (left if short else left - 1, now)
        if len(self._left) > MOST_CLIENTS:
            self._left.popitem(last=False)
        return short / self._rate
