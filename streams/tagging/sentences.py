"""What a sentence tells beside countries and topics: visits, and how it puts things.

Looked at only where countries meet.
"""

from collections.abc import Iterable
from functools import cache

from streams.tagging.passages import Passage
from streams.tagging.scan import Scanner
from streams.tagging.word import Cue
from streams.tagging.words import stance_words, visit_words
from streams.tags import Field, Stance

VISIT = "visit"
LONGEST = 1_000
"""Characters of a sentence that are looked at: a longer one is a list or a table."""


class Sentences:
    """A story's sentences. A sentence is its field and its number."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        """Keep the passages; nothing is looked at before it is asked for."""
        self._passages = {passage.field: passage for passage in passages}
        self._known: dict[tuple[Field, int], frozenset[str]] = {}

    def tells_of_a_visit(self, place: tuple[Field, int]) -> bool:
        """Say whether someone comes somewhere in a sentence."""
        return VISIT in self._signs(place)

    def stance(self, place: tuple[Field, int]) -> Stance:
        """Give how a sentence puts what it says."""
        signs = self._signs(place)
        return next((stance for stance in _stances() if stance in signs), Stance.ACTUAL)

    def _signs(self, place: tuple[Field, int]) -> frozenset[str]:
        if place not in self._known:
            hits = _scanner().scan(self._text(place))
            self._known[place] = frozenset(
                hit.word.topic for hit in hits if isinstance(hit.word, Cue)
            )
        return self._known[place]

    def _text(self, place: tuple[Field, int]) -> str:
        field, number = place
        passage = self._passages[field]
        starts = passage.starts
        end = starts[number + 1] if number + 1 < len(starts) else len(passage.text)
        return passage.text[starts[number] : min(end, starts[number] + LONGEST)]


@cache
def _stances() -> tuple[Stance, ...]:
    """Give the stances in the order in which they are asked for."""
    return tuple(map(Stance, stance_words()))


@cache
def _scanner() -> Scanner:
    """Make a scanner for signs: to it they are cues."""
    words = {**stance_words(), VISIT: visit_words()}
    return Scanner(
        Cue(word.removesuffix("*"), sign, 1.0, stem=word.endswith("*"))
        for sign, group in words.items()
        for word in group
    )
