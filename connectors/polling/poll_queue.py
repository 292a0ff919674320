"""Which feed to poll next: a heap of times, and no host asked too much at once. Pure."""

import heapq
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field

from connectors.http.origin import server_of
from connectors.polling.feed import Feed

AT_ONCE_PER_HOST = 2
AT_WILL, PAUSE = 10, 0.5
"""A host gets so many polls in a row, and from then on one in so many seconds."""


@dataclass
class _Host:
    """What a host is asked. `paid` is the time up to which its polls are accounted for."""

    running: int = 0
    paid: float = 0.0
    waiting: deque[Feed] = field(default_factory=deque)
    listed: bool = False

    @property
    def free_at(self) -> float:
        return self.paid - (AT_WILL - 1) * PAUSE


class Agenda:
    """Feeds with the times they are due, in seconds of any clock."""

    def __init__(self) -> None:
        """Start with no feed."""
        self._due: list[tuple[float, int, Feed]] = []
        self._free: list[tuple[float, int, _Host]] = []
        self._hosts: dict[str, _Host] = {}
        self._count = 0

    def add(self, feed: Feed, at: float) -> None:
        """Put a feed down for a time. It comes up once, until it is added again."""
        heapq.heappush(self._due, (at, self._next(), feed))

    def take(self, now: float) -> Feed | None:
        """Return a feed that is due and whose host has room; it runs until `done`."""
        while self._due and self._due[0][0] <= now:
            feed = heapq.heappop(self._due)[2]
            host = self._host(feed)
            host.waiting.append(feed)
            self._list(host)
        while self._free and self._free[0][0] <= now:
            host = heapq.heappop(self._free)[2]
            host.listed = False
            if host.waiting:  # else all that it waited for was dropped
                host.running += 1
                host.paid = max(host.paid, now) + PAUSE
                feed = host.waiting.popleft()
                self._list(host)
                return feed
        return None

    def drop(self, ids: Collection[str]) -> dict[str, float]:
        """Take feeds off; give when each was due, nothing for those that run or aren't there."""
        if not ids:
            return {}
        times = {feed.id: at for at, _, feed in self._due if feed.id in ids}
        self._due = [entry for entry in self._due if entry[2].id not in ids]
        heapq.heapify(self._due)
        for host in self._hosts.values():
            times |= {feed.id: 0.0 for feed in host.waiting if feed.id in ids}
            host.waiting = deque(feed for feed in host.waiting if feed.id not in ids)
        return times

    def done(self, feed: Feed) -> None:
        """Make room at a feed's host again."""
        host = self._host(feed)
        host.running -= 1
        self._list(host)

    def next_time(self) -> float | None:
        """Return when `take` may have something, `None` if not before `add` or `done`."""
        return min((heap[0][0] for heap in (self._due, self._free) if heap), default=None)

    def _host(self, feed: Feed) -> _Host:
        return self._hosts.setdefault(server_of(feed.url), _Host())

    def _list(self, host: _Host) -> None:
        """List a host, once, by when it may be asked, if it is to be asked at all."""
        if host.waiting and host.running < AT_ONCE_PER_HOST and not host.listed:
            host.listed = True
            heapq.heappush(self._free, (host.free_at, self._next(), host))

    def _next(self) -> int:
        """Number what goes into a heap: things of one time come in their order."""
        self._count += 1
        return self._count
