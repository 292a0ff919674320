"""Put dead letters back on the topics that they came from, each once."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors.kafka import Producer, Received, ensure_topics
from streams.contract.dead_letter import DeadLetter, replayed_mark, revived
from streams.contract.messages import Message
from streams.contract.topics import DEAD_LETTERS_REPLAYED
from wirewatch.dead_letters.kept import DeadLetters, KeptLetter
from wirewatch.render.progress import bar

MOST_LETTERS = 50
MOST_BYTES = 8 * 1024 * 1024
"""What is sent before the marks of it: so much may come twice after a crash in between."""


@dataclass(frozen=True, kw_only=True)
class ReplayChoice:
    """Which letters are put back and which aren't: since they were already, or can't be."""

    wanted: tuple[DeadLetter, ...]
    already: int
    refused: dict[str, str]
    """Why each that can't be put back can't, by id."""


def choose(letters: Iterable[KeptLetter]) -> ReplayChoice:
    """Tell apart what is to be put back, what was, and what can't be."""
    kept = list(letters)
    left = [one.letter for one in kept if not one.replayed]
    return ReplayChoice(
        wanted=tuple(letter for letter in left if letter.refusal is None),
        already=len(kept) - len(left),
        refused={letter.id: letter.refusal for letter in left if letter.refusal is not None},
    )


async def put_back(dead: DeadLetters, wanted: Collection[DeadLetter]) -> None:
    """Send letters to the topics that they came from, the oldest first. Raises `KafkaError`.

    Each portion is marked as put back once Kafka has it. After a crash in between it is sent once
    more, under the same `ce_id`.
    """
    # A Kafka of before there were marks has no topic for them.
    ensure_topics(dead.kafka, prefix=dead.prefix, topics=[DEAD_LETTERS_REPLAYED])
    producer = Producer(dead.kafka, prefix=dead.prefix)
    try:
        with bar("put back", len(wanted)) as shown:
            for portion in _portions(dead, {(one.id, one.written) for one in wanted}):
                await producer.send(portion.records)
                await producer.send(portion.marks)
                for _ in portion.records:
                    shown.add(1)
    finally:
        await producer.close()


@dataclass(kw_only=True)
class _Portion:
    records: list[Message] = field(default_factory=list)
    marks: list[Message] = field(default_factory=list)
    size: int = 0

    def add(self, record: Received, letter: DeadLetter) -> None:
        if letter.topic is None:
            return
        self.records.append(revived(letter, letter.topic, record.value))
        self.marks.append(replayed_mark(letter, datetime.now(UTC)))
        self.size += len(record.value or b"")

    @property
    def full(self) -> bool:
        return len(self.records) >= MOST_LETTERS or self.size >= MOST_BYTES


def _portions(dead: DeadLetters, wanted: set[tuple[str, datetime]]) -> Iterator[_Portion]:
    """Read the letters once more, this time with their bytes, and no more at once than a portion.

    A letter that a crash had written twice in one millisecond is sent once all the same.
    """
    portion, waiting = _Portion(), set(wanted)
    for record, letter in dead.records():
        if (letter.id, letter.written) not in waiting:
            continue
        waiting.discard((letter.id, letter.written))
        portion.add(record, letter)
        if portion.full:
            yield portion
            portion = _Portion()
    if portion.records:
        yield portion
