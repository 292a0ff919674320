"""Watches: what their tables may hold, and what must fit together."""

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from streams.model.watch import Condition, Watch
from wirewatch.config import rules
from wirewatch.config.check import CheckedSection, Rule, Shape
from wirewatch.config.document import Section
from wirewatch.config.faults import LineFault
from wirewatch.config.find import find
from wirewatch.config.wording import choose

TOPIC_KEYS = ("topics", "topics_all", "topics_none")
WORD_KEYS = ("words", "words_none", "words_near", "critical_words")
ASKING = (
    "pair",
    "pairs",
    "countries",
    "countries_all",
    "topics",
    "topics_all",
    "words",
    "words_near",
)
"""The keys that say what to watch for; the others narrow it."""
NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("relations", "stances", "min_pair_score", "spikes"), ("pair", "pairs")),
        "min_topic_score": TOPIC_KEYS,
        "min_country_score": ("countries", "countries_all"),
    }
)
"""Keys that need another one to mean anything."""
EMPTY = (
    "the list is empty, so that no story would ever match: name at least one",
    "the list is empty: name at least one, or remove it",
)


class WrittenWatch(Watch, frozen=True, kw_only=True):
    """A watch as it stands in the file: it may name one pair by itself, and be switched off."""

    pair: tuple[str, str] | None = None
    enabled: bool = True


def watches(
    sections: list[Section], topics: Collection[str]
) -> tuple[tuple[Watch, ...], tuple[LineFault, ...]]:
    """Return the watches that are switched on, their pairs' codes sorted."""
    rule_of: Mapping[str, Rule] = {
        "id": rules.slug,
        "title": rules.line_of_text,
        "pair": rules.country,
        "pairs": rules.pair,
        "window_hours": rules.window,
        **dict.fromkeys(("countries", "countries_all"), rules.country),
        **dict.fromkeys(TOPIC_KEYS, partial(choose, allowed=sorted(topics))),
        **dict.fromkeys(WORD_KEYS, rules.word),
        **dict.fromkeys(("outlets", "outlets_none"), rules.line_of_text),
        **dict.fromkeys(("languages", "languages_none"), rules.language),
    }
    shape = Shape(kind=WrittenWatch, rules=rule_of)
    all_found = find(sections, shape, _watch_together)
    return tuple(_watch(t) for t in all_found.tables if t.get("enabled", True)), all_found.problems


def _watch(table: Mapping[str, Any]) -> Watch:
    values = {key: value for key, value in table.items() if key not in ("enabled", "pair")}
    if pair := table.get("pair"):
        values["pairs"] = ("-".join(sorted(pair)),)
    return Watch(**values)


def _watch_together(watch: CheckedSection) -> Iterator[tuple[str, str]]:
    values, written = watch.values, watch.lines
    for key, value in values.items():
        if value == ():
            yield key, EMPTY[key.endswith("_none") or key.startswith("critical_")]
    pair = values.get("pair")
    if pair and len(set(pair)) == 1:
        yield "pair", f"{pair[0]} twice: a pair is two countries"
    if "pair" in written and "pairs" in written:
        yield "pairs", "pair is there too: keep one of them"
    if len(values.get("words_near", ())) == 1:
        yield "words_near", "needs at least two words: add one, or use words instead"
    if Condition.WORDS in values.get("critical_when", ()) and "critical_words" not in written:
        yield "critical_when", "no critical_words say which words"
    yield from _asked(values, written)
    yield from _idle(written)


def _asked(values: Mapping[str, Any], written: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Find a watch for nothing, and one for everything that names something."""
    named = [key for key in ASKING if key in written]
    if values.get("everything") and named:
        yield "everything", f"{named[0]} is there too: keep one of them"
    if not named and "everything" not in written:
        yield (
            "pair",
            "missing: name a pair, countries, topics or words to watch for, "
            "or say everything = true",
        )
    elif not named and values.get("everything") is False:
        yield "everything", "false, and nothing else is named, so that no story would ever match"


def _idle(written: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Find keys that say how something must be that isn't asked for."""
    for key, needed in NEEDS.items():
        if key in written and not any(name in written for name in needed):
            yield key, f"says nothing without {' or '.join(needed)}"
