"""Up to which time the stories of a worker's partitions have gone through tag and match.

An alert may close only when no story from its window is still on its way: after a long stop the
backlog is older than the wall clock. So a partition's time is one at which it was looked at, told
once all that was there then has been tagged, and then matched.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from streams.model.watch import Tick
from streams.worker.lag import Partition, Position

ON_ITS_WAY = timedelta(minutes=1)
"""From when poll sees a story to when Kafka has it, at most, while both are well."""


@dataclass
class _Round:
    """What has to be done before a partition's time is told: offsets in `stories` and `tagged`."""

    at: datetime
    stories: int
    is_tagged: bool = False
    tagged: int | None = None


@dataclass
class Clock:
    """Takes the positions as they are looked at; `stories` and `tagged` are the topics' names."""

    stories: str
    tagged: str
    partitions: int
    every: timedelta
    _rounds: dict[int, _Round] = field(default_factory=dict)
    _told: dict[int, datetime] = field(default_factory=dict)
    _asked: datetime | None = None

    def look(self, positions: Mapping[Partition, Position], asked: datetime) -> list[Tick]:
        """Return the times to tell, given positions that were asked for at a time."""
        if asked == self._asked:
            return []  # seen already
        self._asked = asked
        passed: dict[datetime, list[int]] = {}
        for partition in range(self.partitions):
            stories = positions.get((self.stories, partition))
            tagged = positions.get((self.tagged, partition))
            if stories is None or tagged is None:
                self._rounds.pop(partition, None)  # another worker's
            elif (at := self._passed(partition, stories, tagged, asked)) is not None:
                passed.setdefault(at - ON_ITS_WAY, []).append(partition)
        return [
            Tick(at=at, partitions=tuple(numbers), of=self.partitions)
            for at, numbers in passed.items()
        ]

    def _passed(
        self, partition: int, stories: Position, tagged: Position, asked: datetime
    ) -> datetime | None:
        """Take a partition's round one step further; return its time when that is the last."""
        known = self._rounds.get(partition)
        if known is None:
            told = self._told.get(partition)
            if told is None or asked - told >= self.every:
                self._rounds[partition] = _Round(asked, stories.end)
            return None
        if known.tagged is None:
            # The ends are asked for before what is done is known: so only the next look's will do.
            if known.is_tagged:
                known.tagged = tagged.end
            known.is_tagged = _done(stories, known.stories)
            return None
        if not _done(tagged, known.tagged):
            return None
        del self._rounds[partition]
        self._told[partition] = known.at
        return known.at


def _done(position: Position, end: int) -> bool:
    """Say whether all before an offset is done, or nothing is left there to do."""
    idle = position.working is None and position.read >= end and position.done == position.committed
    return position.done >= end or idle
