"""Words of the operator's own in the text of a story, in any script.

Every word counts wherever it stands, whatever other words are looked for in the same pass: one
watch never changes what another one finds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from streams.model.story import Story
from streams.model.tags import Span
from streams.tagging.passages import passages
from streams.tagging.script import begins, ends, fold, folded, joins

STEM = "*"
"""At the end of a word: it may go on to the end of the text's word."""
MOST_PLACES = 200
"""Places kept of one word in a story."""
MOST_LETTERS = 200
"""Letters shown of a word that goes on: enough of what is no word."""


class KeywordHit(NamedTuple):
    """Where a word stands: a span, and the number of its sentence within the story."""

    span: Span
    sentence: int


class Terms:
    """Words in one automaton; immutable, safe to share."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take words as they are written in a watch."""
        self._words: dict[str, list[str]] = {}
        for word in sorted(set(words)):
            self._words.setdefault(folded(word.removesuffix(STEM)), []).append(word)
        self._phrases = list(self._words)
        self._automaton = AhoCorasick(
            self._phrases,
            implementation=Implementation.ContiguousNFA,
            matchkind=MatchKind.Standard,
        )

    def find(self, story: Story) -> Mapping[str, tuple[KeywordHit, ...]]:
        """Return the places of each word that is there, by the word as written."""
        if not self._phrases:
            return {}
        found: dict[str, list[KeywordHit]] = {}
        before = 0
        for passage in passages(story):
            for word, first, last in self._found(passage.text, found):
                if passage.told(first):
                    span = Span(
                        field=passage.field,
                        start=first,
                        end=last,
                        surface=passage.text[first:last],
                        entry=word,
                    )
                    place = KeywordHit(span, before + passage.sentence(first))
                    found.setdefault(word, []).append(place)
            before += len(passage.starts)
        return {word: tuple(places) for word, places in found.items()}

    def _found(
        self, whole: str, known: Mapping[str, Sequence[KeywordHit]]
    ) -> Iterator[tuple[str, int, int]]:
        """Return where words stand, until enough places of each are known."""
        ready = fold(whole)
        text = ready.text
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if not begins(text, start):
                continue
            for word in self._words[self._phrases[index]]:
                if len(known.get(word, ())) >= MOST_PLACES:
                    continue
                stop = _word_end(text, end) if word.endswith(STEM) else end
                if ends(text, stop) or stop == end + MOST_LETTERS:
                    yield word, *ready.span(start, stop)


def _word_end(text: str, end: int) -> int:
    """Return where a word ends that may go on; of a very long one, where enough of it is seen."""
    for stop in range(end, min(len(text), end + MOST_LETTERS)):
        if not joins(text[stop]):
            return stop
    return min(len(text), end + MOST_LETTERS)
