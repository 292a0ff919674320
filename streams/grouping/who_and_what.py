"""What a short report is about beside its words: whom and what it names, and who does what to whom.

A text of two lines says little more than its headline. There one name, or who acts on whom, is the
event. Pure.
"""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from streams.grouping.tag_terms import all_words
from streams.grouping.term_weights import ENGLISH, plain, stem, tokens
from streams.grouping.weights import NAMED_IN_A_TEXT, RAREST
from streams.model.tags import Span, Tags

NO_NAMES_BY_CAPITALS: Final = frozenset({"de", "lb"})
"""Languages that write all nouns in capitals."""
MUTUAL: Final = frozenset(
    map(
        stem,
        re.findall(
            r"\w+",
            "meets clashes fights plays faces talks agrees joins trades exchanges holds signs"
            " discusses starts begins ends resumes is has was",
        ),
    )
)
"""Verbs that say the same when those who do it change places."""
_INSIDE: Final = re.compile(r"(?<=[\w,;:’'\")–-] )[A-ZÀ-Þ][\w’-]+")
"""A word in capitals inside a sentence."""
_SMALL: Final = re.compile(r"\b[a-zà-ÿ]{4}")
_WORD: Final = re.compile(r"[^\W\d_]+")


def named(title: str, text: str, tags: Tags) -> frozenset[int]:
    """Return whom and what a report names, but for what its tags rest on: countries, offices."""
    if tags.language in NO_NAMES_BY_CAPITALS:
        return frozenset()
    usual = {plain(token) for token in all_words(tags)}
    # A headline that begins its words small has capitals for names alone.
    sentences = f"{title}. {text}" if _SMALL.search(title) else text
    inside = {plain(token) for found in _INSIDE.findall(sentences) for token in tokens(found)}
    # What is written small elsewhere names nothing: it began its sentence.
    small = {plain(token) for token in tokens(text) if token[0].islower()}
    names = set()
    for token in (*tokens(title), *tokens(text)):
        lower, one = plain(token), ENGLISH[token]
        if not token[0].isupper() or lower in usual or lower in small:
            continue
        if one.weight >= (NAMED_IN_A_TEXT if lower in inside else RAREST):
            names.add(one.term)
    return frozenset(names)


def roles(title: str, tags: Tags) -> frozenset[str]:
    """Return who does what to whom in a headline, as `A verb B`, by verbs in the present.

    Only of these an active form is sure: what is `held in Finland` may be told either way round.
    """
    spans = sorted(_mentions(tags), key=lambda mention: mention[1].start)
    found = set()
    for (first, before), (second, after) in pairwise(spans):
        if first != second:
            for token in _WORD.findall(title[before.end : after.start]):
                if token.islower() and token.endswith("s") and stem(token) not in MUTUAL:
                    found.add(f"{first} {stem(token)} {second}")
    return frozenset(found)


def reversed_roles(mine: Iterable[str], others: Iterable[str]) -> bool:
    """Say whether one says that A does to B what B does to A by the other."""
    turned = {" ".join(reversed(one.split())) for one in others}
    return not turned.isdisjoint(mine)


def _mentions(tags: Tags) -> Iterable[tuple[str, Span]]:
    for country in tags.countries:
        for span in country.spans:
            if span.field == "headline":
                yield country.code, span
