"""Scan a text once for all words the tagger knows.

One automaton holds the words of every kind and language. The longest word at a place wins, and
stands for the shorter ones inside it too, as far as they are of another group: "Chinese loan" is
a cue for China ties and still names China.
"""

import sys
from collections.abc import Iterable, Iterator

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from streams.tagging.lexicon_entry import ENGLISH, CountryWord, Cue, Hide, Near, Word
from streams.tagging.script import Folded, begins, ends, fold, folded, joins

STEM_LETTERS = 4
"""Letters by which the stem of a country's name may go on; a cue's goes on to its word's end."""
WORD_LETTERS = 40
LONGEST_PHRASE = 64
"""Characters that a phrase may have at most."""


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A word at a place of a text: `text[start:end]`."""

    word: Word
    start: int
    end: int


class _Entry(msgspec.Struct, frozen=True, gc=False):
    """What a phrase says: its words, each with where in it and how far it goes on.

    `more` is how many letters the phrase may go on by. `alone` says that nothing else can be here
    where the phrase itself isn't.
    """

    hits: tuple[tuple[Word, int, int, int], ...]
    length: int
    more: int
    shorter: str | None
    alone: bool
    only: Word | None
    """The word, where the whole phrase is one and nothing else."""


class Scanner:
    """All words in one automaton. Safe to share: what it learns of a phrase is always the same."""

    def __init__(self, words: Iterable[Word]) -> None:
        """Build the automaton; what a phrase holds is worked out when it is first met."""
        self._words: dict[str, list[Word]] = {}
        for word in words:
            self._words.setdefault(folded(word.text), []).append(word)
        self.phrases = sorted(self._words)
        self._spaced = [" " in phrase for phrase in self.phrases]
        self._automaton = AhoCorasick(
            self.phrases,
            implementation=Implementation.ContiguousNFA,
            matchkind=MatchKind.LeftmostLongest,
        )
        self._entries: dict[str, _Entry] = {}

    def scan(self, text: str, most: int = sys.maxsize) -> list[Hit]:
        """Return the first hits in the text: in the order they begin in, of several the longest."""
        ready = fold(text)
        hits: list[Hit] = []
        self._collect(hits, ready, 0, len(ready.text), most)
        return hits[:most]

    def _collect(self, hits: list[Hit], ready: Folded, begin: int, stop: int, most: int) -> None:
        """Add what phrases say that begin between two places; stop when there are enough."""
        text, moved = ready.text, ready.moved
        part = text if begin == 0 else text[begin : stop + LONGEST_PHRASE]
        plain = text.isascii()
        size = len(text)
        phrases, entries, spaced = self.phrases, self._entries, self._spaced
        for index, at, to in self._automaton.find_matches_as_indexes(part):
            start = begin + at
            if start >= stop:
                return
            # Two of three are inside a word. Most others stand between spaces.
            before = text[start - 1] if start else " "
            if before != " " and (before.isalnum() if plain else not begins(text, start)):
                if spaced[index]:
                    # It may cover the beginning of a word: the town O Mon does in "to Mongolia".
                    self._collect(hits, ready, start + 1, min(begin + to, stop), most)
                continue
            if len(hits) >= most:
                return
            phrase = phrases[index]
            entry = entries.get(phrase) or self._learn(phrase)
            end = begin + to
            if end == size or text[end] == " " or (plain and not text[end].isalnum()):
                if entry.only is not None and not moved:
                    hits.append(Hit(entry.only, start, end))
                else:
                    hits += _hits(entry, start, end, ready)
                continue
            if plain and entry.alone and text[end - 1].isalnum():
                continue
            after = self._collect_fitting(hits, entry, ready, start)
            if after < end and spaced[index]:
                # The longest didn't fit, and may have covered the beginning of one that does.
                self._collect(hits, ready, after, min(end, stop), most)

    def _collect_fitting(self, hits: list[Hit], entry: _Entry, ready: Folded, start: int) -> int:
        """Add what the longest phrase says that begins here and fits; return what is behind it."""
        found = self._fitting(entry, ready.text, start)
        if found is None:
            return start + 1
        hits += _hits(found[0], start, found[1], ready)
        return found[1]

    def _fitting(self, entry: _Entry, text: str, start: int) -> tuple[_Entry, int] | None:
        """Return the longest phrase here that ends where a word does, and that end."""
        while True:
            end = start + entry.length
            if ends(text, end, entry.length):
                return entry, end
            if entry.more:
                stop = end
                while stop < len(text) and stop - end < entry.more and joins(text[stop]):
                    stop += 1
                if ends(text, stop):
                    return entry, stop
            if entry.shorter is None:
                return None
            entry = self._entries.get(entry.shorter) or self._learn(entry.shorter)

    def _learn(self, phrase: str) -> _Entry:
        """Work out what a phrase holds: of each group leftmost first, the longest at each place."""
        size = len(phrase)
        words = self._words
        hits: list[tuple[Word, int, int, int]] = []
        free: dict[str, int] = {}
        shorter: str | None = None
        for start in range(size):
            if not begins(phrase, start):
                continue
            taken: dict[str, int] = {}
            for end in range(size, start, -1):
                part = phrase[start:end]
                if part not in words:
                    continue
                if start == 0 and end < size and shorter is None:
                    shorter = part
                for word in words[part]:
                    group, more = _group(word), _more(word)
                    fits = more > 0 or ends(phrase, end)
                    if fits and free.get(group, 0) <= start and taken.setdefault(group, end) == end:
                        hits.append((word, start, end, more))
            free.update(taken)
        more = max(map(_more, words[phrase]))
        alone = not more and shorter is None and " " not in phrase
        whole = len(hits) == 1 and hits[0][1:3] == (0, size)
        only = hits[0][0] if whole else None
        entry = _Entry(tuple(hits), size, more, shorter, alone, only)
        self._entries[phrase] = entry
        return entry


def _hits(entry: _Entry, start: int, end: int, ready: Folded) -> Iterator[Hit]:
    """Return what a phrase says that was found from one place of a folded text to another."""
    length = entry.length
    longer = end - start - length
    for word, first, last, more in entry.hits:
        if last < length or longer <= more:
            begin, stop = start + first, start + last if last < length else end
            if ready.moved:
                begin, stop = ready.span(begin, stop)
            yield Hit(word, begin, stop)


def outermost(hits: Iterable[Hit]) -> list[Hit]:
    """Return hits without those inside longer ones."""
    kept: list[Hit] = []
    start = end = 0
    for hit in hits:
        if hit.end > end:
            start, end = hit.start, hit.end
        elif (hit.start, hit.end) != (start, end):
            continue
        kept.append(hit)
    return kept


def _group(word: Word) -> str:
    match word:
        case Cue() | Hide():
            # Words of one language don't hide those of another, but names go with English ones.
            return f"topic {word.topic} {word.language or ENGLISH}"
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
