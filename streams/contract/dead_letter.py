"""What failed for good: kept with its bytes and its cause, to be looked at and replayed.

The headers are those of Kafka Connect's dead letter queue (KIP-298), so that its tools read them.
"""

from collections.abc import Iterable

from streams.contract.headers import Header
from streams.contract.topics import DEAD_LETTERS, MAX_DEAD_LETTER_BYTES, Message

ERRORS = "__connect.errors."
ORIGINAL_KEY = "wirewatch.original.key"
CUT = "wirewatch.cut.bytes"
_HEADER_ROOM = 256 * 1024
_MESSAGE_LIMIT = 2_000


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
    """Pack a record that `stage` could not take."""
    data = value or b""
    limit = MAX_DEAD_LETTER_BYTES - _HEADER_ROOM
    kept = [(name, text) for name, text in headers if not name.startswith(ERRORS)]
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
