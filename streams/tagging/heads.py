"""What the second reader has learnt: a quadratic form over an encoder's space a topic. Pure."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import exp, sqrt
from operator import mul
from typing import Annotated

import msgspec

from streams.encoder import MOST_NUMBERS, Embedding
from streams.tagging.examples import shipped_examples
from streams.tagging.packed_vectors import PackedVectors

SHIPPED, VECTORS = "heads.json", "example-vectors.msgpack"
STEEPEST = 30.0


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """A direction, and how much a vector that points there or the other way counts, squared."""

    bend: float
    direction: Annotated[bytes, msgspec.Meta(max_length=MOST_NUMBERS)]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A topic's logistic regression: the weights of a vector's numbers and of its curves."""

    weights: tuple[float, ...]
    bias: float
    curves: tuple[Curve, ...] = ()

    def probability(self, place: Sequence[float]) -> float:
        """Return how likely a text is on the topic, by where its vector lies from the center."""
        odds = self.bias + sum(map(mul, self.weights, place))
        for curve in self.curves:
            along = sum(map(mul, memoryview(curve.direction).cast("b"), place))
            odds += curve.bend * along * along
        return logistic(odds)


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
        return {slug: head.probability(place) for slug, head in self.topics.items()}


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


@cache
def shipped_vectors() -> Vectors:
    """Return the vectors of the shipped examples, nearly: half a byte a number."""
    data = files("streams.tagging").joinpath("data", VECTORS).read_bytes()
    packed = msgspec.msgpack.decode(data, type=PackedVectors)
    texts = (example.text for topic in shipped_examples() for example in topic.all)
    return Vectors(encoder=packed.encoder, vectors=packed.unpacked(texts))
