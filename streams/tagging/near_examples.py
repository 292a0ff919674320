"""Which examples a story is most like: what people see of why the second reader decided. Pure."""

from collections.abc import Iterable, Mapping
from heapq import nlargest
from operator import mul

import msgspec

from streams.encoder import Embedding
from streams.tagging.examples import Examples
from streams.tagging.heads import Heads, Vectors, centered

SHOWN = 2


class NearExample(msgspec.Struct, frozen=True, kw_only=True):
    """An example of a topic, and how like it a story is: the cosine seen from the center."""

    text: str
    counts: bool
    why: str
    likeness: float


class KnownExamples:
    """The examples that topics were learnt from, by where an encoder puts them."""

    def __init__(self, topics: Iterable[Examples], vectors: Vectors, heads: Heads) -> None:
        """Take the examples that `heads` were learnt from, with their vectors."""
        self._topics = {topic.slug: topic for topic in topics}
        self._vectors = vectors
        self._center = heads.center

    def nearest(
        self, slugs: Iterable[str], embedding: Embedding | None
    ) -> dict[str, tuple[NearExample, ...]]:
        """Return a topic's examples that a story is most like, for each of the topics.

        None if another encoder made the embedding, or there is none.
        """
        vectors = self._vectors
        if embedding is None or embedding.encoder != vectors.encoder:
            return {}
        place = centered(embedding.numbers, self._center)
        near = {}
        for slug in self._topics.keys() & set(slugs):
            like = {
                example: sum(map(mul, place, self._place(vectors.vectors[example.text])))
                for example in self._topics[slug].all
                if example.text in vectors.vectors
            }
            near[slug] = tuple(
                NearExample(
                    text=example.text,
                    counts=example.counts,
                    why=example.why,
                    likeness=round(like[example], 3),
                )
                for example in nlargest(SHOWN, like, key=like.__getitem__)
            )
        return near

    def _place(self, vector: bytes) -> list[float]:
        return centered(memoryview(vector).cast("b"), self._center)


Near = Mapping[str, tuple[NearExample, ...]]
"""By topic, the examples that a story is most like."""
