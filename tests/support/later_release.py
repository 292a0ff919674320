"""Records as a later release may write them: every value that is one of some is none of today's."""

import json
from enum import Enum

import msgspec

OTHER = "of a later release"
FIELD = "caption"
"""A text of a story that no story of today has."""


def from_later(record: msgspec.Struct) -> bytes:
    """Return a record with values in it that today's release doesn't know."""
    return json.dumps(_later(record)).encode()


def _later(value: object) -> object:
    if isinstance(value, Enum):
        return OTHER
    if isinstance(value, msgspec.Struct):
        given = {
            info.encode_name: _later(getattr(value, info.name))
            for info in msgspec.structs.fields(value)
        }
        return given | {"field": FIELD} if {"field", "start"} <= given.keys() else given
    if isinstance(value, list | tuple):
        return [_later(one) for one in value]
    return msgspec.to_builtins(value)
