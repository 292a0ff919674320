"""Fit the second reader's heads to examples: logistic regression by Newton's method.

It alone needs numpy, and nothing loads it but who trains.
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.encoder import Encoder
from streams.tagging.examples import Examples, examples_digest
from streams.tagging.heads import Head, Heads, logistic

Numbers = NDArray[np.float64]
SOFTNESS = 2.0
"""How far weights may grow: the inverse of the ridge."""
OTHERS = 0.5
"""An example that counts for another topic counts against this one by so much of one of its own,
unless this topic's cues find it: it may be of both."""
OTHERS_AGAINST = 0.3
"""... and one that doesn't count there either, by so much."""
ROUNDS = 50
DIGITS = 5
AT_ONCE = 16
NOTHING: Mapping[str, bytes] = MappingProxyType({})


class Lesson(NamedTuple):
    """What a topic is learnt from: the rows of examples, which count, and by how much."""

    rows: NDArray[np.int64]
    counts: NDArray[np.bool_]
    weights: Numbers


Found = Mapping[str, Collection[str]]
"""Of an example's text, the topics whose cues it holds."""


def vectors_of(
    encoder: Encoder, topics: Sequence[Examples], known: Mapping[str, bytes] = NOTHING
) -> dict[str, bytes]:
    """Return the vectors of all examples by their texts. Raises `EncoderError`.

    What is `known` of this encoder isn't encoded again.
    """
    texts = dict.fromkeys(example.text for topic in topics for example in topic.all)
    made = {text: known[text] for text in texts if text in known}
    rest = [text for text in texts if text not in made]
    for start in range(0, len(rest), AT_ONCE):
        some = rest[start : start + AT_ONCE]
        made.update(zip(some, (one.vector for one in encoder.encode(some)), strict=True))
    return made


def in_rows(topics: Sequence[Examples], vectors: Mapping[str, bytes]) -> Numbers:
    """Return the examples' vectors, in order."""
    rows = [
        np.frombuffer(vectors[example.text], dtype=np.int8)
        for topic in topics
        for example in topic.all
    ]
    return np.array(rows, dtype=np.float64)


def lesson(slug: str, topics: Sequence[Examples], found: Found) -> Lesson:
    """Return what a topic is learnt from: its own examples, and what others say of theirs.

    A text that stands among its own too may count for both: there its own word is taken.
    """
    rows, counts, weights = [], [], []
    its_own = {one.text for topic in topics if topic.slug == slug for one in topic.all}
    row = -1
    for topic in topics:
        for example in topic.all:
            row += 1
            own = topic.slug == slug
            if not own and (example.text in its_own or slug in found.get(example.text, ())):
                continue
            rows.append(row)
            counts.append(own and example.counts)
            weights.append(1.0 if own else OTHERS if example.counts else OTHERS_AGAINST)
    side, weight = np.array(counts), np.array(weights)
    # Both sides weigh the same in all: how rare a topic is in the news is no business of its text.
    weight[side] *= weight[~side].sum() / max(1.0, weight[side].sum())
    return Lesson(np.array(rows), side, weight)


def fit(vectors: Numbers, taken: Lesson) -> tuple[Numbers, float]:
    """Return the weights and the bias that fit best. `vectors` are centered."""
    given = np.hstack([vectors[taken.rows], np.ones((len(taken.rows), 1))])
    ridge = np.eye(given.shape[1]) / SOFTNESS
    ridge[-1, -1] = 1e-6
    line = np.zeros(given.shape[1])
    for _ in range(ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-given @ line))
        slope = given.T @ (taken.weights * (chance - taken.counts)) + ridge @ line
        bend = (given * (taken.weights * chance * (1.0 - chance))[:, None]).T @ given + ridge
        step = np.linalg.solve(bend, slope)
        line -= step
        if float(np.abs(step).max()) < 1e-7:
            break
    return line[:-1], float(line[-1])


def center_of(vectors: Numbers) -> tuple[Numbers, Numbers]:
    """Return the center of vectors, and where each lies from it."""
    units = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    center = np.round(units.mean(axis=0), DIGITS + 1)
    apart = units - center
    return center, apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9)


def train(encoder: str, topics: Sequence[Examples], vectors: Numbers, found: Found) -> Heads:
    """Return heads for all topics; `encoder` is the name of who made the vectors."""
    center, apart = center_of(vectors)
    heads = {}
    for topic in topics:
        weights, bias = fit(apart, lesson(topic.slug, topics, found))
        heads[topic.slug] = Head(
            weights=tuple(np.round(weights, DIGITS).tolist()), bias=round(bias, DIGITS)
        )
    return Heads(
        encoder=encoder,
        digest=examples_digest(topics),
        center=tuple(center.tolist()),
        topics=heads,
    )


def unseen_chances(
    vectors: Numbers, topics: Sequence[Examples], slug: str, found: Found, folds: int = 5
) -> list[float]:
    """Return each own example's chance, by a head that was fitted without its fifth of them."""
    _, apart = center_of(vectors)
    taken = lesson(slug, topics, found)
    first = sum(len(topic.all) for topic in topics if topic.slug < slug)
    own = next(topic for topic in topics if topic.slug == slug).all
    chances = [0.0] * len(own)
    for fold in range(folds):
        left_out = {first + number for number in range(fold, len(own), folds)}
        kept = np.array([row not in left_out for row in taken.rows.tolist()])
        rest = Lesson(taken.rows[kept], taken.counts[kept], taken.weights[kept])
        weights, bias = fit(apart, rest)
        for row in left_out:
            chances[row - first] = logistic(float(apart[row] @ weights) + bias)
    return chances
