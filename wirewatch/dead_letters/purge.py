"""Delete dead letters: all, or those of before a moment."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from connectors.kafka import Consumer, delete_before
from streams.contract.topics import DEAD_LETTERS
from wirewatch.dead_letters.kept import DeadLetters, KeptLetter


@dataclass(frozen=True, kw_only=True)
class Purge:
    """What is to be deleted: of each partition all before an offset. What comes later stays."""

    before: Mapping[int, int]
    records: int

    @classmethod
    def planned(cls, dead: DeadLetters, until: datetime | None) -> "Purge":
        """Find out where the letters of before a moment end, or all that are there now."""
        with closing(Consumer(dead.kafka, group=None, topics=(), prefix=dead.prefix)) as consumer:
            kept = consumer.places(DEAD_LETTERS, None)
            since = kept if until is None else consumer.places(DEAD_LETTERS, until)
        ends = {
            number: last if until is None else since[number][0]
            for number, (_, last) in kept.items()
        }
        return cls(before=ends, records=sum(ends[number] - kept[number][0] for number in kept))

    def concerned(self, letters: Iterable[KeptLetter]) -> list[KeptLetter]:
        """Return the letters that would be gone."""
        return [one for one in letters if one.offset < self.before.get(one.partition, 0)]

    def carry_out(self, dead: DeadLetters) -> None:
        """Delete them for good. Raises `KafkaError`."""
        delete_before(dead.kafka, DEAD_LETTERS, self.before, prefix=dead.prefix)
