"""What a word of the lexicons can say, and when it counts.

A word says a country (`CountryWord`), that there is none (`Mask`), a topic (`Cue`, with the words
it may need beside it, `Near`), or that there is no topic (`Hide`).
"""

from datetime import date

import msgspec

GATED = frozenset({"fr", "vi", "es", "pt", "de", "id", "ms", "it", "nl", "pl", "tr", "tl"})
"""Languages in Latin script: their words count only in texts in them. Other scripts tell."""


def gate_of(language: str | None) -> str | None:
    """Return what words of a language ask of a text: `None` when their script tells already.

    Indonesian and Malay share theirs: they name countries alike, and are hard to tell apart.
    """
    return {"ms": "id"}.get(language or "", language) if language in GATED else None


ENGLISH = "en"


def cue_language(language: str | None) -> str | None:
    """Return what the cues of a language ask of a text; English ones count in English alone."""
    return ENGLISH if language == ENGLISH else gate_of(language)


class CountryWord(msgspec.Struct, frozen=True, gc=False):
    """A word for a country, and when it counts.

    `exact`: only in this very spelling. `personal`: not beside another capitalised word.
    `doubtful`: only beside other evidence of the country. `after_comma`: only there.
    `lower`: in lower case too. `stem`: may go on by a few letters. `language`: only in texts in
    it. `since`, `until`: an office holder's term.
    """

    text: str
    code: str
    kind: str
    exact: bool = False
    personal: bool = False
    doubtful: bool = False
    after_comma: bool = False
    lower: bool = False
    stem: bool = False
    language: str | None = None
    since: date | None = None
    until: date | None = None


class Mask(msgspec.Struct, frozen=True, gc=False):
    """A phrase that names a country and says nothing of it."""

    text: str


class Cue(msgspec.Struct, frozen=True, gc=False):
    """A word for a topic. A `stem` may go on.

    `beside` is a country its sentence must name, `near` a table one of whose `Near` words it must
    have.
    """

    text: str
    topic: str
    points: float
    stem: bool
    beside: str | None = None
    near: str | None = None
    language: str | None = None


class Near(msgspec.Struct, frozen=True, gc=False):
    """A word that lets the cues of a table of a topic count in its sentence."""

    text: str
    table: str
    stem: bool
    language: str | None = None


class Hide(msgspec.Struct, frozen=True, gc=False):
    """A phrase that holds a cue of a topic and isn't about it."""

    text: str
    topic: str
    stem: bool
    language: str | None = None


Word = CountryWord | Mask | Cue | Near | Hide
