"""Terms and sketches as bytes: an open alert is kept in memory and in Kafka, by the thousand."""

import struct
from collections.abc import Collection, Mapping

_STEPS = 6
"""Steps of a packed weight: the heaviest, about 40, just fits a byte."""
_MOST_STEPS = 255
_WEIGHTS = [step / _STEPS for step in range(_MOST_STEPS + 1)]


def pack_terms(terms: Mapping[int, float]) -> bytes:
    """Pack terms in 5 bytes each: all hashes, then all weights."""
    steps = [round(weight * _STEPS) for weight in terms.values()]
    if steps and (min(steps) < 1 or max(steps) > _MOST_STEPS):  # hardly ever
        steps = [min(_MOST_STEPS, max(1, step)) for step in steps]
    return struct.pack(f"<{len(terms)}I", *terms) + bytes(steps)


def unpack_terms(packed: bytes) -> dict[int, float]:
    """Unpack terms, in the order they were packed in."""
    count = len(packed) // 5
    hashes = struct.unpack_from(f"<{count}I", packed)
    weights = map(_WEIGHTS.__getitem__, packed[4 * count :])
    return dict(zip(hashes, weights, strict=True))


def first_terms(packed: bytes, most: int) -> tuple[int, ...]:
    """Unpack the first terms alone, without their weights."""
    return struct.unpack_from(f"<{min(most, len(packed) // 5)}I", packed)


def pack_hashes(hashes: Collection[int]) -> bytes:
    """Pack hashes in 4 bytes each, in order."""
    return struct.pack(f"<{len(hashes)}I", *sorted(hashes))


def unpack_hashes(packed: bytes) -> frozenset[int]:
    """Unpack hashes."""
    return frozenset(struct.unpack(f"<{len(packed) // 4}I", packed))


def smallest_hashes(packed: bytes, most: int) -> tuple[int, ...]:
    """Unpack the smallest hashes alone."""
    return struct.unpack_from(f"<{min(most, len(packed) // 4)}I", packed)


def mark(term: int) -> int:
    """Return the short form of a term: enough to say that it was there, now and then wrongly."""
    return term & 0xFFFF


def pack_marks(marks: Collection[int]) -> bytes:
    """Pack marks in 2 bytes each, in order."""
    return struct.pack(f"<{len(marks)}H", *marks)


def unpack_marks(packed: bytes) -> dict[int, None]:
    """Unpack marks, in order."""
    return dict.fromkeys(struct.unpack(f"<{len(packed) // 2}H", packed))
