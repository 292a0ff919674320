"""The frame of a text in a few hashes: enough to tell how much two texts share."""

import struct
from typing import NamedTuple
from zlib import crc32

from streams.grouping.weights import SKETCH

HASHES = 1 << 32
ENOUGH = SKETCH * 3 // 2
PIECE = 12
"""Bytes of three words."""


class Sketch(NamedTuple):
    """The smallest hashes of a text's pieces, and the limit under which all are kept."""

    hashes: frozenset[int]
    limit: int


def sketch(frames: list[int]) -> Sketch:
    """Sketch a text's frame: words in a row, with all numbers and all days alike."""
    packed = struct.pack(f"<{len(frames)}I", *frames)
    # The checksum spreads evenly, is the same everywhere, and is worked out in C.
    hashes = {crc32(packed[at : at + PIECE]) for at in range(0, max(1, len(packed) - PIECE + 1), 4)}
    if len(hashes) <= SKETCH:
        return Sketch(frozenset(hashes), HASHES)
    # Hashes spread evenly: this limit leaves more than are kept, and far fewer to sort.
    limit = HASHES * ENOUGH // len(hashes)
    low = [one for one in hashes if one < limit]
    kept = sorted(low if len(low) >= SKETCH else hashes)[:SKETCH]
    return Sketch(frozenset(kept), kept[-1] + 1)


def shared(a: Sketch, b: Sketch) -> float:
    """Estimate the share of the shorter text's pieces that the other has too."""
    both = a.hashes & b.hashes
    if not both:
        return 0.0
    limit = min(a.limit, b.limit)
    return len(both) / min(_under(limit, a), _under(limit, b))


def _under(limit: int, one: Sketch) -> int:
    """Count the hashes of a sketch that the other could have kept too."""
    return len(one.hashes) if one.limit <= limit else sum(kept < limit for kept in one.hashes)
