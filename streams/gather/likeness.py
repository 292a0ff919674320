"""How like a story is to an open alert: by its words, by the frame of its text, by its figures."""

import math
from collections.abc import KeysView
from datetime import datetime, timedelta
from enum import Enum
from heapq import nlargest
from typing import NamedTuple

from streams.alert import AlertState, Text
from streams.gather.acts import Acts, acts_of
from streams.gather.index import deadline
from streams.gather.packing import unpack_hashes, unpack_terms
from streams.gather.signature import Signature
from streams.gather.sketch import HASHES, Sketch, shared
from streams.gather.tagged import pairs_between
from streams.gather.weights import (
    ACT_AHEAD,
    COPY,
    COPY_SCORE,
    CROWD,
    CROWDED,
    FARTHEST,
    FOREIGN,
    FOREIGN_ANCHOR,
    FOREIGN_APART,
    FOREIGN_NEAR,
    FOREIGN_NEAR_OTHER_ACT,
    FOREIGN_OTHER_ACT,
    FRAME,
    GROWN,
    LATER,
    LATER_SAME_ACT,
    LEAST_FIGURES,
    NEAR,
    NEAR_IN_ALL_NEWS,
    NEXT_ROUND,
    NEXT_ROUND_SCORE,
    OTHER_ACT,
    OTHER_PARTIES,
    REWRITTEN,
    ROUND_FIGURES,
    SAME_ACT,
    SAME_FIGURES,
    SAME_FIGURES_LATER,
    SAME_FIGURES_OTHER_DAY,
    USUAL,
)
from streams.gather.words import WEEKDAYS, word

DAY = timedelta(days=1)
EVIDENCE = 6
TAGGED = ("country ", "pair ", "topic ")


class Likeness(NamedTuple):
    """What a story shares with an alert.

    `score` is the likeness of their words, 0..1, and `threshold` what makes them one event; where
    `foreign`, both are of what is the same in all languages. `frame` is the share of the text that
    stands in one of the alert's own, which is `text`. `over`: its window had passed by then.
    `near`: they may be of one event, whether or not they are alike enough to join.
    """

    alert: AlertState
    score: float
    threshold: float
    frame: float
    text: Text | None
    foreign: bool
    instalment: bool
    over: bool
    near: bool

    @property
    def copy(self) -> bool:
        """Say whether it is a copy of a text in the alert."""
        return self.frame >= COPY and self.score >= COPY_SCORE and not self.instalment

    @property
    def report(self) -> bool:
        """Say whether it reports the same event, if that isn't over."""
        told = self.score >= self.threshold and not self.instalment
        return told and not self.over

    @property
    def related(self) -> bool:
        """Say whether a story that opens an alert of its own is told as related to this one."""
        return self.near and not (self.over or self.instalment or self.alert.withdrawn)


class Asked(NamedTuple):
    """A story that is compared with alerts: its terms as they weigh in the watch, and its time.

    `at` is when it is from, `seen` when it was found.
    `acts` are those of its headline. `narrow`: the watch is of pairs of countries, so that all its
    stories are alike. `closely`: its text is compared even with alerts whose words are too unlike
    for a copy, to say how it was changed.
    """

    known: Signature
    terms: dict[int, float]
    length: float
    at: datetime
    seen: datetime
    acts: Acts
    narrow: bool
    closely: bool


def compare(asked: Asked, alert: AlertState) -> Likeness:
    """Compare a story with an alert."""
    known, terms = asked.known, asked.terms
    others = unpack_terms(alert.terms)
    score = sum([terms[term] * heavy for term, heavy in others.items() if term in terms])
    score /= asked.length * math.hypot(*others.values()) or 1.0
    apart = min(max(alert.first - asked.at, asked.at - alert.last, timedelta()), FARTHEST)
    act = _act(asked, alert)
    later = LATER_SAME_ACT if act is Act.SAME else LATER
    threshold = ENOUGH[act] + later * (apart / DAY) + GROWN * math.log2(alert.reports)
    near = score >= (NEAR if asked.narrow else NEAR_IN_ALL_NEWS)
    if apart >= NEXT_ROUND and _another_round(known.figures.keys(), alert):
        threshold += NEXT_ROUND_SCORE
    other_parties = _other_parties(known.pairs, alert)
    if other_parties:
        threshold += OTHER_PARTIES
    foreign = False
    if known.language not in alert.languages and apart <= FOREIGN_APART:
        share, anchors = _across_languages(known, alert)
        enough = FOREIGN if act in (Act.SAME, Act.UNKNOWN) else FOREIGN_OTHER_ACT
        near = near or _near_across_languages(share, anchors, act)
        told = share if anchors >= FOREIGN_ANCHOR else 0.0
        if foreign := told - enough > score - threshold:
            score, threshold = told, enough
    frame, text = 0.0, None
    if asked.closely or score >= min(threshold, COPY_SCORE):
        frame, text = _nearest_text(known.sketch, alert)
    return Likeness(
        alert=alert,
        score=min(score, 1.0),
        threshold=min(threshold, 1.0),
        frame=frame,
        text=text,
        foreign=foreign,
        instalment=text is not None
        and frame >= FRAME
        and (_refilled(known.figures.keys(), text, apart) or (other_parties and frame < REWRITTEN)),
        over=alert.closed or asked.seen > deadline(alert),
        near=near,
    )


