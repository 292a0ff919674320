"""The countries that most stories are about, and how much each two of them have together. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from babel import Locale

from wirewatch.archive.count_rows import PairCount
from wirewatch.web.charts import shade

COUNTRIES = 12
"""Rows of the matrix, and its columns."""
SHADES = 5
MORE, MUCH_MORE = 1.5, 3.0
"""Times the usual from which a pair has more, or much more; less, or much less, by as much."""


class PairLine(NamedTuple):
    """A pair with its stories of a time. `usual` is what the times before let expect of it.

    `shade` is 0 to `SHADES`, by the stories; `change` -2 to 2, from much less to much more than
    usual, and 0 where nothing is known to be usual. `spike` says on which day it had one, if so.
    """

    pair: str
    stories: int
    usual: float | None
    shade: int
    change: int
    spike: str

    @property
    def names(self) -> str:
        """Its countries."""
        return " – ".join(country_name(code) for code in self.pair.split("-"))

    @property
    def times(self) -> float | None:
        """How many times the usual it has; `None` if nothing is."""
        return self.stories / self.usual if self.usual else None


class MatrixRow(NamedTuple):
    """A country with each of the others; `None` for itself and where there is nothing."""

    code: str
    name: str
    cells: tuple[PairLine | None, ...]


def pair_lines(
    counts: Sequence[PairCount], spikes: Mapping[str, str], share: float
) -> dict[str, PairLine]:
    """Return the lines of pairs by their names, in the order of the counts.

    `spikes` has the day of each pair's spike. Of the time that is counted a `share` is over: as
    much is expected of what is usual.
    """
    most = max((one.stories for one in counts), default=0)
    return {
        one.pair: PairLine(
            pair=one.pair,
            stories=one.stories,
            usual=None if one.usual is None else one.usual * share,
            shade=shade(one.stories, most, SHADES),
            change=change(one.stories, None if one.usual is None else one.usual * share),
            spike=spikes.get(one.pair, ""),
        )
        for one in counts
    }


def matrix(lines: Mapping[str, PairLine], most: int = COUNTRIES) -> tuple[MatrixRow, ...]:
    """Return the countries with most stories, each with each."""
    codes = countries(lines.values(), most)
    return tuple(
        MatrixRow(
            code=row,
            name=country_name(row),
            cells=tuple(lines.get("-".join(sorted((row, column)))) for column in codes),
        )
        for row in codes
    )


def countries(lines: Iterable[PairLine], most: int) -> list[str]:
    """Return the countries that are in most pairs' stories, those with most first."""
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update(dict.fromkeys(line.pair.split("-"), line.stories))
    return sorted(counts, key=lambda code: (-counts[code], code))[:most]


def change(stories: int, usual: float | None) -> int:
    """Return how a number compares with the usual one, from -2 to 2.

    One is added to both: two stories where one is usual are no news.
    """
    if usual is None:
        return 0
    times = (stories + 1) / (usual + 1)
    up, down = times >= MORE, times <= 1 / MORE
    much = times >= MUCH_MORE or times <= 1 / MUCH_MORE
    return (up - down) * (2 if much else 1)


@lru_cache(maxsize=512)
def country_name(code: str) -> str:
    """Return a country's English name; its code if it has none."""
    return str(Locale("en").territories.get(code, code))
