"""Fit what each thing that two reports share speaks for one event, by logistic regression.

FILE is what `benchmarks.grouping.events` reads. Every other event of it and the made-up weeks of
`benchmarks.grouping.quiet_weeks` are fitted to, the weeks for less; the other half says how good it
is. What is printed stands, rounded, in `streams/grouping/weights.py`. The start is chosen by hand:
by how many pairs of two events may join.
"""

import math
from collections.abc import Sequence
from itertools import combinations
from operator import mul
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from benchmarks.grouping.events import report, with_embeddings
from benchmarks.grouping.quiet_weeks import WEEKS, read
from benchmarks.support.options import Options, existing
from streams.encoder import Embedding
from streams.grouping.acts import Act, acts_of, compared
from streams.grouping.signature import Signature, signature
from streams.grouping.weights import MEANING_FROM, MOST_SHARED
from streams.model.tags import TaggedStory

PAIR = "KH-US"
OF_A_WEEK = 0.3
"""What a pair of a made-up week counts beside a real one: it is easier to tell apart."""
SHRINK = 0.002
STEPS = 2_000
RATE = 0.5
SHARES = (0.02, 0.05, 0.1)
NAMES = ("words", "meaning", "same act", "act ahead", "name", "amount")
STEP = (0.25, 0.05, 1.0, 1.0, 1.0, 1.0)
"""How large a difference is of each: so that all are shrunk alike."""


class Known(NamedTuple):
    """A story as grouping knows it, with its event."""

    event: str
    headline: str
    signature: Signature
    embedding: Embedding | None


class Shared(NamedTuple):
    """What two stories share, whether they report one event, and what the pair counts."""

    first: Known
    second: Known
    values: tuple[float, ...]
    one: bool
    weight: float


def main(file: Path) -> None:
    """Fit each case, and print weights and how many true pairs are found."""
    rows = [msgspec.json.decode(line) for line in file.read_bytes().splitlines()]
    told = [one for one in with_embeddings([report(row) for row in rows]) if one.event]
    real = [_known(one.event, one.tagged) for one in told if _of_pair(one.tagged)]
    events = list(dict.fromkeys(one.event for one in real))
    weeks = [[_known(one.event, one.tagged) for one in read(week)] for week in WEEKS]
    for foreign in (False, True):
        found = _pairs(real, foreign=foreign)
        made_up = [one for week in weeks for one in _pairs(week, foreign=foreign)]
        for meaning in (True, False):
            used = [name != "words" or not foreign for name in NAMES]
            used[1] &= meaning
            first = [one for one in found if _of(one, events[::2])]
            second = [one for one in found if _of(one, events[1::2])]
            weeks_too = [one._replace(weight=OF_A_WEEK) for one in made_up]
            start, weights = fit([*first, *weeks_too], used)
            case = f"{'two languages' if foreign else 'one language'}, {_encoder(meaning)}"
            shown = ", ".join(f"{n} {w:.2f}" for n, w in zip(NAMES, weights, strict=True) if w)
            print(f"{case}: start {start:.2f}, {shown}")
            for name, some in (("all", found), ("the other half", second), ("weeks", made_up)):
                print(f"  {name}: {_said(some, start, weights)}")


def fit(found: Sequence[Shared], used: Sequence[bool]) -> tuple[float, list[float]]:
    """Return the start and the weights that fit best, those not used 0."""
    values = np.array([one.values for one in found]) / STEP * np.array(used)
    truth = np.array([one.one for one in found], float)
    counts = np.array([one.weight for one in found])
    counts /= counts.sum()
    start, weights = -3.0, np.zeros(len(NAMES))
    for _ in range(STEPS):
        off = (1 / (1 + np.exp(-(start + values @ weights))) - truth) * counts
        start -= RATE * off.sum()
        weights -= RATE * (off @ values + SHRINK * weights)
    return float(start), [float(one) for one in weights / STEP]


def _said(found: Sequence[Shared], start: float, weights: Sequence[float]) -> str:
    odds = [start + sum(map(mul, one.values, weights)) for one in found]
    true = [odd for odd, one in zip(odds, found, strict=True) if one.one]
    false = sorted((odd for odd, one in zip(odds, found, strict=True) if not one.one), reverse=True)
    if not true or not false:
        return "nothing to compare"
    bars = [false[int(share * len(false))] for share in SHARES]
    shares = [sum(odd > bar for odd in true) / len(true) for bar in bars]
    parts = [
        f"{share:.2f} at {wrong:.0%} ({bar:.1f})"
        for share, wrong, bar in zip(shares, SHARES, bars, strict=True)
    ]
    return f"{len(true)} of one, {len(false)} of two; found {', '.join(parts)}"


def _pairs(known: Sequence[Known], *, foreign: bool) -> list[Shared]:
    return [
        Shared(a, b, _values(a, b), a.event == b.event, 1.0)
        for a, b in combinations(known, 2)
        if (a.signature.language != b.signature.language) is foreign
    ]


def _values(a: Known, b: Known) -> tuple[float, ...]:
    ours, theirs = a.signature, b.signature
    both = sum(heavy * theirs.terms.get(term, 0.0) for term, heavy in ours.terms.items())
    lengths = math.hypot(*ours.terms.values()) * math.hypot(*theirs.terms.values())
    meaning = MEANING_FROM
    if a.embedding is not None and b.embedding is not None:
        meaning = a.embedding.similarity(b.embedding) or MEANING_FROM
    act = compared(acts_of(a.headline), [b.headline])
    return (
        both / (lengths or 1.0),
        meaning - MEANING_FROM,
        float(act is Act.SAME),
        float(act is Act.AHEAD),
        min(MOST_SHARED, len(ours.names & theirs.names)),
        min(MOST_SHARED, len(ours.amounts & theirs.amounts)),
    )


def _known(event: str, tagged: TaggedStory) -> Known:
    story = tagged.story
    return Known(event, story.headline, signature(story, tagged.tags), tagged.embedding)


def _of_pair(tagged: TaggedStory) -> bool:
    return any(pair.name == PAIR for pair in tagged.tags.pairs)


def _of(one: Shared, events: Sequence[str]) -> bool:
    return one.first.event in events and one.second.event in events


def _encoder(there: bool) -> str:
    return "with an encoder" if there else "without"


if __name__ == "__main__":
    options = Options(__doc__, takes="some minutes")
    options.add_argument("file", type=existing, metavar="FILE", help="labelled stories")
    main(options.given().file)
