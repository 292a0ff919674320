"""Whether two headlines fill one form with another name and another thing. Pure.

`Nebraska Guard trains Cambodian deminers`, `Idaho Guard trains Cambodian medics`: an outlet tells
all news of a kind in the same words, so that nearly all words say that it is one event.
"""

from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from streams.grouping.acts import act_terms
from streams.grouping.packing import mark, unpack_marks, unpack_terms
from streams.grouping.signature import Signature
from streams.grouping.term_weights import ENGLISH, WeightedTerm, tokens
from streams.grouping.weights import FORM_SHARE, MOST_HEADLINES, SLOTS, TELLING_WORD
from streams.model.alert import AlertState

Slot = tuple[Sequence[WeightedTerm], Sequence[WeightedTerm]]
"""What two headlines have in the same place."""


def fills_anew(known: Signature, alert: AlertState) -> bool:
    """Say whether a story fills the headline of a text in an alert anew.

    In two places each has a word of weight that nothing in the other has; in one of them a name.
    """
    mine = words_in_order(known.title)
    seen, said = unpack_terms(alert.terms), unpack_marks(alert.said)

    def is_my_own(term: int) -> bool:
        return term not in seen and mark(term) not in said

    def is_their_own(term: int) -> bool:
        return term not in known.rarity

    def is_my_name(term: int) -> bool:
        return term in known.said

    def is_their_name(term: int) -> bool:
        return mark(term) in said

    for text in alert.texts:
        other = [
            (_own(first, is_my_own), _own(second, is_their_own))
            for first, second in slots(mine, words_in_order(text.headline))
        ]
        filled = [one for one in other if all(one)]
        named = any(
            any(map(is_my_name, first)) and any(map(is_their_name, second))
            for first, second in filled
        )
        if named and len(filled) >= SLOTS:
            return True
    return False


def slots(mine: Sequence[WeightedTerm], theirs: Sequence[WeightedTerm]) -> list[Slot]:
    """Return what stands in the same places of two headlines of one form, where that differs."""
    first, second = [one.term for one in mine], [one.term for one in theirs]
    least = FORM_SHARE * min(len(first), len(second))
    if not first or not second or len(set(first).intersection(second)) < least:
        return []
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    steps = matcher.get_opcodes()
    if sum(end - start for what, start, end, _, _ in steps if what == "equal") < least:
        return []
    return [
        (mine[start:end], theirs[begin:stop])
        for what, start, end, begin, stop in steps
        if what == "replace"
    ]


@lru_cache(MOST_HEADLINES)
def words_in_order(headline: str) -> tuple[WeightedTerm, ...]:
    """Return a headline's words that tell something, as they stand."""
    return tuple(one for token in tokens(headline) if (one := ENGLISH[token]).weight)


def _own(slot: Iterable[WeightedTerm], is_own: Callable[[int], bool]) -> list[int]:
    return [
        one.term
        for one in slot
        if one.weight >= TELLING_WORD and one.term not in act_terms() and is_own(one.term)
    ]
