"""How like a story is to an open alert: by its words, by the frame of its text, by its figures."""

import math
from datetime import datetime, timedelta
from heapq import nlargest
from typing import NamedTuple

from streams.encoder import Embedding
from streams.grouping.acts import Act, Acts, compared
from streams.grouping.embeddings import likeness_of_meaning
from streams.grouping.evidence import Evidence, asked_for, chance
from streams.grouping.index import deadline
from streams.grouping.instalments import is_another_round, is_another_table, is_refilled
from streams.grouping.kinds import compare_kinds
from streams.grouping.other_words import (
    is_about_another,
    is_short,
    is_short_text,
    names_others,
)
from streams.grouping.packing import unpack_hashes, unpack_terms
from streams.grouping.signature import Signature
from streams.grouping.sketch import Sketch, shared
from streams.grouping.tag_terms import pairs_between
from streams.grouping.weights import (
    COPY,
    COPY_SCORE,
    CROWD,
    CROWDED,
    FARTHEST,
    FOREIGN,
    FOREIGN_ANCHOR,
    FOREIGN_APART,
    FRAME,
    GROWN,
    IN_ALL_NEWS,
    LATER,
    LATER_IN_A_PAIR,
    LATER_SAME_ACT,
    NEAR_IN_ALL_NEWS,
    NEXT_ROUND,
    NEXT_ROUND_SCORE,
    OTHER_PARTIES,
    REWRITTEN,
    USUAL,
)
from streams.model.alert import AlertState, Text

DAY = timedelta(days=1)
EVIDENCE = 6
TAGGED = ("country ", "pair ", "topic ")


class Told(NamedTuple):
    """What speaks for one event (`score`, 0..1), and what it takes (`threshold`).

    `near`: it may be of that event, though it isn't sure. `foreign`: by what is the same in all
    languages. `meaning` is the likeness of the embeddings, if they were compared.
    """

    score: float
    threshold: float
    near: bool
    foreign: bool
    meaning: float | None

    @property
    def margin(self) -> float:
        """Return by how much it is more than it takes."""
        return self.score - self.threshold


class Likeness(NamedTuple):
    """What a story shares with an alert.

    `told` says whether it reports the same event. `words` is the likeness of their words, 0..1.
    `frame` is the share of the text that stands in one of the alert's own, which is `text`. `over`:
    the alert's window had passed by then.
    """

    alert: AlertState
    told: Told
    words: float
    frame: float
    text: Text | None
    instalment: bool
    over: bool
    another: bool = False
    """Short reports of one form that differ in what they are about: never joined, but related."""

    @property
    def copy(self) -> bool:
        """Say whether it is a copy of a text in the alert."""
        return self.frame >= COPY and self.words >= COPY_SCORE and not self._apart

    @property
    def report(self) -> bool:
        """Say whether it reports the same event, if that isn't over."""
        return self.told.margin >= 0 and not self._apart and not self.over

    @property
    def related(self) -> bool:
        """Say whether a story that opens an alert of its own is told as related to this one."""
        return self.told.near and not (self.over or self.instalment or self.alert.withdrawn)

    @property
    def _apart(self) -> bool:
        return self.instalment or self.another


class ComparedStory(NamedTuple):
    """A story that is compared with alerts: its terms as they weigh in the watch, and its time.

    `at` is when it is from, `seen` when it was found.
    `acts` are those of its headline, `embedding` stands for its text, if an encoder read it.
    `narrow`: the watch is of pairs of countries, so that all its
    stories are alike. `closely`: its text is compared even with alerts whose words are too unlike
    for a copy, to say how it was changed.
    """

    known: Signature
    terms: dict[int, float]
    length: float
    at: datetime
    seen: datetime
    acts: Acts
    embedding: Embedding | None
    narrow: bool
    closely: bool


def compare(asked: ComparedStory, alert: AlertState) -> Likeness:
    """Compare a story with an alert."""
    known = asked.known
    words = _words(asked, alert)
    act = compared(asked.acts, [text.headline for text in alert.texts] if asked.narrow else ())
    apart = min(max(alert.first - asked.at, asked.at - alert.last, timedelta()), FARTHEST)
    later = LATER_IN_A_PAIR if asked.narrow else LATER
    if act is Act.SAME:
        later = LATER_SAME_ACT
    # In a pair's watch the reports of a day belong together, whatever their hours.
    days = max(0.0, apart / DAY - asked.narrow)
    more = later * days + GROWN * math.log2(alert.reports)
    if apart >= NEXT_ROUND and is_another_round(known, alert):
        more += NEXT_ROUND_SCORE
    if other_parties := _other_parties(known.pairs, alert):
        more += OTHER_PARTIES
    if asked.narrow:
        told = _in_a_pairs_watch(asked, alert, words, act, more)
    else:
        told = _in_all_news(asked, alert, words, apart, more)
    frame, text = 0.0, None
    if asked.closely or words >= COPY_SCORE or told.score >= told.threshold:
        frame, text = _nearest_text(known.sketch, alert)
    return Likeness(
        alert=alert,
        told=told,
        words=min(words, 1.0),
        frame=frame,
        text=text,
        instalment=is_another_table(known, alert)
        or (
            text is not None
            and frame >= FRAME
            and (is_refilled(known, text, frame, apart) or (other_parties and frame < REWRITTEN))
        ),
        over=alert.closed or asked.seen > deadline(alert),
        another=is_about_another(known, alert, by_names=not asked.narrow),
    )


