"""What failed for good: kept with its bytes and its cause, to be looked at and put back.

The headers are those of Kafka Connect's dead letter queue (KIP-298), so that its tools read them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from streams.contract.codec import encode
from streams.contract.headers import Header
from streams.contract.messages import Message
from streams.contract.topics import (
    DEAD_LETTERS,
    DEAD_LETTERS_REPLAYED,
    MAX_DEAD_LETTER_BYTES,
    TOPICS,
    Topic,
)

ERRORS = "__connect.errors."
ORIGINAL_KEY = "wirewatch.original.key"
CUT = "wirewatch.cut.bytes"
REPLAYED = "wirewatch.replayed"
"""On a record that was put back: the id of the dead letter that it was."""
_HEADER_ROOM = 256 * 1024
_MESSAGE_LIMIT = 2_000
_BY_NAME = {topic.name: topic for topic in TOPICS}
_NONE_OF_OURS = "it doesn't say from which topic of wirewatch it came"


def dead_letter(
    *,
    stage: str,
    topic: str,
    partition: int,
    offset: int,
    key: bytes | None,
    value: bytes | None,
    headers: Iterable[Header],
    error: BaseException,
) -> Message:
    """Pack a record that `stage` could not take. `topic` is with its prefix."""
    data = value or b""
    limit = MAX_DEAD_LETTER_BYTES - _HEADER_ROOM
    kept = [(name, text) for name, text in headers if not _is_ours(name)]
    causes = {
        "topic": topic,
        "partition": str(partition),
        "offset": str(offset),
        "stage": stage,
        "exception.class.name": f"{type(error).__module__}.{type(error).__qualname__}",
        "exception.message": str(error)[:_MESSAGE_LIMIT],
    }
    kept += [(ERRORS + name, text.encode("utf-8", "replace")) for name, text in causes.items()]
    if key is not None:
        kept.append((ORIGINAL_KEY, key))
    if len(data) > limit:
        kept.append((CUT, str(len(data) - limit).encode()))
    return Message(DEAD_LETTERS, stage.encode(), data[:limit], tuple(kept))


def _is_ours(name: str) -> bool:
    return name.startswith(ERRORS) or name in {ORIGINAL_KEY, CUT}


class ReplayedLetter(msgspec.Struct, frozen=True, kw_only=True):
    """Says on `dead_letters_replayed` that a letter was put back; `written` is when it died."""

    letter: str
    written: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A dead letter without its bytes. Its `id` is the place of the record that failed.

    So a letter that a crash had written twice has one id. `topic` is without the prefix, and `None`
    if it is none of ours; `cut` says how many bytes are gone.
    """

    id: str
    stage: str
    topic: Topic | None
    partition: int
    cause: str
    error: str
    key: bytes | None
    headers: tuple[Header, ...]
    cut: int
    written: datetime

    @property
    def refusal(self) -> str | None:
        """Why it can't be put back; `None` if it can."""
        if self.topic is None:
            return _NONE_OF_OURS
        if self.cut:
            return (
                f"{self.cut:,} bytes of it are gone, since it was too large to keep; "
                "its story must come from its feed again"
            )
        return None


def read_dead_letter(
    headers: tuple[Header, ...], *, place: str, written: datetime, prefix: str
) -> DeadLetter:
    """Return what the headers of a record on `dead_letters` say.

    `place` names one that says nothing of where it came from: other programs may write there too.
    """
    told = dict(headers)

    def word(name: str) -> str:
        return (told.get(ERRORS + name) or b"").decode("utf-8", "replace")

    topic = _BY_NAME.get(word("topic").removeprefix(prefix)) or _BY_NAME.get(word("topic"))
    at, offset = word("partition"), word("offset")
    known = topic is not None and at.isdecimal() and offset.isdecimal()
    cut = (told.get(CUT) or b"").decode("utf-8", "replace")
    return DeadLetter(
        id=f"{topic.name}/{at}/{offset}" if topic is not None and known else place,
        stage=word("stage") or "?",
        topic=topic if known else None,
        partition=int(at) if known else 0,
        cause=word("exception.message") or "no cause given",
        error=word("exception.class.name"),
        key=told.get(ORIGINAL_KEY),
        headers=tuple((name, text) for name, text in headers if not _is_ours(name)),
        cut=int(cut) if cut.isdecimal() else 0,
        written=written,
    )


def revived(letter: DeadLetter, topic: Topic, value: bytes | None) -> Message:
    """Return the record as it was, with its own key and headers, to be sent to its topic again.

    Where partitions have a meaning of their own it goes to the one that it was on.
    """
    own = [(name, text) for name, text in letter.headers if name != REPLAYED]
    return Message(
        topic,
        letter.key,
        value or b"",
        (*own, (REPLAYED, letter.id.encode())),
        letter.partition if topic.fixed else None,
    )


def replayed_mark(letter: DeadLetter, at: datetime) -> Message:
    """Return what is kept of a letter that was put back, so that it isn't a second time."""
    mark = ReplayedLetter(letter=letter.id, written=letter.written, at=at)
    return Message(DEAD_LETTERS_REPLAYED, letter.id.encode(), encode(mark), ())
