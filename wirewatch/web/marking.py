"""A text with its evidence marked where it stands. Pure.

Every mark is exactly a span's place: where two overlap, the piece that they share is of both.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from streams.model.tags import Field, Span, Stretch, Tags
from streams.model.watch import Why
from wirewatch.web.wording import plain

COUNTRY, TOPIC, WORD = "country", "topic", "word"


class EvidenceMark(NamedTuple):
    """A span, what kind of thing it speaks for, and for which one: `KH`, `defense`."""

    span: Span
    kind: str
    name: str


class MarkedPiece(NamedTuple):
    """A piece of text, in one style: `kinds` are empty where nothing is marked."""

    text: str
    kinds: tuple[str, ...]
    names: tuple[str, ...]


class MarkedPassage(NamedTuple):
    """Pieces in a row; together they are the deciding sentence or not."""

    pieces: tuple[MarkedPiece, ...]
    decides: bool


def deciding(why: Why) -> tuple[EvidenceMark, ...]:
    """Return the words that made a story fit its watch."""
    pair = () if why.pair is None else why.pair.spans
    return (
        *(EvidenceMark(span, COUNTRY, country_of(span)) for span in pair),
        *(EvidenceMark(span, COUNTRY, tag.code) for tag in why.countries for span in tag.spans),
        *(EvidenceMark(span, TOPIC, tag.slug) for tag in why.topics for span in tag.spans),
        *(EvidenceMark(span, WORD, span.entry) for span in why.words),
    )


def found(tags: Tags) -> tuple[EvidenceMark, ...]:
    """Return all words that say what a story is about."""
    return (
        *(EvidenceMark(span, COUNTRY, tag.code) for tag in tags.countries for span in tag.spans),
        *(EvidenceMark(span, TOPIC, tag.slug) for tag in tags.topics for span in tag.spans),
    )


def country_of(span: Span) -> str:
    """Return the words of the lexicon that a pair's span was found by."""
    return span.entry


def marked(
    field: Field, text: str, evidence: Sequence[EvidenceMark], sentence: Stretch | None = None
) -> tuple[MarkedPassage, ...]:
    """Return a field's text in passages; put together they are the text."""
    here = [one for one in evidence if one.span.field == field and one.span.end <= len(text)]
    start, end = _within(field, text, sentence)
    parts = ((0, start, False), (start, end, True), (end, len(text), False))
    return tuple(
        MarkedPassage(tuple(_pieces(text, first, last, here)), decides)
        for first, last, decides in parts
        if first < last
    )


def sentence_of(
    text: str, evidence: Sequence[EvidenceMark], sentence: Stretch
) -> tuple[MarkedPiece, ...]:
    """Return the sentence alone; `text` is that of its field."""
    start, end = _within(sentence.field, text, sentence)
    here = [one for one in evidence if one.span.field == sentence.field]
    return tuple(_pieces(text, start, end, here))


def _within(field: str, text: str, sentence: Stretch | None) -> tuple[int, int]:
    if sentence is None or sentence.field != field:
        return 0, 0
    return min(sentence.start, len(text)), min(sentence.end, len(text))


def _pieces(
    text: str, first: int, last: int, evidence: Sequence[EvidenceMark]
) -> Iterator[MarkedPiece]:
    edges = {first, last}
    for span, _, _ in evidence:
        edges |= {place for place in (span.start, span.end) if first < place < last}
    places = sorted(edges)
    for start, end in pairwise(places):
        over = [one for one in evidence if one.span.start <= start and end <= one.span.end]
        kinds = tuple(dict.fromkeys(one.kind for one in over))
        names = tuple(dict.fromkeys(one.name for one in over))
        yield MarkedPiece(plain(text[start:end]), kinds, names)
