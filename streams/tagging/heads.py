"""What the second reader has learnt: a line through an encoder's space for each topic. Pure."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from math import exp, sqrt
from operator import mul

import msgspec

from streams.encoder import Embedding

SHIPPED, VECTORS = "heads.json", "example-vectors.json"
STEEPEST = 30.0


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A topic's logistic regression: the weights of a vector's numbers, and what is added."""

    weights: tuple[float, ...]
    bias: float


class Heads(msgspec.Struct, frozen=True, kw_only=True):
    """The heads of all topics, for one encoder, learnt from examples of one `digest`.

    `center` is the mean of all examples: vectors of an encoder point much the same way, and only
    where they differ from it do they tell topics apart.
    """

    encoder: str
    digest: str
    center: tuple[float, ...]
    topics: Mapping[str, Head]

    def probabilities(self, embedding: Embedding) -> dict[str, float]:
        """Return how likely each topic is; nothing if another encoder made the embedding."""
        numbers = embedding.numbers
        if embedding.encoder != self.encoder or len(numbers) != len(self.center):
            return {}
        place = centered(numbers, self.center)
        return {
            slug: logistic(sum(map(mul, head.weights, place)) + head.bias)
            for slug, head in self.topics.items()
        }


def centered(numbers: Sequence[int], center: Sequence[float]) -> list[float]:
    """Return where a vector lies from the center, as a direction."""
    length = sqrt(sum(map(mul, numbers, numbers))) or 1.0
    apart = [number / length - mean for number, mean in zip(numbers, center, strict=True)]
    length = sqrt(sum(map(mul, apart, apart))) or 1.0
    return [number / length for number in apart]


def logistic(value: float) -> float:
    """Return a chance from log-odds."""
    return 1.0 / (1.0 + exp(-max(-STEEPEST, min(STEEPEST, value))))


def shipped_heads() -> Heads:
    """Return the heads that ship, for the bundled encoder and the shipped examples."""
    data = files("streams.tagging").joinpath("data", SHIPPED).read_bytes()
    return msgspec.json.decode(data, type=Heads)


class Vectors(msgspec.Struct, frozen=True, kw_only=True):
    """What an encoder made of examples, by their texts: signed 8-bit numbers, base64 in JSON."""

    encoder: str
    vectors: Mapping[str, bytes]


def shipped_vectors() -> Vectors:
    """Return the vectors of the shipped examples."""
    data = files("streams.tagging").joinpath("data", VECTORS).read_bytes()
    return msgspec.json.decode(data, type=Vectors)
