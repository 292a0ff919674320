"""An embedding: a text as a vector, small enough to travel with its story."""

from collections.abc import Sequence
from math import sqrt
from operator import mul
from typing import Annotated

import msgspec

MOST_NUMBERS = 4_096
"""More numbers than any encoder that we know gives: a record that has more is refused."""
LARGEST = 127


class Embedding(msgspec.Struct, frozen=True, kw_only=True):
    """What an encoder made of a text. `vector` holds signed 8-bit numbers, base64 in JSON.

    `encoder` is its name with its version: vectors of two encoders say nothing of each other.
    """

    encoder: Annotated[str, msgspec.Meta(max_length=200)]
    vector: Annotated[bytes, msgspec.Meta(max_length=MOST_NUMBERS)]

    @property
    def numbers(self) -> Sequence[int]:
        """The vector's numbers."""
        return memoryview(self.vector).cast("b")

    def similarity(self, other: "Embedding") -> float | None:
        """Return the cosine with another one (-1..1); `None` if they can't be compared."""
        if self.encoder != other.encoder or len(self.vector) != len(other.vector):
            return None
        ours, theirs = self.numbers, other.numbers
        lengths = sqrt(sum(map(mul, ours, ours)) * sum(map(mul, theirs, theirs)))
        return sum(map(mul, ours, theirs)) / lengths if lengths else 0.0


def quantised(values: Sequence[float]) -> bytes:
    """Return a vector as signed 8-bit numbers, the largest of which is 127. Its length is lost."""
    most = max(map(abs, values), default=0.0)
    if not 0.0 < most < float("inf"):
        return bytes(len(values))
    scale = LARGEST / most
    return bytes(round(value * scale) & 0xFF for value in values)
