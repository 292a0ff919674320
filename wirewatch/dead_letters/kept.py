"""What `dead_letters` holds now, and what of it was put back already."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from connectors.kafka import Received
from connectors.kafka.topic_reader import Log
from streams.contract.codec import DecodeError, decode
from streams.contract.dead_letter import DeadLetter, ReplayedLetter, read_dead_letter
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import DEAD_LETTERS, DEAD_LETTERS_REPLAYED
from wirewatch.errors import ProgramError
from wirewatch.render.progress import bar


class NoSuchLetterError(ProgramError):
    """There is no dead letter by that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLetter:
    """A dead letter on Kafka: where, how many bytes it has, and whether it was put back."""

    letter: DeadLetter
    partition: int
    offset: int
    size: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetters:
    """Reads the dead letters of a deployment. Those of a Kafka without the topic are none."""

    kafka: KafkaAccess
    prefix: str
    progress: bool = True
    """Whether people see how far it is, for there may be many."""

    def all(self, since: datetime | None = None) -> list[KeptLetter]:
        """Return every letter once, the newest first, without their bytes."""
        replayed = self._replayed()
        found: dict[str, KeptLetter] = {}
        for record, letter in self.records(since):
            found[letter.id] = KeptLetter(
                letter=letter,
                partition=record.partition,
                offset=record.offset,
                size=len(record.value or b""),
                replayed=letter.id in replayed and letter.written <= replayed[letter.id],
            )
        return sorted(found.values(), key=lambda one: one.letter.written, reverse=True)

    def records(self, since: datetime | None = None) -> Iterator[tuple[Received, DeadLetter]]:
        """Yield every letter with its record, the oldest first."""
        log = Log(self.kafka, DEAD_LETTERS, prefix=self.prefix, since=since)
        text = "looking through the dead letters"
        with bar(text, log.total, hidden=not self.progress) as shown:
            for record in log:
                place = f"{record.topic}/{record.partition}/{record.offset}"
                yield (
                    record,
                    read_dead_letter(
                        record.headers, place=place, written=record.timestamp, prefix=self.prefix
                    ),
                )
                shown.add(1)

    def record(self, name: str) -> tuple[Received, DeadLetter]:
        """Return the last letter by an id, with its record. Raises `NoSuchLetterError`."""
        found = None
        for record, letter in self.records():
            if letter.id == name:
                found = record, letter
        if found is None:
            raise missing([name])
        return found

    def _replayed(self) -> dict[str, datetime]:
        """Return up to when letters of each id were put back."""
        found: dict[str, datetime] = {}
        for record in Log(self.kafka, DEAD_LETTERS_REPLAYED, prefix=self.prefix):
            with suppress(DecodeError):  # none of ours: somebody else's word says nothing
                mark = decode(record.value, ReplayedLetter)
                found[mark.letter] = max(found.get(mark.letter, mark.written), mark.written)
        return found


def missing(names: Sequence[str]) -> NoSuchLetterError:
    """Return the error that says which letters aren't there."""
    return NoSuchLetterError(
        f"no dead letter goes by {', '.join(names)}: `wirewatch dead-letters list` shows their "
        "ids; they are kept for 30 days"
    )


def chosen(
    letters: Iterable[KeptLetter], *, stage: str | None, names: Sequence[str]
) -> list[KeptLetter]:
    """Return the letters of a stage, those by some ids, or all. Raises `NoSuchLetterError`."""
    kept = list(letters)
    if names:
        known = {one.letter.id: one for one in kept}
        if unknown := [name for name in names if name not in known]:
            raise missing(unknown)
        return [known[name] for name in dict.fromkeys(names)]
    return [one for one in kept if stage in {None, one.letter.stage}]
