"""What a headline says that somebody does: visit, cut, lift, dock, sign. Pure."""

from collections.abc import Iterable, Sequence
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from streams.grouping.term_weights import number_of, plain
from streams.grouping.word_lists import WordLists, comparable, lines_of

MOST_HEADLINES: Final = 20_000
"""Headlines whose acts are remembered, some 5 MB."""
ENDED_BY: Final = {"impose": "lift", "cut": "resume", "urge": "deny"}
"""Acts that a headline names only to say that they end: a ban is lifted, what was cut resumes, what
was asked is refused."""
CONTRARY: Final = {
    "impose": frozenset({"visit", "dock", "give", "drill", "lift", "resume"}),
    "cut": frozenset({"give", "resume"}),
}
"""What one takes, and what one gives: where one headline says the one alone and another the other,
two things are done, whatever words they share."""
PHASES: Final = frozenset({"begin", "finish", "pause"})
"""Where something stands: no act of its own."""
OPPOSITES: Final = (("begin", "finish"), ("begin", "pause"), ("urge", "deny"))
"""The beginning of something and its end or delay are two events, and so is what is asked and
refused: whatever else is done in both."""
AHEAD: Final = "ahead"
"""The line of the words that say, before an act, that it is to come."""


class Acts(NamedTuple):
    """The acts of a headline, and whether it tells of them as something to come.

    `phases` are what it says of where something stands: that it begins, or ends.
    """

    names: frozenset[str]
    ahead: bool
    phases: frozenset[str] = frozenset()

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
    """What one gives and the other takes, or the beginning and the end of something."""
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
    return Acts(frozenset(found - PHASES), bool(ahead), frozenset(found & PHASES))


def _opposite(acts: Acts, others: Sequence[Acts]) -> bool:
    """Say whether a headline tells of one of two opposites, and others of the other alone."""
    mine = acts.names | acts.phases
    for two in OPPOSITES:
        told = [said for one in others if (said := (one.names | one.phases).intersection(two))]
        if told and len(own := mine.intersection(two)) == 1 and all(map(own.isdisjoint, told)):
            return True
    return False


def compared(acts: Acts, headlines: Iterable[str]) -> Act:
    """Compare what a headline says is done with what others say."""
    others = [acts_of(headline) for headline in headlines]
    if _opposite(acts, others):
        return Act.CONTRARY
    if not acts.names:
        return Act.UNKNOWN
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
