"""Which offsets may be committed: those before the first record that isn't done."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from faust.types import TP

from streams.worker.batch import Progress


@dataclass
class InFlight:
    """The chunks handed over, by partition, oldest first.

    A chunk holds records of one or more partitions. The offset to commit for a partition is
    the one after the last chunk that is done with all before it: it never jumps over one.
    """

    _chunks: defaultdict[TP, deque[tuple[int, Progress]]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    _done: dict[TP, int] = field(default_factory=dict)
    _committed: dict[TP, int] = field(default_factory=dict)

    def add(self, lasts: Mapping[TP, int]) -> Progress:
        """Take in a chunk by its last offset of each partition."""
        progress = Progress()
        for tp, last in lasts.items():
            self._chunks[tp].append((last, progress))
        return progress

    def restart(self, committed: Mapping[TP, int]) -> None:
        """Forget all chunks: reading begins again at these offsets."""
        self._chunks.clear()
        self._done = dict(committed)
        self._committed = dict(committed)

    def to_commit(self) -> dict[TP, int]:
        """Return the offsets that may be committed and aren't yet."""
        for tp, chunks in self._chunks.items():
            while chunks and chunks[0][1].done:
                last, _ = chunks.popleft()
                self._done[tp] = last + 1
        return {
            tp: offset for tp, offset in self._done.items() if offset > self._committed.get(tp, -1)
        }

    def committed(self, offsets: Mapping[TP, int]) -> None:
        """Note what Kafka has taken."""
        self._committed.update(offsets)

    def standing(self, tp: TP) -> tuple[tuple[int, int] | None, int, int]:
        """Return the oldest chunk (its last offset, its steps), what is done, what is committed."""
        self.to_commit()
        chunks = self._chunks[tp]
        oldest = (chunks[0][0], chunks[0][1].steps) if chunks else None
        committed = self._committed.get(tp, 0)
        return oldest, self._done.get(tp, committed), committed