def evidence(asked: ComparedStory, like: Likeness) -> tuple[str, ...]:
    """Return what a story and an alert share, what weighs most first."""
    texts = asked.known.texts
    terms = asked.known.free if like.told.foreign else asked.terms
    others = unpack_terms(like.alert.free if like.told.foreign else like.alert.terms)
    shared_terms = [(terms[term] * others[term], term) for term in others if term in terms]
    return tuple(texts[term] for _, term in nlargest(EVIDENCE, shared_terms))


def crowded(found: list[Likeness]) -> list[Likeness]:
    """Raise what makes one event where a story is like many: they share an affair, not an event."""
    scores = sorted(like.words for like in found if not (like.told.foreign or like.over))
    if len(scores) < CROWDED:
        return found
    more = CROWD * scores[-CROWDED]
    return [like if like.told.foreign else _asking(like, more) for like in found]


def _asking(like: Likeness, more: float) -> Likeness:
    told = like.told
    return like._replace(told=told._replace(threshold=min(told.threshold + more, 1.0)))


def _words(asked: ComparedStory, alert: AlertState) -> float:
    """Return the cosine of a story's terms and an alert's."""
    terms, others = asked.terms, unpack_terms(alert.terms)
    both = sum([terms[term] * heavy for term, heavy in others.items() if term in terms])
    return both / (asked.length * math.hypot(*others.values()) or 1.0)


def _beside_tags(asked: ComparedStory, alert: AlertState) -> float:
    """Return what of that cosine is not by countries, pair and topics.

    They are what the watch is of, and of a report of two lines they are most of its terms.
    """
    terms, texts = asked.terms, asked.known.texts
    told = {term: heavy for term, heavy in terms.items() if not texts[term].startswith(TAGGED)}
    return _words(asked._replace(terms=told), alert)


def _in_a_pairs_watch(
    asked: ComparedStory, alert: AlertState, words: float, act: Act, more: float
) -> Told:
    """Add up what speaks for one event, where the words are much the same in all stories."""
    found = of_all = _evidence(asked, alert, words, act)
    if is_short(asked.known.sketch):
        found = found._replace(words=_beside_tags(asked, alert))
    return Told(
        score=chance(found.odds),
        threshold=chance(asked_for(more)),
        near=of_all.near,
        foreign=found.foreign,
        meaning=found.meaning,
    )


def _in_all_news(
    asked: ComparedStory, alert: AlertState, words: float, apart: timedelta, more: float
) -> Told:
    """Compare by words, and only where the languages differ by what is the same in all of them."""
    told = Told(
        score=min(words, 1.0),
        threshold=min(USUAL + more, 1.0),
        near=words >= NEAR_IN_ALL_NEWS,
        foreign=False,
        meaning=None,
    )
    if asked.known.language in alert.languages or apart > FOREIGN_APART:
        return told
    share = _shared_in_all_languages(asked.known, alert)
    across = told._replace(score=share, threshold=FOREIGN, foreign=True)
    act = compared(asked.acts, [text.headline for text in alert.texts])
    found = _evidence(asked, alert, words, act)
    if found.meaning is not None:
        by_meaning = across._replace(
            score=chance(found.odds),
            threshold=chance(IN_ALL_NEWS),
            near=told.near or found.odds >= 0,
            meaning=found.meaning,
        )
        across = max(across, by_meaning, key=lambda one: one.margin)
    return max(told, across, key=lambda one: one.margin)


def _shared_in_all_languages(known: Signature, alert: AlertState) -> float:
    """Return the share of the language-free terms of one that the other has too.

    Nothing, where that is little more than countries, pairs and topics.
    """
    others = unpack_terms(alert.free)
    both = [term for term in known.free if term in others]
    anchors = sum(known.free[term] for term in both if not known.texts[term].startswith(TAGGED))
    if anchors < FOREIGN_ANCHOR:
        return 0.0
    least = min(sum(known.free.values()), sum(others.values())) or 1.0
    return min(1.0, sum(known.free[term] for term in both) / least)


def _evidence(asked: ComparedStory, alert: AlertState, words: float, act: Act) -> Evidence:
    known, others = asked.known, unpack_terms(alert.free)
    short = asked.narrow and is_short(known.sketch) and all(map(is_short_text, alert.texts))
    return Evidence(
        words=words,
        meaning=likeness_of_meaning(asked.embedding, known.language, alert),
        act=act,
        names=len(known.names & others.keys()),
        amounts=len(known.amounts & others.keys()),
        foreign=known.language not in alert.languages,
        short=short,
        kinds=compare_kinds(known.kinds, (set(text.kinds) for text in alert.texts)),
        others_named=short and names_others(known, alert.texts),
    )


def _nearest_text(sketch: Sketch, alert: AlertState) -> tuple[float, Text | None]:
    best, nearest = 0.0, None
    for text in alert.texts:
        share = shared(sketch, Sketch(unpack_hashes(text.sketch), text.limit))
        if share > best:
            best, nearest = share, text
    return best, nearest


def _other_parties(pairs: frozenset[str], alert: AlertState) -> bool:
    """Say whether in an alert others have to do with each other."""
    others = pairs and pairs_between(alert.face.tags)
    return bool(others) and pairs.isdisjoint(others)
