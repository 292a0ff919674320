"""Whether two short reports of one form differ in what they are about. Pure.

`A frigate visits Helsinki`, `A drone is found near Ivalo`: of texts this short all but one word may
be the same, and that word is the event. A long text says more of it than its headline does.
"""

from collections.abc import Mapping, Set

from streams.grouping.acts import act_terms
from streams.grouping.instalments import pieces_of
from streams.grouping.packing import unpack_terms
from streams.grouping.signature import Signature, words_of
from streams.grouping.weights import SAME_FORM, SHORT_TEXT, TELLING_WORD
from streams.model.alert import AlertState, Text


def is_about_another(known: Signature, alert: AlertState) -> bool:
    """Say whether a short report says of something else what those of an alert say."""
    size = pieces_of(len(known.sketch.hashes), known.sketch.limit)
    if size > SHORT_TEXT:
        return False
    seen = unpack_terms(alert.terms)
    return bool(alert.texts) and all(_other(known, text, seen) for text in alert.texts)


def _other(known: Signature, text: Text, seen: Mapping[int, float]) -> bool:
    """Say whether each headline has a word of weight that the other's whole text hasn't."""
    if pieces_of(len(text.sketch) // 4, text.limit) > SHORT_TEXT:
        return False
    mine, theirs = known.written, words_of(text.headline)
    if len(mine.keys() & theirs.keys()) < SAME_FORM * min(len(mine), len(theirs)):
        return False
    own = mine.keys() - theirs.keys() - seen.keys() - act_terms()
    lacking = theirs.keys() - mine.keys() - known.rarity.keys() - act_terms()
    return _tells(own, known.headline) and _tells(lacking, theirs)


def _tells(terms: Set[int], weights: Mapping[int, float]) -> bool:
    return any(weights.get(term, 0.0) >= TELLING_WORD for term in terms)
