"""A record as Kafka holds it, free of any client's types."""

from dataclasses import dataclass
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


Chunk = tuple[Record, ...]
"""Records of a topic, those of each partition in order."""
