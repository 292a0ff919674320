"""Which kinds of things and persons a short report tells of: a ship, an admiral, a call. Pure.

The words stand in `data/kinds.txt`. A report of a few sentences names what it is about, and another
report of that event names the same kind, in whatever words and language.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from streams.grouping.acts import acts_of
from streams.grouping.word_lists import WordLists, lines_of

MISHAP: Final = "mishap"
"""The group of accidents and attacks."""
HARM: Final = "harm"
"""The group of what a report says of harm: that its headline tells of a mishap ..."""
TOLD: Final = "harm told"
NAMED: Final = "harm named"
NONE: Final = "harm none"
"""... that it names any harm at all, or none."""
HURT: Final = "hurt"
"""The act of those who come to harm."""
MINES: Final = "aid mines"
"""The kind of what is done about mines and bombs of old wars."""


class Kinds(NamedTuple):
    """How the kinds in a report stand to those in others: of how many groups they are alike.

    `apart`: both have kinds of a group, and none the same; or the headline of one tells of a
    mishap, and the other names no harm at all.
    """

    alike: int
    apart: bool


UNKNOWN_KINDS: Final = Kinds(alike=0, apart=False)


def kinds_in(title: str, text: str) -> frozenset[str]:
    """Return the kinds that a report tells of, each as `group kind`.

    Those of a group that its headline tells of are what it is about, whatever its text adds: of a
    helicopter that crashed, boats look for the crew.
    """
    first, below = kinds_named(title), kinds_named(text)
    groups = {group_of(one) for one in first}
    return first.union((one for one in below if group_of(one) not in groups), _harm(title, text))


def _harm(title: str, text: str) -> Iterator[str]:
    """Return what a report says of harm: a mishap in its headline, any harm at all."""
    above, everywhere = kinds_named(title), kinds_named(f"{title}. {text}")
    # What is told of bombs that are cleared away is no mishap.
    if _has_mishap(above) and MINES not in everywhere:
        yield TOLD
    if _has_mishap(everywhere) or HURT in acts_of(f"{title}. {text}").names:
        yield NAMED
    elif NAMED not in everywhere:
        yield NONE


def _has_mishap(kinds: Iterable[str]) -> bool:
    return any(group_of(one) == MISHAP for one in kinds)


def kinds_named(text: str) -> frozenset[str]:
    """Return all kinds that a text names, also in passing."""
    return _lists().in_text(text)


def compare_kinds(mine: Set[str], others: Iterable[Set[str]]) -> Kinds:
    """Compare the kinds of a report with those of others: those of one group with one another."""
    texts = tuple(others)
    theirs = frozenset[str]().union(*texts)
    both = {group_of(one) for one in mine} & {group_of(one) for one in theirs} - {HARM}
    alike = {group_of(one) for one in mine & theirs} - {HARM}
    return Kinds(alike=len(alike), apart=both != alike or _harms_one(mine, texts))


def _harms_one(mine: Set[str], texts: Sequence[Set[str]]) -> bool:
    """Say whether either a report or all others tell of a mishap, and the other of no harm.

    Of a long text nobody knows: its kinds aren't looked for.
    """
    if TOLD in mine:
        return bool(texts) and all(NONE in one for one in texts)
    told = any(TOLD in one for one in texts)
    return NONE in mine and told and not any(NONE in one for one in texts)


def group_of(kind: str) -> str:
    """Return the group of a kind."""
    return kind.partition(" ")[0]


@cache
def _lists() -> WordLists:
    text = (files("streams.grouping") / "data" / "kinds.txt").read_text("utf-8")
    return WordLists(lines_of(text))
