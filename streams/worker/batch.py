"""Records as Kafka holds them, free of any client's types, in chunks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record. `timestamp` is in seconds since the epoch."""

    topic: str
    partition: int
    offset: int
    timestamp: float
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def produced(self) -> datetime:
        """When the record was produced, in UTC."""
        return datetime.fromtimestamp(self.timestamp, UTC)


@dataclass(slots=True)
class Progress:
    """How far the work on a chunk is. Whoever works on it says so."""

    steps: int = 0
    """The records that are through the stage's step."""
    done: bool = False
    """Whether all that came of it is on Kafka."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of a topic, those of each partition in order, and how far the work on them is."""

    records: tuple[Record, ...]
    progress: Progress = field(default_factory=Progress)

    def __iter__(self) -> Iterator[Record]:
        """Go through the records."""
        return iter(self.records)

    def __len__(self) -> int:
        """Count the records."""
        return len(self.records)
