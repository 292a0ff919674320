"""Scan a text once for all words the tagger knows.

One automaton holds the words of every kind and language. The longest word at a place wins, and
stands for the shorter ones inside it too, as far as they are of another group: "Chinese loan" is
a cue for China ties and still names China.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from streams.tagging.script import begins, ends, fold, folded, joins
from streams.tagging.word import CountryWord, Cue, Hide, Near, Word

STEM_LETTERS = 4
"""Letters by which the stem of a country's name may go on; a cue's goes on to its word's end."""
WORD_LETTERS = 40
LONGEST_PHRASE = 64
"""Characters that a phrase may have at most."""


class Hit(NamedTuple):
    """A word at a place of a text: `text[start:end]`."""

    word: Word
    start: int
    end: int


class _Entry(NamedTuple):
    """What a phrase says: words with their places in it, and the next shorter phrase.

    `more` is how many letters the phrase may go on by.
    """

    hits: tuple[Hit, ...]
    length: int
    more: int
    shorter: str | None


class Scanner:
    """All words in one automaton. Safe to share: what it learns of a phrase is always the same."""

    def __init__(self, words: Iterable[Word]) -> None:
        """Build the automaton; what a phrase holds is worked out when it is first met."""
        self._words: dict[str, list[Word]] = {}
        for word in words:
            self._words.setdefault(folded(word.text), []).append(word)
        self.phrases = sorted(self._words)
        self._automaton = AhoCorasick(
            self.phrases,
            implementation=Implementation.ContiguousNFA,
            matchkind=MatchKind.LeftmostLongest,
        )
        self._entries: dict[str, _Entry] = {}

    def scan(self, text: str) -> Iterator[Hit]:
        """Give all hits in the text, in order of their phrases."""
        ready = fold(text)
        for entry, start, end in self._found(ready.text, 0, len(ready.text)):
            longer = end - start - entry.length
            for word, first, last in entry.hits:
                if last < entry.length or not longer or longer <= _more(word):
                    stop = start + last if last < entry.length else end
                    yield Hit(word, *ready.span(start + first, stop))

    def _found(self, text: str, begin: int, stop: int) -> Iterator[tuple[_Entry, int, int]]:
        """Give the phrases that begin between two places, each with its own start and end."""
        part = text if begin == 0 else text[begin : stop + LONGEST_PHRASE]
        for index, at, _ in self._automaton.find_matches_as_indexes(part):
            start = begin + at
            if start >= stop:
                return
            # Most words stand between spaces: no need to ask further.
            if start and text[start - 1].isalnum() and not begins(text, start):
                continue
            phrase = self.phrases[index]
            found = self._fitting(phrase, text, start)
            if found is not None:
                yield found[0], start, found[1]
            over = start + len(phrase)
            end = found[1] if found else start + 1
            if end < over and " " in phrase:
                # The longest didn't fit, and may have covered the beginning of one that does.
                yield from self._found(text, end, min(over, stop))

    def _fitting(self, phrase: str | None, text: str, start: int) -> tuple[_Entry, int] | None:
        """Give the longest phrase here that ends where a word does, and that end."""
        while phrase is not None:
            entry = self._entries.get(phrase) or self._learn(phrase)
            end = start + entry.length
            if ends(text, end):
                return entry, end
            if entry.more:
                stop = end
                while stop < len(text) and stop - end < entry.more and joins(text[stop]):
                    stop += 1
                if ends(text, stop):
                    return entry, stop
            phrase = entry.shorter
        return None

    def _learn(self, phrase: str) -> _Entry:
        """Work out what a phrase holds: of each group leftmost first, the longest at each place."""
        size = len(phrase)
        words = self._words
        hits: list[Hit] = []
        free: dict[str, int] = {}
        shorter: str | None = None
        for start in range(size):
            if start and phrase[start - 1].isalnum() and not begins(phrase, start):
                continue
            taken: dict[str, int] = {}
            for end in range(size, start, -1):
                part = phrase[start:end]
                if part not in words:
                    continue
                if start == 0 and end < size and shorter is None:
                    shorter = part
                for word in words[part]:
                    group = _group(word)
                    fits = ends(phrase, end) or _more(word) > 0
                    if fits and free.get(group, 0) <= start and taken.setdefault(group, end) == end:
                        hits.append(Hit(word, start, end))
            free.update(taken)
        entry = _Entry(
            hits=tuple(hits),
            length=size,
            more=max(map(_more, words[phrase])),
            shorter=shorter,
        )
        self._entries[phrase] = entry
        return entry


def _group(word: Word) -> str:
    match word:
        case Cue() | Hide():
            # Words of one language don't hide those of another.
            return f"topic {word.topic} {word.language or ''}"
        case Near():
            return f"near {word.table}"
    return "country"


def _more(word: Word) -> int:
    match word:
        case Cue() | Near() | Hide():
            return WORD_LETTERS if word.stem else 0
        case CountryWord():
            return STEM_LETTERS if word.stem else 0
    return 0
