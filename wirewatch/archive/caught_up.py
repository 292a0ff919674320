"""Up to when the archive has all that came to Kafka: the time of a small file beside it.

Whoever only reads the archive learns from it that something is missing, without asking Kafka. On a
full disk, too, a file can be given another time.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from connectors.kafka import Consumer
from wirewatch.archive.log_positions import Places, each

FILE = "archive.caught-up"
"""Its name in the data folder."""
NEVER = datetime.fromtimestamp(0, UTC)
"""For an archive that is empty, or another one than before, and has yet to be filled."""


@dataclass(frozen=True, kw_only=True)
class LogEnds:
    """Where Kafka's logs ended at a time."""

    at: datetime
    ends: Mapping[tuple[str, int], int]

    def reached(self, consumer: Consumer, places: Places) -> bool:
        """Say whether a consumer has read all that was there then."""
        # Past gaps too: after the last record there may be none that was kept.
        return all(
            consumer.position(topic, number) >= self.ends.get((topic.name, number), 0)
            for topic, number, _, _ in each(places)
        )


def log_ends(places: Places, at: datetime) -> LogEnds:
    """Return where Kafka's logs ended when one asked for their places."""
    return LogEnds(
        at=at, ends={(topic.name, number): last for topic, number, _, last in each(places)}
    )


def keep_caught_up(data: Path, at: datetime) -> None:
    """Keep that the archive has all that came to Kafka before a time. Raises `OSError`."""
    path = data / FILE
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    os.utime(path, (at.timestamp(), at.timestamp()))


def caught_up_at(data: Path) -> datetime | None:
    """Return up to when the archive has all: `NEVER` while it is filled for the first time.

    `None` if nobody has kept that.
    """
    try:
        return datetime.fromtimestamp((data / FILE).stat().st_mtime, UTC)
    except OSError:
        return None
