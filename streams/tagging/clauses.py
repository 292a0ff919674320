"""Words by which a sentence tells who acts, who only speaks, and where: found in its text."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from itertools import islice

import msgspec

from streams.tagging.lexicon import clause_words
from streams.tagging.lexicon_entry import Cue
from streams.tagging.scan import Scanner

MOST_HITS = 120
"""Signs of a sentence that are looked at; prose has a tenth of it."""
LONGEST_SIGN = 40
"""Characters that a sign has at most, so far back one that ends somewhere may begin."""


class ClauseKind(StrEnum):
    """What such a word does; `data/clauses/en.txt` says it of each."""

    ATTITUDE = "attitude"
    FELT = "felt"
    MANNER = "manner"
    UPSET = "upset"
    SPEECH = "speech"
    ADDRESS = "address"
    MEET = "meet"
    TOGETHER = "together"
    HOSTING = "hosting"
    BREAK = "break"
    PLACE = "place"
    PLACE_AFTER = "place_after"
    MATTER = "matter"
    AMONG = "among"
    BETWEEN = "between"
    THEM = "them"
    HOST = "host"
    ORIGIN = "origin"
    EXCLUDED = "excluded"
    PERSON = "person"
    OUTLET = "outlet"
    STATE = "state"
    REMOVAL = "removal"
    SKIP = "skip"


_KINDS = {kind.value: kind for kind in ClauseKind}


class Sign(msgspec.Struct, frozen=True, gc=False):
    """A word of a kind in a text, from `start` to `end`."""

    kind: ClauseKind
    start: int
    end: int


class Signs:
    """The signs of a sentence in order."""

    def __init__(self, text: str, gate: str | None) -> None:
        """Find them; a longer one hides those inside it.

        `gate` is the language whose words count in a text in Latin letters; `None` is English.
        """
        found = sorted(
            [
                Sign(_KINDS[hit.word.topic], hit.start, hit.end)
                for hit in islice(_scanner(gate).scan(text), MOST_HITS)
                if isinstance(hit.word, Cue)
            ],
            key=lambda sign: (sign.start, -sign.end),
        )
        self.all = [sign for sign in _longest(found) if sign.kind is not ClauseKind.SKIP]
        self.kinds = [sign.kind for sign in self.all]
        self._starts = [sign.start for sign in self.all]
        self.breaks = [sign.start for sign in self.all if sign.kind is ClauseKind.BREAK]
        self.removal = ClauseKind.REMOVAL in self.kinds

    def within(self, low: int, high: int) -> list[Sign]:
        """Return the signs that begin from one place on, before another."""
        return self.all[bisect_left(self._starts, low) : bisect_left(self._starts, high)]

    def stretch(self, at: int) -> int:
        """Return how many words that begin a clause stand before a place."""
        return bisect_left(self.breaks, at)


def _longest(found: Iterable[Sign]) -> Iterator[Sign]:
    longest = Sign(ClauseKind.SKIP, 0, 0)
    for sign in found:
        if sign.end > longest.end:
            longest = sign
        elif (sign.start, sign.end) != (longest.start, longest.end):
            continue
        yield sign


def place_follows(text: str, at: int) -> bool:
    """Say whether a particle that makes a place of a name stands here: `라오스에서`, `ペルーで`."""
    begins, particle, other = _particles()
    if text[at : at + 1] not in begins:
        return False
    return particle.match(text, at) is not None and other.match(text, at) is None


@cache
def _particles() -> tuple[frozenset[str], re.Pattern[str], re.Pattern[str]]:
    """Make patterns of these particles, and of words that begin like one; with how they begin."""
    groups = [group for kinds in clause_words().values() for group in kinds]
    found = [word for kind, words in groups if kind == ClauseKind.PLACE_AFTER for word in words]
    other = [
        word
        for kind, words in groups
        if kind == ClauseKind.SKIP
        for word in words
        if word.startswith(tuple(found))
    ]
    begins = frozenset(word[0] for word in found)
    return (
        begins,
        re.compile("|".join(map(re.escape, found))),
        re.compile("|".join(map(re.escape, other))),
    )


@cache
def _scanner(gate: str | None) -> Scanner:
    """Make a scanner for a language in Latin letters and all in other scripts."""
    words = clause_words()
    latin = gate if gate in words else "en"
    return Scanner(
        Cue(word.removesuffix("*"), kind, 1.0, stem=word.endswith("*"))
        for language, groups in words.items()
        if language == latin or language in OTHER_SCRIPTS
        for kind, group in groups
        if kind != ClauseKind.PLACE_AFTER
        for word in group
    )


OTHER_SCRIPTS = frozenset({"ar", "ja", "km", "ko", "lo", "my", "ru", "th", "zh"})
"""Languages whose words tell by their script: they are looked for in every text."""
