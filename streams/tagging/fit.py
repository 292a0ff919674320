"""Fit the second reader's heads to examples: a logistic regression on vectors and their products.

A text counts for a topic by what goes together in it, which no line through the space tells: each
example speaks for texts that point its way, the more the nearer (a polynomial kernel). What all of
them say is then written down as a quadratic form, which costs the same however many there are. It
alone needs numpy, and nothing loads it but who trains.
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.encoder import Encoder, quantised
from streams.tagging.examples import NO_TOPIC, Examples, examples_digest, taught
from streams.tagging.heads import Curve, Head, Heads, logistic

Numbers = NDArray[np.float64]
SOFTNESS = 2.0
"""How far an example's say may grow: the inverse of the ridge."""
LINE, CURVE = 0.25, 0.75
"""How much of an example's say falls with the cosine of a text to it, and with its square.

With the line alone, courts, crimes and elections of every kind were taken for rights; with the
square alone, what is like no example much is told by nothing."""
CURVES = 64
"""Directions that are kept of a quadratic form, the heaviest: more of them change nothing."""
OTHERS = 0.5
"""An example that counts for another topic counts against this one by so much of one of its own,
unless this topic's cues find it: it may be of both."""
OTHERS_AGAINST = 0.3
"""... and one that doesn't count there either, by so much."""
ROUNDS = 30
STEPS = 60
NEAR_ENOUGH = 1e-3
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
            whole = own or topic.slug == NO_TOPIC
            if not own and (example.text in its_own or slug in found.get(example.text, ())):
                continue
            rows.append(row)
            counts.append(own and example.counts)
            weights.append(1.0 if whole else OTHERS if example.counts else OTHERS_AGAINST)
    side, weight = np.array(counts), np.array(weights)
    # Both sides weigh the same in all: how rare a topic is in the news is no business of its text.
    weight[side] *= weight[~side].sum() / max(1.0, weight[side].sum())
    return Lesson(np.array(rows), side, weight)


def likeness(apart: Numbers) -> Numbers:
    """Return how much each centered vector says of each other one."""
    cosines = apart @ apart.T
    return 1.0 + LINE * cosines + CURVE * cosines**2


def fit(alike: Numbers, taken: Lesson) -> Numbers:
    """Return each example's say, by Newton's method; `alike` are the likenesses of all rows."""
    among = alike[np.ix_(taken.rows, taken.rows)]
    says = np.zeros(len(taken.rows))
    for _ in range(ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-among @ says))
        weight = SOFTNESS * taken.weights
        lacks = weight * (taken.counts - chance) - says
        if float(np.abs(lacks).max()) < NEAR_ENOUGH:
            break
        scale = np.sqrt(np.maximum(1e-9, weight * chance * (1.0 - chance)))
        says += scale * _solved(among, scale, lacks / scale)
    return says


def _solved(among: Numbers, scale: Numbers, wanted: Numbers) -> Numbers:
    """Return x of `x + scale * among @ (scale * x) = wanted`, by conjugate gradients."""
    x = np.zeros_like(wanted)
    rest = wanted.copy()
    way = rest.copy()
    length = float(rest @ rest)
    least = length * NEAR_ENOUGH**2
    for _ in range(STEPS):
        if length <= least:
            break
        moved = way + scale * (among @ (scale * way))
        step = length / float(way @ moved)
        x += step * way
        rest -= step * moved
        before, length = length, float(rest @ rest)
        way = rest + (length / before) * way
    return x


def head_of(apart: Numbers, taken: Lesson, says: Numbers) -> Head:
    """Return what examples say together, as a line and the heaviest of its curves."""
    rows = apart[taken.rows]
    form = CURVE * (rows.T * says) @ rows
    bends, directions = np.linalg.eigh(form)
    curves = []
    for number in np.argsort(-np.abs(bends))[:CURVES].tolist():
        direction = quantised(directions[:, number].tolist())
        kept = np.frombuffer(direction, dtype=np.int8).astype(np.float64)
        bend = float(bends[number]) / max(1.0, float(kept @ kept))
        if abs(bends[number]) > NEAR_ENOUGH:
            curves.append(Curve(bend=float(f"{bend:.6g}"), direction=direction))
    return Head(
        weights=tuple(np.round(LINE * (says @ rows), DIGITS).tolist()),
        bias=round(float(says.sum()), DIGITS),
        curves=tuple(curves),
    )


def center_of(vectors: Numbers) -> tuple[Numbers, Numbers]:
    """Return the center of vectors, and where each lies from it."""
    units = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    center = np.round(units.mean(axis=0), DIGITS + 1)
    apart = units - center
    return center, apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9)


def train(encoder: str, topics: Sequence[Examples], vectors: Numbers, found: Found) -> Heads:
    """Return heads for all topics; `encoder` is the name of who made the vectors."""
    center, apart = center_of(vectors)
    alike = likeness(apart)
    heads = {}
    for topic in taught(topics):
        taken = lesson(topic.slug, topics, found)
        heads[topic.slug] = head_of(apart, taken, fit(alike, taken))
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
    alike = likeness(center_of(vectors)[1])
    taken = lesson(slug, topics, found)
    first = sum(len(topic.all) for topic in topics if topic.slug < slug)
    own = next(topic for topic in topics if topic.slug == slug).all
    chances = [0.0] * len(own)
    for fold in range(folds):
        left_out = np.arange(first + fold, first + len(own), folds)
        kept = ~np.isin(taken.rows, left_out)
        rest = Lesson(taken.rows[kept], taken.counts[kept], taken.weights[kept])
        said = alike[np.ix_(left_out, rest.rows)] @ fit(alike, rest)
        for row, one in zip(left_out.tolist(), said.tolist(), strict=True):
            chances[row - first] = logistic(one)
    return chances
