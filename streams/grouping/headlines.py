"""Whether one headline says what another does: what a kill without its story's id goes by. Pure."""

from collections.abc import Mapping, Set
from functools import lru_cache

from streams.grouping.signature import figures_of, words_of
from streams.grouping.weights import MOST_HEADLINES, NOTICE


def is_under(headline: str, told: str) -> bool:
    """Say whether enough of a headline's words stand in one that was told."""
    words, figures = _read(headline)
    return share_in(words, figures, told) >= NOTICE


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
