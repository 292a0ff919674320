"""Which kinds of things and persons a short report tells of: a ship, an admiral, a call. Pure.

The words stand in `data/kinds.txt`. A report of a few sentences names what it is about, and another
report of that event names the same kind, in whatever words and language.
"""

from collections.abc import Iterable, Set
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from streams.grouping.word_lists import WordLists, lines_of


class Kinds(NamedTuple):
    """How the kinds in a report stand to those in others: of how many groups they are alike.

    `apart`: both have kinds of a group, and none the same.
    """

    alike: int
    apart: bool


UNKNOWN_KINDS: Final = Kinds(alike=0, apart=False)


def kinds_in(title: str, text: str) -> frozenset[str]:
    """Return the kinds that a report tells of, each as `group kind`.

    Those of a group that its headline tells of are what it is about, whatever its text adds: of a
    helicopter that crashed, boats look for the crew.
    """
    first = kinds_named(title)
    groups = {group_of(one) for one in first}
    return first.union(one for one in kinds_named(text) if group_of(one) not in groups)


def kinds_named(text: str) -> frozenset[str]:
    """Return all kinds that a text names, also in passing."""
    return _lists().in_text(text)


def compare_kinds(mine: Set[str], others: Iterable[Set[str]]) -> Kinds:
    """Compare the kinds of a report with those of others: those of one group with one another."""
    theirs = frozenset[str]().union(*others)
    both = {group_of(one) for one in mine} & {group_of(one) for one in theirs}
    alike = {group_of(one) for one in mine & theirs}
    return Kinds(alike=len(alike), apart=both != alike)


def group_of(kind: str) -> str:
    """Return the group of a kind."""
    return kind.partition(" ")[0]


@cache
def _lists() -> WordLists:
    text = (files("streams.grouping") / "data" / "kinds.txt").read_text("utf-8")
    return WordLists(lines_of(text))
