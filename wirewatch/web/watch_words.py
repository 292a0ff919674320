"""What a watch asks for in sentences, for readers who don't know its keys. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from streams.model.tags import Relation, Stance
from streams.model.watch import Condition, Watch
from wirewatch.web.pair_matrix import country_name

RELATIONS: Mapping[Relation, str] = MappingProxyType(
    {
        Relation.BETWEEN: "they act together or one acts on the other",
        Relation.THIRD_PARTY: "somebody else speaks about them",
        Relation.CO_MENTION: "both are only named",
        Relation.SETTING: "one of them is only the place",
    }
)
STANCES: Mapping[Stance, str] = MappingProxyType(
    {
        Stance.ACTUAL: "what happens",
        Stance.PLANNED: "what is planned",
        Stance.HYPOTHETICAL: "what may happen",
        Stance.HISTORICAL: "history",
        Stance.DENIED: "what is denied or refused",
    }
)
CONDITIONS: Mapping[Condition, str] = MappingProxyType(
    {
        Condition.HEADLINE: "something that decided stands in the headline",
        Condition.SURE: "all that decided is very sure",
        Condition.ACTUAL: "it tells what happens, not plans, talk or history",
        Condition.WORDS: "the text holds a critical word",
    }
)


def watch_words(watch: Watch) -> tuple[str, ...]:
    """Return sentences: first what a story must have, then what it must not, then what is critical.

    How sure the tags must be is left out: the keys themselves tell that.
    """
    return (*_wanted(watch), *_others(watch), *_critical(watch), *_spikes(watch))


def _wanted(watch: Watch) -> Iterator[str]:
    if watch.everything:
        yield "Every story."
    if watch.pairs:
        pairs = _any(" and ".join(map(country_name, pair.split("-"))) for pair in watch.pairs)
        how = _any(RELATIONS.get(one, str(one)) for one in watch.relations)
        yield f"It ties {pairs}: {how}."
        if left := [one for one in STANCES if one not in watch.stances]:
            told = _any(STANCES.get(one, str(one)) for one in watch.stances)
            yield f"It tells {told}; not {_any(map(STANCES.__getitem__, left))}."
    if watch.countries:
        yield f"It is about {_any(map(country_name, watch.countries))}."
    if watch.countries_all:
        yield f"It is about {_all(map(country_name, watch.countries_all))}."
    if watch.topics:
        yield f"Its topic is {_any(watch.topics)}."
    if watch.topics_all:
        yield f"Its topics are {_all(watch.topics_all)}."
    if watch.words:
        yield f"It says {_any(map(_quoted, watch.words))}."
    if watch.words_near:
        yield f"It says {_all(map(_quoted, watch.words_near))} in one sentence."


def _others(watch: Watch) -> Iterator[str]:
    for key, told, show in _OTHERS:
        if values := getattr(watch, key):
            yield told.format(_any(map(show, values)))


def _critical(watch: Watch) -> Iterator[str]:
    if watch.critical_when:
        when = _any(CONDITIONS.get(one, str(one)) for one in watch.critical_when)
        yield f"An alert is critical if {when}."


def _spikes(watch: Watch) -> Iterator[str]:
    if watch.spikes:
        yield "A day with many more stories of them than usual is told too."


def _any(parts: Iterable[str]) -> str:
    return _row(list(parts), "or")


def _all(parts: Iterable[str]) -> str:
    return _row(list(parts), "and")


def _row(parts: Sequence[str], last: str) -> str:
    *before, end = parts or ("nothing",)
    return f"{', '.join(before)} {last} {end}" if before else end


def _quoted(words: str) -> str:
    return f"“{words}”"


_OTHERS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("outlets", "It comes from {}.", str),
    ("languages", "It is written in {}.", str),
    ("topics_none", "Its topic is not {}.", str),
    ("words_none", "It doesn't say {}.", _quoted),
    ("outlets_none", "It doesn't come from {}.", str),
    ("languages_none", "It isn't written in {}.", str),
)
"""Keys that leave stories out, what is told of each, and how its values are shown."""
