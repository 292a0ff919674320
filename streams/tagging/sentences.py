"""What a sentence tells beside countries and topics: visits, and how it puts things.

Looked at only where countries meet.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, cached_property

from streams.model.tags import Field, Stance, Stretch
from streams.tagging.lexicon import visit_words
from streams.tagging.lexicon_entry import Cue
from streams.tagging.passages import Passage
from streams.tagging.scan import Scanner
from streams.tagging.stance import Wording, is_history

LONGEST = 1_000
"""Characters of a sentence that are looked at: a longer one is a list or a table."""


class Sentences:
    """A story's sentences. A sentence is its field and its number."""

    def __init__(
        self, passages: Iterable[Passage], language: str | None = None, on: date | None = None
    ) -> None:
        """Keep the passages; nothing is looked at before it is asked for."""
        self._passages = {passage.field: passage for passage in passages}
        self._language = language
        self._on = on
        self._visits: dict[tuple[Field, int], bool] = {}
        self._wordings: dict[tuple[Field, int], Wording] = {}

    def tells_of_a_visit(self, place: tuple[Field, int]) -> bool:
        """Say whether someone comes somewhere in a sentence."""
        if place not in self._visits:
            hits = _scanner().scan(self.text(place))
            self._visits[place] = next(hits, None) is not None
        return self._visits[place]

    def stance(self, place: tuple[Field, int] | None = None, spots: Sequence[int] = ()) -> Stance:
        """Return how a sentence puts what it says of the countries that its field names at `spots`.

        Without a sentence that is how the story as a whole is put.
        """
        if self._history:
            return Stance.HISTORICAL
        if place is None:
            return Stance.ACTUAL
        if place not in self._wordings:
            self._wordings[place] = Wording(self.text(place), self._language, self._on)
        start, end = self.span(place)
        return self._wordings[place].stance([max(0, min(spot, end) - start) for spot in spots])

    def span(self, place: tuple[Field, int]) -> tuple[int, int]:
        """Return where a sentence begins and ends in its field."""
        field, number = place
        passage = self._passages[field]
        starts = passage.starts
        start = starts[number]
        end = starts[number + 1] if number + 1 < len(starts) else len(passage.text)
        return start, min(end, start + LONGEST)

    def text(self, place: tuple[Field, int]) -> str:
        """Return a sentence's text."""
        start, end = self.span(place)
        return self._passages[place[0]].text[start:end]

    def stretch(self, place: tuple[Field, int], last: int) -> Stretch:
        """Return where the sentences of a field from one to the `last` stand, bare of blanks."""
        field, number = place
        start, end = self.span(place)
        if last != number:
            end = self.span((field, last))[1]
        text = self._passages[field].text[start:end]
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
