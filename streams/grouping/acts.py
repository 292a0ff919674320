"""What a headline says that somebody does: visit, cut, lift, dock, sign. Pure."""

from collections.abc import Iterable
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from streams.grouping.term_weights import number_of, plain
from streams.grouping.word_lists import WordLists, comparable, lines_of

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


@lru_cache(MOST_HEADLINES)
def acts_of(headline: str) -> Acts:
    """Read a headline."""
    lexicon, text = _lexicon(), comparable(headline)
    found = lexicon.acts.in_scripts(text)
    ahead: bool | None = True if any(piece in text for piece in lexicon.ahead_pieces) else None
    for one in lexicon.acts.in_words(text):
        if ahead is None:
            ahead = one.before in lexicon.ahead
        found |= one.names
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
    return frozenset(number_of(first) for first, _ in _lexicon().acts.words)


class _Lexicon(NamedTuple):
    acts: WordLists
    ahead: frozenset[str]
    ahead_pieces: tuple[str, ...]


@cache
def _lexicon() -> _Lexicon:
    lines = lines_of((files("streams.grouping") / "data" / "acts.txt").read_text("utf-8"))
    begin = f"{AHEAD}:"
    (told,) = [line.removeprefix(begin) for line in lines if line.startswith(begin)]
    ahead = plain(told).split()
    return _Lexicon(
        acts=WordLists(line for line in lines if not line.startswith(begin)),
        ahead=frozenset(ahead),
        ahead_pieces=tuple(entry for entry in ahead if not entry.isascii()),
    )
