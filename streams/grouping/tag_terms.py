"""What the tagger found, as terms: the same in every language."""

from collections.abc import Iterator, Set

from streams.grouping.term_weights import number_of, plain, tokens
from streams.grouping.weights import COUNTRY_WEIGHT, KIND_WEIGHT, PAIR_WEIGHT, SURE, TOPIC_WEIGHT
from streams.model.tags import Relation, Span, Tags

SAYS_A_COUNTRY = frozenset({"name", "demonym", "capital", "dateline"})
IN_OFFICE = frozenset({"office", "seat"})


def places(tags: Tags) -> set[str]:
    """Return the words that only say a country, which counts once and in every language alike."""
    return _words(tags, SAYS_A_COUNTRY)


def offices(tags: Tags) -> set[str]:
    """Return the words for those who are in the news every day: office holders, seats of power."""
    return _words(tags, IN_OFFICE)


def office_holders(tags: Tags) -> set[str]:
    """Return the last words of office holders' names, as far as Latin letters write them."""
    return {
        name
        for country in tags.countries
        for span in country.spans
        if _kind(span) == "office" and (name := plain(span.surface.split()[-1])).isascii()
    }


def all_words(tags: Tags) -> set[str]:
    """Return the words that the tags rest on: of countries, their places and offices, of topics."""
    spans = (
        *(span for country in tags.countries for span in country.spans),
        *(span for topic in tags.topics for span in topic.spans),
    )
    return {token for span in spans for token in tokens(span.surface)}


def _words(tags: Tags, kinds: Set[str]) -> set[str]:
    return {
        token
        for country in tags.countries
        for span in country.spans
        if _kind(span) in kinds
        for token in tokens(span.surface)
    }


def tagged(tags: Tags) -> Iterator[tuple[str, float]]:
    """Return what the tagger found as terms that are the same in every language."""
    for country in tags.countries:
        if country.main:
            yield f"country {country.code}", COUNTRY_WEIGHT
    for pair in sorted(pairs_between(tags)):
        yield f"pair {pair}", PAIR_WEIGHT
    for topic in tags.topics:
        if topic.score >= SURE:
            yield f"topic {topic.slug}", TOPIC_WEIGHT


def pairs_between(tags: Tags) -> frozenset[str]:
    """Return the pairs that surely have to do with each other."""
    return frozenset(
        pair.name for pair in tags.pairs if pair.relation is Relation.BETWEEN and pair.score >= SURE
    )


def kinds_named(tags: Tags) -> Iterator[tuple[str, float]]:
    """Return what kinds of places, forces and offices of a main country are named."""
    for country in tags.countries:
        kinds = {_kind(span) for span in country.spans if country.main}
        for kind in sorted(kinds - SAYS_A_COUNTRY - {""}):
            yield f"{kind} of {country.code}", KIND_WEIGHT


def _kind(span: Span) -> str:
    """Return the kind of a country's word: the entry is `word (kind of XX)`."""
    return span.entry.rpartition("(")[2].partition(" of ")[0]


def country_term(code: str) -> int:
    """Return the term that stands for a country, main or not."""
    return number_of(f"country {code}")
