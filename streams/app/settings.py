"""What a worker needs to know."""

from dataclasses import dataclass
from pathlib import Path

from streams.tagging import Office, TopicFile
from streams.watch import Watch


@dataclass(frozen=True, kw_only=True)
class WorkSettings:
    """A worker's settings.

    `kafka` is HOST:PORT, `prefix` goes before every topic and group name, `member` is this
    worker's name among its fellows: unique, and the same after a restart, so that Kafka
    gives it its partitions back at once. `folder` is its own. `topics` and `offices`
    come beside the shipped ones.
    """

    kafka: str
    prefix: str
    member: str
    folder: Path
    watches: tuple[Watch, ...]
    topics: tuple[TopicFile, ...] = ()
    offices: tuple[Office, ...] = ()
    backfill_alerts: bool = False
