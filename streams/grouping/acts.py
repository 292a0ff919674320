"""What a headline says that somebody does: visit, cut, lift, dock, sign. Pure."""

import re
from collections.abc import Iterable
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from streams.grouping.term_weights import number_of, plain, stem, unbroken

MOST_HEADLINES: Final = 20_000
"""Headlines whose acts are remembered, some 5 MB."""
ENDED_BY: Final = {"impose": "lift", "cut": "resume"}
"""Acts that a headline names only to say that they end: a ban is lifted, what was cut resumes."""
CONTRARY: Final = {
    "impose": frozenset({"visit", "dock", "give", "drill", "lift", "resume"}),
    "cut": frozenset({"give", "resume"}),
}
"""What one takes, and what one gives: where one headline says the one alone and another the other,
two things are done, whatever words they share."""
AHEAD: Final = "ahead"
"""The line of the words that say, before an act, that it is to come."""
_WORDS = re.compile(r"[^\W\d_]+")


class Acts(NamedTuple):
    """The acts of a headline, and whether it tells of them as something to come."""

    names: frozenset[str]
    ahead: bool

    def same(self, other: "Acts") -> bool:
        """Say whether two headlines name an act in common, done in both or to come in both."""
        return self.ahead is other.ahead and not self.names.isdisjoint(other.names)

    def contrary(self, other: "Acts") -> bool:
        """Say whether one headline gives only and the other takes only."""
        return _takes(self.names, other.names) or _takes(other.names, self.names)


class Act(Enum):
    """What the headlines of a story and of an alert say is done."""

    SAME = "same"
    AHEAD = "ahead"
    """The same, announced in one and done in the other."""
    CONTRARY = "contrary"
    """What one gives and the other takes: a visit and sanctions, aid and its end."""
    OTHER = "other"
    UNKNOWN = "unknown"


def _takes(names: frozenset[str], given: frozenset[str]) -> bool:
    return bool(names and given) and all(given <= CONTRARY.get(one, frozenset()) for one in names)


class _Lexicon:
    """Acts by a word's stem, by two words, and by pieces of scripts without spaces."""

    def __init__(self, lines: list[str]) -> None:
        self.ahead: frozenset[str] = frozenset()
        self.ahead_pieces: tuple[str, ...] = ()
        self.words: dict[tuple[str, str], set[str]] = {}
        self.pieces: list[tuple[str, str]] = []
        for line in lines:
            act, _, told = line.partition(":")
            entries = plain(told).split()
            if act == AHEAD:
                self.ahead = frozenset(entries)
                self.ahead_pieces = tuple(entry for entry in entries if not entry.isascii())
                continue
            for entry in entries:
                first, _, second = entry.partition("-")
                if first.isascii():
                    self.words.setdefault((stem(first), second), set()).add(act)
                else:
                    self.pieces.append((entry, act))


@lru_cache(MOST_HEADLINES)
def acts_of(headline: str) -> Acts:
    """Read a headline."""
    lexicon, text = _lexicon(), plain(unbroken(headline))
    found = {act for piece, act in lexicon.pieces if piece in text}
    tokens = _WORDS.findall(text)
    ahead: bool | None = True if any(piece in text for piece in lexicon.ahead_pieces) else None
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        one = stem(token)
        named = lexicon.words.get((one, ""), set()) | lexicon.words.get((one, after), set())
        if named and ahead is None:
            ahead = before in lexicon.ahead
        found |= named
    found -= {act for act, end in ENDED_BY.items() if end in found}
    return Acts(frozenset(found), bool(ahead))


def compared(acts: Acts, headlines: Iterable[str]) -> Act:
    """Compare what a headline says is done with what others say."""
    if not acts.names:
        return Act.UNKNOWN
    others = [acts_of(headline) for headline in headlines]
    if any(acts.same(one) for one in others):
        return Act.SAME
    if any(not acts.names.isdisjoint(one.names) for one in others):
        return Act.AHEAD
    named = [one for one in others if one.names]
    if named and all(acts.contrary(one) for one in named):
        return Act.CONTRARY
    return Act.OTHER if named else Act.UNKNOWN


@cache
def act_terms() -> frozenset[int]:
    """Return the terms of the words for acts: one act is told in many."""
    return frozenset(number_of(first) for first, _ in _lexicon().words)


@cache
def _lexicon() -> _Lexicon:
    lines = (files("streams.grouping") / "data" / "acts.txt").read_text("utf-8").splitlines()
    return _Lexicon([line for line in lines if not line.startswith("#")])
