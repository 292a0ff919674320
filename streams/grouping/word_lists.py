"""Lists of words with what they stand for, as `name: words`, in several languages. Pure.

A word counts in all its endings (`visits`, `visiting`), two words with a dash one after the other,
and one of another script wherever it stands: many have no spaces.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from streams.grouping.term_weights import plain, stem, unbroken

_WORDS: Final = re.compile(r"[^\W\d_]+")


class NamedWord(NamedTuple):
    """A word of a text with what it stands for, and the word before it."""

    before: str
    names: frozenset[str]


class WordLists:
    """What words stand for."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read lines of `name: words`."""
        self.words: dict[tuple[str, str], set[str]] = {}
        self.pieces: list[tuple[str, str]] = []
        for line in lines:
            name, _, told = line.partition(":")
            for entry in plain(told).split():
                first, _, second = entry.partition("-")
                if first.isascii():
                    self.words.setdefault((stem(first), second), set()).add(name)
                else:
                    self.pieces.append((entry, name))

    def in_scripts(self, text: str) -> set[str]:
        """Return what the words of other scripts in a text stand for, which is `comparable`."""
        return set() if text.isascii() else {name for piece, name in self.pieces if piece in text}

    def in_words(self, text: str) -> Iterator[NamedWord]:
        """Go through the other words of a text, which is `comparable`, that stand for something."""
        before = ""
        for token, after in pairwise((*_WORDS.findall(text), "")):
            one = stem(token)
            named = self.words.get((one, ""), set()) | self.words.get((one, after), set())
            if named:
                yield NamedWord(before, frozenset(named))
            before = token

    def in_text(self, text: str) -> frozenset[str]:
        """Return all that a text's words stand for."""
        told = comparable(text)
        return frozenset(self.in_scripts(told).union(*(one.names for one in self.in_words(told))))


def comparable(text: str) -> str:
    """Return a text as the lists write theirs: small, without accents or signs of no width."""
    return plain(unbroken(text))


def lines_of(text: str) -> list[str]:
    """Return the lines of a file of lists, without its comments."""
    return [line for line in text.splitlines() if line and not line.startswith("#")]
