"""What a worker needs to know."""

from dataclasses import dataclass
from pathlib import Path

from streams.contract.kafka_access import KafkaAccess
from streams.matching.match import ReadWhich, Watches
from streams.tagging import Office, TopicFile
from streams.tagging.reader import SecondReader

READ_SECONDS = 30.0
FIRST_SECONDS = 4.0
GROUP = "wirewatch"
"""The consumer group of all workers, after the prefix."""


@dataclass
class LiveWatches:
    """The watches in force: replaced as a whole when the operator has edited them."""

    now: Watches


@dataclass(frozen=True, kw_only=True)
class WorkSettings:
    """A worker's settings.

    `kafka` is HOST:PORT, `prefix` goes before every topic and group name, `member` is this
    worker's name among its fellows: unique, and the same after a restart, so that Kafka
    gives it its partitions back at once. `folder` is its own. `topics` and `offices`
    come beside the shipped ones. `reader` reads the stories that `read` names beside the cues; each
    waits for it for `read_seconds` at most, and for `first_seconds` if it fits a watch by its cues.
    """

    kafka: KafkaAccess
    prefix: str
    member: str
    folder: Path
    watches: LiveWatches
    topics: tuple[TopicFile, ...] = ()
    offices: tuple[Office, ...] = ()
    backfill_alerts: bool = False
    reader: SecondReader | None = None
    read: ReadWhich = ReadWhich.WATCHED
    read_seconds: float = READ_SECONDS
    first_seconds: float = FIRST_SECONDS
