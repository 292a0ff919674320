"""A topic as its file gives it: cues for it, and phrases that hide them."""

import msgspec


class CueTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that speak for a topic by so many points; with less than 0, against it.

    `beside` is a country that the sentence must name, and another one too. `near` are words of
    which the sentence must have one. `language` lets all of them count only in texts in it. A
    word with `*` at its end may go on.
    """

    points: float
    words: tuple[str, ...]
    beside: str | None = None
    near: tuple[str, ...] = ()
    language: str | None = None


class HideTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Phrases that hold a cue and don't speak for the topic."""

    words: tuple[str, ...]
    language: str | None = None


class TieTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A country whose ties are the topic: a pair with it speaks for it, by its score."""

    country: str
    points: float


class TopicFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of `topics/`.

    `needs` are countries of which a story must name one for the second reader to find the topic.
    """

    slug: str
    title: str
    needs: tuple[str, ...] = ()
    cue: tuple[CueTable, ...]
    hide: tuple[HideTable, ...] = ()
    tie: tuple[TieTable, ...] = ()
