"""Words by which a sentence tells who acts, who only speaks, and where: found in its text."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from itertools import takewhile
from typing import Literal, get_args

import msgspec

from streams.tagging.lexicon import clause_words
from streams.tagging.lexicon_entry import Cue
from streams.tagging.scan import Scanner, outermost

MOST_HITS = 120
"""Signs of a sentence that are looked at; prose has a tenth of it."""
FAR_THAT = 120
"""Characters that may stand between a word of telling and its `that`."""
LONGEST_SIGN = 40
"""Characters that a sign has at most, so far back one that ends somewhere may begin."""


ClauseKind = Literal[
    "attitude",
    "felt",
    "manner",
    "upset",
    "speech",
    "source",
    "telling",
    "aside",
    "that",
    "told",
    "ours",
    "address",
    "meet",
    "together",
    "hosting",
    "break",
    "place",
    "place_after",
    "matter",
    "among",
    "between",
    "them",
    "both",
    "host",
    "origin",
    "excluded",
    "nature",
    "person",
    "vehicle",
    "outlet",
    "state",
    "removal",
    "skip",
]
"""What such a word does; `data/clauses/en.txt` says it of each.

Plain texts: Python 3.11 takes ten times as long to look up a member of an enumeration, and a story
asks for a thousand.
"""
_KINDS: dict[str, ClauseKind] = {kind: kind for kind in get_args(ClauseKind)}


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
        self._text = text
        self._gate = gate
        known = [
            Sign(_KINDS[hit.word.topic], hit.start, hit.end)
            for hit in outermost(_scanner(gate).scan(text, MOST_HITS))
            if isinstance(hit.word, Cue) and hit.word.topic != "skip"
        ]
        self.all = _speaking(text, known, gate)
        self.kinds = [sign.kind for sign in self.all]
        self._starts = [sign.start for sign in self.all]
        self.breaks = [sign.start for sign in self.all if sign.kind == "break"]
        self.removal = "removal" in self.kinds

    def within(self, low: int, high: int) -> list[Sign]:
        """Return the signs that begin from one place on, before another."""
        return self.all[bisect_left(self._starts, low) : bisect_left(self._starts, high)]

    def that_follows(self, sign: Sign) -> bool:
        """Say whether a word of `that` follows: `said on Monday that`."""
        pattern = _that_pattern(self._gate)
        return pattern is not None and pattern.match(self._text, sign.end) is not None

    def stretch(self, at: int) -> int:
        """Return how many words that begin a clause stand before a place."""
        return bisect_left(self.breaks, at)


def _speaking(text: str, signs: list[Sign], gate: str | None) -> list[Sign]:
    """Make speech of each word of telling whose `that` follows, at once or behind an aside.

    The others of these words tell nothing of who speaks, but in scripts without spaces.
    """
    verbs = [
        at for at, sign in enumerate(signs) if sign.kind == "telling" and not spaceless(text, sign)
    ]
    if not verbs:
        return signs
    spoken = {signs[at].start: that for at in verbs if (that := _its_that(text, signs, at, gate))}
    thats = {*spoken.values()}
    told: list[Sign] = []
    for at, sign in enumerate(signs):
        if sign.start in spoken:
            if sign.kind == "telling":
                told.append(Sign("speech", sign.start, sign.end))
        elif at not in verbs and (sign.start, sign.end) not in thats:
            told.append(sign)
    return told


def _its_that(
    text: str, signs: Sequence[Sign], at: int, gate: str | None
) -> tuple[int, int] | None:
    """Return where the `that` of a word of telling stands: `said late on Monday, in Lima, that`."""
    verb, pattern = signs[at], _that_pattern(gate)
    found = pattern.match(text, verb.end) if pattern else None
    if found is None:
        return None
    before = takewhile(lambda sign: sign.start < found.start("that"), signs[at + 1 :])
    own = (verb.start, verb.end)
    new = any(sign.kind in _NEW_VERB and (sign.start, sign.end) != own for sign in before)
    return None if new else found.span("that")


@cache
def _that_pattern(gate: str | None) -> re.Pattern[str] | None:
    """Make the pattern of what leads from a word of telling to what is told, in a language."""
    groups = clause_words()[_latin(gate)]
    words = {
        what: "|".join(re.escape(word) for kind, group in groups if kind in of for word in group)
        for what, of in (("that", ("that",)), ("aside", ("aside", "place")))
    }
    if not words["that"]:
        return None
    aside = rf"(?:{words['aside']})\b[^;:]{{0,{FAR_THAT}}}?[\s,]"
    return re.compile(rf"\s*,?\s*(?:{aside})?(?P<that>{words['that']})\b", re.IGNORECASE)


def spaceless(text: str, sign: Sign) -> bool:
    """Say whether a sign is of a script that writes words without spaces, or hardly any."""
    return text[sign.start] >= "\u0e00"


_NEW_VERB = ("speech", "telling", "address", "attitude")


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
    found = [word for kind, words in groups if kind == "place_after" for word in words]
    other = [
        word
        for kind, words in groups
        if kind == "skip"
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
    latin = _latin(gate)
    return Scanner(
        Cue(word.removesuffix("*"), kind, 1.0, stem=word.endswith("*"))
        for language, groups in words.items()
        if language == latin or language in OTHER_SCRIPTS
        for kind, group in groups
        if kind not in _NOT_SCANNED
        for word in group
    )


def _latin(gate: str | None) -> str:
    """Return the language whose words are looked for in a text in Latin letters."""
    return gate if gate in clause_words() else "en"


_NOT_SCANNED = ("place_after", "that", "aside")
"""Looked for only right behind certain words."""
OTHER_SCRIPTS = frozenset({"ar", "ja", "km", "ko", "lo", "my", "ru", "th", "zh"})
"""Languages whose words tell by their script: they are looked for in every text."""
