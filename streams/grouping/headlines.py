"""Whether one headline says what another does: what a kill without its story's id goes by. Pure."""

from collections.abc import Mapping, Set
from functools import lru_cache

from streams.grouping.signature import figures_of, words_of
from streams.grouping.term_weights import ENGLISH, tokens
from streams.grouping.weights import FORM_OF_A_WORD, MOST_HEADLINES, NOTICE, TELLING_WORD


def is_under(headline: str, told: str) -> bool:
    """Say whether a kill's headline names what was told: it has enough of its words."""
    words, figures = _read(headline)
    return share_in(words, figures, told) >= NOTICE and not (
        lacks_a_word(headline, told) and lacks_a_word(told, headline)
    )


def lacks_a_word(headline: str, other: str) -> bool:
    """Say whether a word of weight in another headline stands in this one in no form.

    Where each of two headlines lacks one, they are of two events: `armies sign a logistics pact`,
    `navies sign a fuel pact`.
    """
    there = _telling(headline)
    return any(
        heavy >= TELLING_WORD and not any(_is_form(word, one) for one in there)
        for word, heavy in _telling(other).items()
    )


def _is_form(word: str, other: str) -> bool:
    """Say whether two words are one, or one is the other with an ending: Cambodia, Cambodian."""
    short, long = sorted((word, other), key=len)
    return word == other or (len(short) >= FORM_OF_A_WORD and long.startswith(short))


def share_in(words: Mapping[int, float], figures: Set[int], told: str) -> float:
    """Return the share of a headline's words that stand in one that was told.

    Where a figure is another, so is the event: two headlines of one kind share most words.
    """
    others, other_figures = _read(told)
    whole = sum(words.values())
    if not whole or not figures <= other_figures:
        return 0.0
    return sum(heavy for term, heavy in words.items() if term in others) / whole


@lru_cache(MOST_HEADLINES)
def _read(headline: str) -> tuple[Mapping[int, float], Set[int]]:
    return words_of(headline), figures_of(headline)


@lru_cache(MOST_HEADLINES)
def _telling(headline: str) -> Mapping[str, float]:
    """Return a headline's words with their weights, in small letters."""
    return {token.casefold(): ENGLISH[token].weight for token in tokens(headline)}