def evidence(asked: Asked, like: Likeness) -> tuple[str, ...]:
    """Give what a story and an alert share, what weighs most first."""
    texts = asked.known.texts
    terms = asked.known.free if like.foreign else asked.terms
    others = unpack_terms(like.alert.free if like.foreign else like.alert.terms)
    shared_terms = [(terms[term] * others[term], term) for term in others if term in terms]
    return tuple(texts[term] for _, term in nlargest(EVIDENCE, shared_terms))


def crowded(found: list[Likeness]) -> list[Likeness]:
    """Raise what makes one event where a story is like many: they share an affair, not an event."""
    scores = sorted(like.score for like in found if not (like.foreign or like.over))
    if len(scores) < CROWDED:
        return found
    more = CROWD * scores[-CROWDED]
    return [
        like if like.foreign else like._replace(threshold=min(like.threshold + more, 1.0))
        for like in found
    ]


def _across_languages(known: Signature, alert: AlertState) -> tuple[float, float]:
    """Return the share of the language-free terms of one that the other has too.

    With it, how much of that is more than countries, pairs and topics.
    """
    others = unpack_terms(alert.free)
    both = [term for term in known.free if term in others]
    anchors = sum(known.free[term] for term in both if not known.texts[term].startswith(TAGGED))
    least = min(sum(known.free.values()), sum(others.values())) or 1.0
    return min(1.0, sum(known.free[term] for term in both) / least), anchors


def _near_across_languages(share: float, anchors: float, act: "Act") -> bool:
    """Say whether two texts in two languages may be of one event."""
    if act is Act.SAME:
        return share >= FOREIGN_NEAR
    return share >= FOREIGN_NEAR_OTHER_ACT and anchors >= FOREIGN_ANCHOR


class Act(Enum):
    """What the headlines of a story and of an alert say is done."""

    SAME = "same"
    AHEAD = "ahead"
    """The same, announced in one and done in the other."""
    OTHER = "other"
    UNKNOWN = "unknown"


ENOUGH = {
    Act.SAME: SAME_ACT,
    Act.AHEAD: ACT_AHEAD,
    Act.OTHER: OTHER_ACT,
    Act.UNKNOWN: USUAL,
}


def _act(asked: Asked, alert: AlertState) -> Act:
    """Compare what headlines say is done. It counts where a watch's stories are alike anyhow."""
    if not asked.narrow or not asked.acts.names:
        return Act.UNKNOWN
    others = [acts_of(text.headline) for text in alert.texts]
    if any(asked.acts.same(acts) for acts in others):
        return Act.SAME
    if any(not asked.acts.names.isdisjoint(acts.names) for acts in others):
        return Act.AHEAD
    return Act.OTHER if any(acts.names for acts in others) else Act.UNKNOWN


def _nearest_text(sketch: Sketch, alert: AlertState) -> tuple[float, Text | None]:
    best, nearest = 0.0, None
    for text in alert.texts:
        share = shared(sketch, Sketch(unpack_hashes(text.sketch), text.limit))
        if share > best:
            best, nearest = share, text
    return best, nearest


def _refilled(figures: KeysView[int], text: Text, apart: timedelta) -> bool:
    """Say whether two texts of one frame have figures and dates of their own."""
    others = {word(figure).term for figure in text.figures}
    least = min(len(figures), len(others))
    both = figures & others
    if text.limit >= HASHES and apart >= NEXT_ROUND:  # a short text, a round apart
        return least > 0 and len(both) < SAME_FIGURES_LATER * least
    days, other_days = figures & WEEKDAYS, others & WEEKDAYS
    parted = days and other_days and not days & other_days
    same = SAME_FIGURES_OTHER_DAY if parted else SAME_FIGURES
    return least >= LEAST_FIGURES and len(both) < same * least


def _other_parties(pairs: frozenset[str], alert: AlertState) -> bool:
    """Say whether in an alert others have to do with each other."""
    others = pairs and pairs_between(alert.face.tags)
    return bool(others) and pairs.isdisjoint(others)


def _another_round(figures: KeysView[int], alert: AlertState) -> bool:
    """Say whether a story and an alert have figures, and none in common."""
    if len(figures) < ROUND_FIGURES:
        return False
    others = {word(figure).term for text in alert.texts for figure in text.figures}
    return len(others) >= ROUND_FIGURES and figures.isdisjoint(others)
