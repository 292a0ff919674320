"""The watchdog: a worker that stands still says so by ending.

Faust can stall in silence after a rebalance or a broker outage (faust-streaming/faust#629,
#523), and its commits can stick while results go on. Ending the process is the cure for
all of them: it starts again from the committed offset, and nothing is lost.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Position(NamedTuple):
    """Where a partition stands, in offsets."""

    end: int
    """The next record to be written."""
    read: int
    """The next record to be fetched."""
    working: int | None
    """The last record of the oldest chunk that an agent has yet to finish."""
    done: int
    """The record after the last finished one."""
    committed: int
    """The record that Kafka would go on from."""


Partition = tuple[str, int]


@dataclass
class Watchdog:
    """Remembers since when each partition has been waiting for something."""

    patience: float
    """Seconds without an advance after which a wait is a stall."""
    _waits: dict[tuple[Partition, str], tuple[int, float]] = field(default_factory=dict)

    def look(self, positions: Mapping[Partition, Position], now: float) -> str | None:
        """Give the reason to end, if any partition has waited too long without an advance."""
        waits = dict(_waiting(positions))
        self._waits = {
            wait: self._waits[wait] if self._waits.get(wait, (-1,))[0] == offset else (offset, now)
            for wait, offset in waits.items()
        }
        for ((topic, partition), what), (offset, since) in self._waits.items():
            if now - since >= self.patience:
                return f"{topic}/{partition} {what} at offset {offset} for {now - since:.0f} s"
        return None

    def forget(self) -> None:
        """Start anew: while the broker is away, waiting is right."""
        self._waits.clear()


def _waiting(
    positions: Mapping[Partition, Position],
) -> Iterator[tuple[tuple[Partition, str], int]]:
    for partition, position in positions.items():
        if position.read < position.end:
            yield (partition, "is not read"), position.read
        if position.working is not None:
            yield (partition, "is not processed"), position.working
        if position.committed < position.done:
            yield (partition, "is not committed"), position.committed
