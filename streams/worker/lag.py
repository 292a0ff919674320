"""Where a worker's partitions stand on Kafka, and what it has yet to do there.

Faust can stall in silence after a rebalance or a broker outage (faust-streaming/faust#629, #523),
and commits can stick while results go on. The watchdog ends a worker whose work here doesn't
get on: it starts again from the committed offset, and nothing is lost.
"""

from collections.abc import Hashable, Mapping
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


def unfinished(positions: Mapping[Partition, Position]) -> dict[str, Hashable]:
    """Return what there is to do, in words, each with a mark that changes as it gets on."""
    work: dict[str, Hashable] = {}
    for (topic, partition), position in positions.items():
        name = f"{topic}/{partition}"
        if position.read < position.end:
            work[f"{name} is not read at offset {position.read}"] = position.read
        if position.working is not None:
            last, steps = position.working
            work[f"{name} is not processed at offset {last}"] = steps
        if position.committed < position.done:
            work[f"{name} is not committed at offset {position.committed}"] = position.committed
    return work
