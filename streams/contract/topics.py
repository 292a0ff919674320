"""What flows where: every Kafka topic with its record, its key and how long it is kept."""

from dataclasses import dataclass
from typing import Final

DAY: Final = 24 * 3600
PARTITIONS: Final = 8
"""Partitions of the topics between stages: as many workers can share the work."""
MAX_RECORD_BYTES: Final = 2 * 1024 * 1024
MAX_DEAD_LETTER_BYTES: Final = 4 * 1024 * 1024
"""A dead letter holds a whole failed record and its headers, so its topic takes more."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One Kafka topic. `kept` is in seconds; `compact` keeps the last record of each key only.

    `fixed`: its number of partitions can't be another, since gather's memory is tied to them.
    `internal`: between stages, of no use to others, and changed without notice.
    """

    name: str
    key: str
    kept: int | None
    compact: bool = False
    partitions: int = PARTITIONS
    max_bytes: int = MAX_RECORD_BYTES
    fixed: bool = False
    internal: bool = False

    @property
    def config(self) -> dict[str, str]:
        """The topic's settings, in Kafka's own names."""
        policy = [name for name, on in (("compact", self.compact), ("delete", self.kept)) if on]
        return {
            "cleanup.policy": ",".join(policy),
            "retention.ms": str(self.kept * 1000) if self.kept else "-1",
            "max.message.bytes": str(self.max_bytes),
        }


STORIES: Final = Topic(name="stories", key="story id", kept=30 * DAY)
TAGGED: Final = Topic(name="tagged", key="story id", kept=30 * DAY)
MATCHES: Final = Topic(name="matches", key="watch id", kept=3 * DAY, fixed=True, internal=True)
ALERTS: Final = Topic(name="alerts", key="alert id", kept=365 * DAY)
"""Every event, so never compacted: that would leave the last one of each alert. The key keeps the
events of an alert on one partition, and so in order."""
FEED_HEALTH: Final = Topic(name="feed_health", key="feed id", kept=None, compact=True, partitions=1)
VERDICTS: Final = Topic(
    name="verdicts",
    key="alert id (with a story's or another alert's), or story id/watch id; then /person",
    kept=None,
    compact=True,
    partitions=1,
)
DELIVERIES: Final = Topic(name="deliveries", key="subscriber id", kept=90 * DAY, partitions=1)
"""What became of each event for each subscriber: no addresses, no secrets."""
DEAD_LETTERS: Final = Topic(
    name="dead_letters",
    key="stage",
    kept=30 * DAY,
    partitions=1,
    max_bytes=MAX_DEAD_LETTER_BYTES,
)
DEAD_LETTERS_REPLAYED: Final = Topic(
    name="dead_letters_replayed",
    key="topic/partition/offset",
    kept=90 * DAY,
    compact=True,
    partitions=1,
    internal=True,
)
"""Which dead letters were put back, so that none is twice. Kept for longer than they are."""
OPEN_ALERTS: Final = Topic(
    name="wirewatch-open_alerts-changelog",
    key="partition/alert id",
    kept=90 * DAY,
    compact=True,
    fixed=True,
    internal=True,
)
"""What `gather` remembers; of no use to anyone else. Faust gives it its name."""
CANARY: Final = Topic(name="canary", key="alert id", kept=DAY, partitions=1, internal=True)
"""The alert events of canaries, in place of `alerts`: nobody else is to read through them."""
TOPICS: Final = (
    STORIES,
    TAGGED,
    MATCHES,
    ALERTS,
    FEED_HEALTH,
    VERDICTS,
    DELIVERIES,
    DEAD_LETTERS,
    DEAD_LETTERS_REPLAYED,
    OPEN_ALERTS,
    CANARY,
)
