"""The frame of a text in a few hashes: enough to tell how much two texts share."""

from typing import NamedTuple

from streams.gather.weights import SKETCH

HASHES = 1 << 32


class Sketch(NamedTuple):
    """The smallest hashes of a text's pieces, and the limit under which all are kept."""

    hashes: frozenset[int]
    limit: int


def sketch(frames: list[int]) -> Sketch:
    """Sketch a text's frame: words in a row, with all numbers and all days alike."""
    second, third = frames[1:], frames[2:]
    pieces = {
        (a * 0x9E3779B1 + b * 0x85EBCA6B + c * 0xC2B2AE35) & 0xFFFFFFFF
        for a, b, c in zip(frames, second, third, strict=False)
    }
    pieces = pieces or {sum(frames) & 0xFFFFFFFF}
    mixed = {((one ^ one >> 15) * 0x2C1B3C6D) & 0xFFFFFFFF for one in pieces}
    if len(mixed) <= SKETCH:
        return Sketch(frozenset(mixed), HASHES)
    kept = sorted(mixed)[:SKETCH]
    return Sketch(frozenset(kept), kept[-1] + 1)


def shared(a: Sketch, b: Sketch) -> float:
    """Estimate the share of the shorter text's pieces that the other has too."""
    both = a.hashes & b.hashes
    if not both:
        return 0.0
    limit = min(a.limit, b.limit)
    least = min(sum(one < limit for one in sketch.hashes) for sketch in (a, b))
    return len(both) / least
