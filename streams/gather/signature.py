"""What a story is known by: its heaviest words, its figures, and the frame of its text. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from heapq import nlargest, nsmallest
from typing import NamedTuple

from streams.gather.weights import (
    COUNTRY_WEIGHT,
    FIGURE_WEIGHT,
    FREE,
    FREE_NAME,
    KIND_WEIGHT,
    LEAD,
    LEAD_WORDS,
    MOST_CHARACTERS,
    MOST_REPEATS,
    NAME,
    NAME_FROM,
    PAIR_WEIGHT,
    REPEAT,
    SKETCH,
    SURE,
    TERMS,
    TOPIC_WEIGHT,
)
from streams.gather.wires import bare
from streams.gather.words import Word, number_of, tokens, word
from streams.story import Story
from streams.tags import Relation, Tags

HASHES = 1 << 32
SAYS_A_COUNTRY = frozenset({"name", "demonym", "capital", "dateline"})
PLACE = Word(term=number_of("@place"), weight=0.0, figure=False, frame=number_of("@place"))


class Sketch(NamedTuple):
    """The smallest hashes of a text's pieces, and the limit under which all are kept."""

    hashes: frozenset[int]
    limit: int


class Signature(NamedTuple):
    """What a story is known by.

    `terms` are weights by term, heaviest first; `rarity` is what a term weighs by itself, and
    `texts` says what it is, for people.
    `free` are those that are the same in other languages: what the tagger found, large figures,
    names in Latin script.
    `figures` are its numbers, days and months by term, `facts` those of the headline, which has
    its own terms with their rarity in `headline`.
    """

    terms: dict[int, float]
    rarity: dict[int, float]
    texts: dict[int, str]
    free: dict[int, float]
    language: str
    figures: dict[int, str]
    facts: dict[int, str]
    headline: dict[int, float]
    sketch: Sketch


def signature(story: Story, tags: Tags) -> Signature:
    """Read a story once."""
    foreign = (tags.language or "en") != "en"
    headline = tokens(bare(story.headline))
    body = tokens(_text(story))
    placed = _places(tags)
    known = {
        token: PLACE if token in placed else word(token, foreign)
        for token in dict.fromkeys((*headline, *body))
    }
    lead = {known[token].term for token in headline + body[: max(0, LEAD_WORDS - len(headline))]}
    names = set(_names(known, set(body)))
    counts = Counter(headline + body)
    totals: dict[int, int] = {}
    for token, count in counts.items():
        term = known[token].term
        totals[term] = totals.get(term, 0) + count
    texts = {one.term: token for token, one in known.items() if one.weight}
    rarity = {one.term: one.weight for one in known.values() if one.weight}
    weights = {
        one.term: one.weight
        * (1 + REPEAT * min(totals[one.term] - 1, MOST_REPEATS))
        * (LEAD if one.term in lead else 1.0)
        * (NAME if one.term in names else 1.0)
        for one in known.values()
        if one.weight
    }
    free = {term: rarity[term] for term in names if rarity[term] >= FREE_NAME}
    free |= {
        one.term: one.weight for one in known.values() if one.figure and one.weight >= FIGURE_WEIGHT
    }
    for text, heavy in _tagged(tags):
        term = number_of(text)
        weights[term] = rarity[term] = free[term] = heavy
        texts[term] = text
    for text, heavy in _kinds(tags):
        free[number_of(text)] = heavy
        texts[number_of(text)] = text
    kept = nlargest(TERMS, weights.items(), key=_heaviest)
    return Signature(
        terms=dict(kept),
        rarity=rarity,
        texts=texts,
        free=dict(nlargest(FREE, free.items(), key=_heaviest)),
        language=tags.language or "en",
        figures={one.term: token for token, one in known.items() if one.figure},
        facts={known[token].term: token for token in headline if known[token].figure},
        headline=headline_terms(headline, known),
        sketch=sketch([known[token].frame for token in body or headline]),
    )


def words_of(headline: str) -> dict[int, float]:
    """Give the terms of a headline with their rarity."""
    found = tokens(headline)
    return headline_terms(found, {token: word(token) for token in found})


def headline_terms(headline: Iterable[str], known: Mapping[str, Word]) -> dict[int, float]:
    """Give the terms of a headline's tokens that tell something."""
    return {known[token].term: known[token].weight for token in headline if known[token].weight}


def _heaviest(item: tuple[int, float]) -> tuple[float, int]:
    return item[1], item[0]


def _text(story: Story) -> str:
    """Give what the story says below its headline, each part once."""
    text = story.body[:MOST_CHARACTERS]
    if story.summary and not text.startswith(story.summary.rstrip(" .…")[:100]):
        text = f"{story.summary}\n{text}"
    return text.removeprefix(story.headline)[:MOST_CHARACTERS]


def _names(known: dict[str, Word], body: set[str]) -> Iterator[int]:
    """Give the terms of capitalised words that aren't among the commonest."""
    for token, one in known.items():
        if one.weight > NAME_FROM and token in body and token[0].isupper():
            yield one.term


def _places(tags: Tags) -> set[str]:
    """Give the words that only say a country, which counts once and in every language alike."""
    return {
        token
        for country in tags.countries
        for span in country.spans
        if span.entry.rpartition("(")[2].partition(" ")[0] in SAYS_A_COUNTRY
        for token in tokens(span.surface)
    }


def _tagged(tags: Tags) -> Iterator[tuple[str, float]]:
    """Give what the tagger found as terms that are the same in every language."""
    for country in tags.countries:
        if country.main:
            yield f"country {country.code}", COUNTRY_WEIGHT
    for pair in tags.pairs:
        if pair.relation is Relation.BETWEEN and pair.score >= SURE:
            yield f"pair {pair.name}", PAIR_WEIGHT
    for topic in tags.topics:
        if topic.score >= SURE:
            yield f"topic {topic.slug}", TOPIC_WEIGHT


def _kinds(tags: Tags) -> Iterator[tuple[str, float]]:
    """Give what kinds of places, forces and offices of a main country are named."""
    for country in tags.countries:
        kinds = {span.entry.rpartition("(")[2].partition(" ")[0] for span in country.spans}
        for kind in sorted(kinds - SAYS_A_COUNTRY):
            if country.main and kind:
                yield f"{kind} of {country.code}", KIND_WEIGHT


def sketch(frames: list[int]) -> Sketch:
    """Sketch a text's frame: words in a row, with all numbers and all days alike."""
    second, third = frames[1:], frames[2:]
    pieces = {
        (a * 0x9E3779B1 + b * 0x85EBCA6B + c * 0xC2B2AE35) & 0xFFFFFFFF
        for a, b, c in zip(frames, second, third, strict=False)
    }
    pieces = pieces or {sum(frames) & 0xFFFFFFFF}
    mixed = {((one ^ one >> 15) * 0x2C1B3C6D) & 0xFFFFFFFF for one in pieces}
    if len(mixed) <= SKETCH:
        return Sketch(frozenset(mixed), HASHES)
    kept = nsmallest(SKETCH, mixed)
    return Sketch(frozenset(kept), kept[-1] + 1)


def shared(a: Sketch, b: Sketch) -> float:
    """Estimate the share of the shorter text's pieces that the other has too."""
    limit = min(a.limit, b.limit)
    first = {one for one in a.hashes if one < limit}
    second = {one for one in b.hashes if one < limit}
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0
