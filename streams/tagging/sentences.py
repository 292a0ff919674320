"""What a sentence tells beside countries and topics: visits, and how it puts things.

Looked at only where countries meet.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, cached_property

import msgspec

from streams.model.tags import Field, Stance, Stretch
from streams.tagging.lexicon import visit_words
from streams.tagging.lexicon_entry import Cue
from streams.tagging.passages import Passage
from streams.tagging.scan import Scanner
from streams.tagging.stance import Wording, is_history

LONGEST = 1_000
"""Characters of a sentence that are looked at: a longer one is a list or a table."""


class Sentence(msgspec.Struct, frozen=True, gc=False):
    """A sentence as far as it is looked at: `field[start:end] == text`."""

    start: int
    end: int
    text: str


class Sentences:
    """A story's sentences. A sentence is its field and its number."""

    def __init__(
        self, passages: Iterable[Passage], language: str | None = None, on: date | None = None
    ) -> None:
        """Keep the passages; nothing is looked at before it is asked for."""
        self._passages = {passage.field: passage for passage in passages}
        self._language = language
        self._on = on
        self._found: dict[tuple[Field, int], Sentence] = {}
        self._visits: dict[tuple[Field, int], bool] = {}
        self._wordings: dict[tuple[Field, int], Wording] = {}

    def at(self, place: tuple[Field, int]) -> Sentence:
        """Return a sentence with its text."""
        found = self._found.get(place)
        if found is None:
            passage = self._passages[place[0]]
            starts, number = passage.starts, place[1]
            start = starts[number]
            end = starts[number + 1] if number + 1 < len(starts) else len(passage.text)
            end = min(end, start + LONGEST)
            found = self._found[place] = Sentence(start, end, passage.text[start:end])
        return found

    def tells_of_a_visit(self, place: tuple[Field, int]) -> bool:
        """Say whether someone comes somewhere in a sentence."""
        if place not in self._visits:
            self._visits[place] = bool(_scanner().scan(self.at(place).text, 1))
        return self._visits[place]

    def stance(self, place: tuple[Field, int] | None = None, spots: Sequence[int] = ()) -> Stance:
        """Return how a sentence puts what it says of the countries that its field names at `spots`.

        Without a sentence that is how the story as a whole is put.
        """
        if self._history:
            return Stance.HISTORICAL
        if place is None:
            return Stance.ACTUAL
        sentence = self.at(place)
        if place not in self._wordings:
            self._wordings[place] = Wording(sentence.text, self._language, self._on)
        start, end = sentence.start, sentence.end
        return self._wordings[place].stance([max(0, min(spot, end) - start) for spot in spots])

    def stretch(self, place: tuple[Field, int], last: int) -> Stretch:
        """Return where the sentences of a field from one to the `last` stand, bare of blanks."""
        field, number = place
        start, text = self.at(place).start, self.at(place).text
        if last != number:
            text = self._passages[field].text[start : self.at((field, last)).end]
        bare = text.strip()
        first = start + text.index(bare)
        return Stretch(field=field, start=first, end=first + len(bare))

    @cached_property
    def _history(self) -> bool:
        headline = self._passages.get("headline")
        text = self._passages.get("summary") or self._passages.get("body")
        opening = text.text[text.dateline :] if text else ""
        return is_history(headline.text if headline else "", opening, self._language)


@cache
def _scanner() -> Scanner:
    """Make a scanner for visits: to it they are cues."""
    return Scanner(
        Cue(word.removesuffix("*"), "visit", 1.0, stem=word.endswith("*")) for word in visit_words()
    )
