"""Records as the archive's rows have them, and ids in the order of time. Pure."""

import zlib
from datetime import UTC, datetime, timedelta

import msgspec

from connectors.sqlite import damaged
from streams.contract.codec import DecodeError, RecordT, decode, encode
from streams.model.story import digest

_LEVEL = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BITS = 21
_LAST = (1 << 41) - 1
_DIGITS = 6
LAST_ID = (1 << 63) - 1
"""No row has one as high."""


def pack(record: msgspec.Struct) -> bytes:
    """Return a record compressed."""
    return zlib.compress(encode(record), _LEVEL)


def unpack(data: bytes, kind: type[RecordT]) -> RecordT:
    """Return a record that was packed. Raises `sqlite3.DatabaseError` for what pack didn't make."""
    try:
        return decode(zlib.decompress(data), kind)
    except (zlib.error, DecodeError) as error:
        raise damaged(f"a record in it is damaged ({error})") from error


def milliseconds(at: datetime) -> int:
    """Return a time in milliseconds since 1970; a time that no clock shows is the nearest."""
    return min(max((at - _EPOCH) // timedelta(milliseconds=1), 0), _LAST)


def ordering(at: datetime, *names: str) -> int:
    """Return a row's id by its time and what tells it from others of that time."""
    return first_id(at) | int(digest(names)[:_DIGITS], 16) & ((1 << _BITS) - 1)


def first_id(at: datetime) -> int:
    """Return the least id that a row of a time or later can have."""
    return milliseconds(at) << _BITS


def time_of(number: int) -> datetime:
    """Return the time of a row by its id."""
    return _EPOCH + timedelta(milliseconds=number >> _BITS)
