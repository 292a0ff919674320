"""Words of the operator's own in the text of a story, in any script.

Every word counts wherever it stands, whatever other words are looked for in the same pass: one
watch never changes what another one finds.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from streams.story import Story
from streams.tagging.passages import Passage, passages
from streams.tagging.script import begins, ends, fold, folded, joins
from streams.tags import Span

STEM = "*"
"""At the end of a word: it may go on to the end of the text's word."""
MOST_PLACES = 200
"""Places kept of one word in a story."""


class Place(NamedTuple):
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

    def find(self, story: Story) -> Mapping[str, tuple[Place, ...]]:
        """Give the places of each word that is there, by the word as written."""
        if not self._phrases:
            return {}
        found: dict[str, list[Place]] = {}
        before = 0
        for passage in passages(story):
            for span in self._spans(passage):
                places = found.setdefault(span.entry, [])
                if len(places) < MOST_PLACES and passage.told(span.start):
                    places.append(Place(span, before + passage.sentence(span.start)))
            before += len(passage.starts)
        return {word: tuple(places) for word, places in found.items() if places}

    def _spans(self, passage: Passage) -> Iterator[Span]:
        ready = fold(passage.text)
        text = ready.text
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if not begins(text, start):
                continue
            for word in self._words[self._phrases[index]]:
                stop = _word_end(text, end) if word.endswith(STEM) else end
                if ends(text, stop):
                    first, last = ready.span(start, stop)
                    yield Span(
                        field=passage.field,
                        start=first,
                        end=last,
                        surface=passage.text[first:last],
                        entry=word,
                    )


def _word_end(text: str, end: int) -> int:
    while end < len(text) and joins(text[end]):
        end += 1
    return end
