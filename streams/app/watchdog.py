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
    working: tuple[int, int] | None
    """The oldest chunk that isn't done: its last record, and how many are through the step."""
    done: int
    """The record after the last finished one."""
    committed: int
    """The record that Kafka would go on from."""


Partition = tuple[str, int]
Place = tuple[int, int]
"""An offset, and how far the work there has come."""


@dataclass
class Watchdog:
    """Remembers since when each partition has been waiting for something."""

    patience: float
    """Seconds without an advance after which a wait is a stall."""
    _waits: dict[tuple[Partition, str], tuple[Place, float]] = field(default_factory=dict)

    def look(self, positions: Mapping[Partition, Position], now: float) -> str | None:
        """Give the reason to end, if any partition has waited too long without an advance."""
        waits = dict(_waiting(positions))
        self._waits = {
            wait: self._waits[wait] if self._waits.get(wait, (-1,))[0] == place else (place, now)
            for wait, place in waits.items()
        }
        for ((topic, partition), what), ((offset, _), since) in self._waits.items():
            if now - since >= self.patience:
                return f"{topic}/{partition} {what} at offset {offset} for {now - since:.0f} s"
        return None

    def forget(self) -> None:
        """Start anew: while the broker is away, waiting is right."""
        self._waits.clear()


def _waiting(
    positions: Mapping[Partition, Position],
) -> Iterator[tuple[tuple[Partition, str], Place]]:
    for partition, position in positions.items():
        if position.read < position.end:
            yield (partition, "is not read"), (position.read, 0)
        if position.working is not None:
            yield (partition, "is not processed"), position.working
        if position.committed < position.done:
            yield (partition, "is not committed"), (position.committed, 0)
