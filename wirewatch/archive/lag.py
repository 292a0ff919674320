"""How far the archive is behind Kafka."""

from pathlib import Path

from connectors.kafka.lag import TopicLag, topic_lag
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import ALERTS, TAGGED
from wirewatch.archive.layout import FILE
from wirewatch.archive.log_positions import positions
from wirewatch.archive.queries import reading

TOLD_OF = (TAGGED, ALERTS)
"""The topics that tell how far it is: the others have little, and come with these."""


def archive_lag(
    data: Path, kafka: KafkaAccess, prefix: str, *, oldest: bool = True
) -> list[TopicLag]:
    """Return how far the archive of a data folder is with each topic; nothing if there is none.

    Raises `ArchiveError`, `OtherLayoutError` and `KafkaError`. Blocks.
    """
    if not (data / FILE).exists():
        return []
    with reading(data) as db:
        read = {topic: positions(db, topic.name) for topic in TOLD_OF}
    return [
        topic_lag(kafka, topic, None, prefix=prefix, positions=read[topic], oldest=oldest)
        for topic in TOLD_OF
    ]


def archive_bytes(data: Path) -> int:
    """Return the size of the archive on the disk; 0 if there is none."""
    parts = (data / f"{FILE}{suffix}" for suffix in ("", "-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())
