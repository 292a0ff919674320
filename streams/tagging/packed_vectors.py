"""The vectors of the shipped examples in half a byte a number, a third of what JSON takes. Pure.

What is learnt was learnt from the whole vectors; these show which examples a story is like, let a
test see that the heads belong to the examples, and spare who trains encoding them again.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from operator import getitem

import msgspec

KEY = 8
"""Bytes by which a text is known: the texts themselves stand among the examples."""
HALVES = 16
"""What half a byte tells apart."""
STEP = 8
"""How far apart two neighbours of these lie: a third of what most numbers stray from their mean."""
_HIGH = bytes(byte >> 4 for byte in range(256))
_LOW = bytes(byte & 15 for byte in range(256))


class PackedVectors(msgspec.Struct, frozen=True, kw_only=True):
    """Vectors of an encoder: the keys of their texts, their mean, and how each differs from it."""

    encoder: str
    keys: bytes
    mean: bytes
    apart: bytes

    def unpacked(self, texts: Iterable[str]) -> dict[str, bytes]:
        """Return the vectors of those of the texts that are known, in signed bytes."""
        tables = [_values(mean) for mean in memoryview(self.mean).cast("b")]
        length = len(tables) // 2
        places = {
            self.keys[at * KEY : (at + 1) * KEY]: at * length for at in range(len(self.keys) // KEY)
        }
        known = ((text, places.get(_key(text))) for text in texts)
        return {
            text: _vector(self.apart[at : at + length], tables)
            for text, at in known
            if at is not None
        }


def packed(encoder: str, vectors: Mapping[str, bytes]) -> PackedVectors:
    """Pack vectors of signed bytes, all of the same even length."""
    rows = [memoryview(vector).cast("b") for vector in vectors.values()]
    means = [round(sum(column) / len(rows)) for column in zip(*rows, strict=True)]
    apart = bytearray()
    for row in rows:
        codes = [
            max(0, min(HALVES - 1, (number - mean) // STEP + HALVES // 2))
            for number, mean in zip(row, means, strict=True)
        ]
        apart += bytes(high << 4 | low for high, low in zip(codes[::2], codes[1::2], strict=True))
    return PackedVectors(
        encoder=encoder,
        keys=b"".join(map(_key, vectors)),
        mean=bytes(mean & 255 for mean in means),
        apart=bytes(apart),
    )


def _vector(apart: bytes, tables: list[bytes]) -> bytes:
    codes = bytearray(len(tables))
    codes[::2] = apart.translate(_HIGH)
    codes[1::2] = apart.translate(_LOW)
    return bytes(map(getitem, tables, codes))


def _values(mean: int) -> bytes:
    """Return the number that each half of a byte stands for beside a mean: its step's middle."""
    steps = (mean + (code - HALVES // 2) * STEP + STEP // 2 for code in range(HALVES))
    return bytes(max(-127, min(127, number)) & 255 for number in steps)


def _key(text: str) -> bytes:
    return sha256(text.encode()).digest()[:KEY]
