"""Records to bytes and back: JSON on the wire, strict on the way in.

Unknown fields are passed over, so that a reader of today understands a writer of tomorrow.
"""

from functools import cache
from typing import TypeVar

import msgspec

RecordT = TypeVar("RecordT", bound=msgspec.Struct)

_encoder = msgspec.json.Encoder()


class DecodeError(ValueError):
    """The bytes are no record of the type asked for. The message says what is wrong, and where."""


@cache
def _decoder(kind: type[RecordT]) -> msgspec.json.Decoder[RecordT]:
    return msgspec.json.Decoder(kind)


def encode(record: msgspec.Struct) -> bytes:
    """Encode a record as UTF-8 JSON."""
    return _encoder.encode(record)


def decode(data: bytes | None, kind: type[RecordT]) -> RecordT:
    """Decode JSON bytes into a record of `kind`, or raise `DecodeError`."""
    if data is None:
        raise DecodeError(f"{kind.__name__}: empty record (a tombstone)")
    try:
        record: RecordT = _decoder(kind).decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"{kind.__name__}: {error}") from error
    return record
