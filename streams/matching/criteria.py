"""Whether a story fits a watch, part by part: what `match` decides by and `explain` tells of."""

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from streams.matching.keywords import KeywordHit, Terms
from streams.model.story import Story
from streams.model.tags import CountryTag, PairTag, Span, Stance, Tags, TopicTag
from streams.model.watch import SURE_SCORE, Condition, Severity, Watch, Why

MOST_WORDS = 12
"""Places of words that are kept as evidence."""

Evidence = PairTag | CountryTag | TopicTag | Span | str
Names = tuple[str, ...]


class StoryView:
    """A tagged story as watches look at it; its words are looked for when first asked for."""

    def __init__(self, story: Story, tags: Tags, terms: Terms) -> None:
        """Take a story with its tags; `terms` holds the words of all watches that will look."""
        self.story = story
        self.tags = tags
        self._terms = terms

    @cached_property
    def said(self) -> Mapping[str, tuple[KeywordHit, ...]]:
        """The watches' words that stand in the text, with their places."""
        return self._terms.find(self.story)

    @cached_property
    def outlets(self) -> frozenset[str]:
        """What the outlet is called: its name, and its feed's id."""
        return frozenset({self.story.source.casefold(), self.story.feed.casefold()})

    @property
    def language(self) -> str:
        """The text's language, without region or script; empty if nobody knows it."""
        return _primary(self.tags.language or "")


class CriterionPart(NamedTuple):
    """A part of a watch by its key: what of the named there is, and whether that is as wanted."""

    key: str
    find: Callable[[StoryView, Watch, Names], tuple[Evidence, ...]]
    holds: Callable[[Names, Collection[Evidence]], bool]


def _any(_: Names, found: Collection[Evidence]) -> bool:
    return bool(found)


def _all(names: Names, found: Collection[Evidence]) -> bool:
    return len(found) == len(set(names))


def _none(_: Names, found: Collection[Evidence]) -> bool:
    return not found


def pairs(seen: StoryView, watch: Watch, names: Names) -> tuple[PairTag, ...]:
    """Return the pairs that are sure enough, in a relation and a stance that the watch wants."""
    return tuple(
        pair
        for pair in seen.tags.pairs
        if pair.name in names
        and pair.relation in watch.relations
        and pair.stance in watch.stances
        and pair.score >= watch.min_pair_score
    )


def countries(seen: StoryView, watch: Watch, names: Names) -> tuple[CountryTag, ...]:
    """Return the countries that the story is enough about."""
    return tuple(
        tag
        for tag in seen.tags.countries
        if tag.code in names and tag.salience >= watch.min_country_score
    )


def topics(seen: StoryView, watch: Watch, names: Names) -> tuple[TopicTag, ...]:
    """Return the topics that are sure enough."""
    return tuple(
        tag for tag in seen.tags.topics if tag.slug in names and tag.score >= watch.min_topic_score
    )


def words(seen: StoryView, _: Watch, names: Names) -> tuple[Span, ...]:
    """Return the places of words."""
    return tuple(place.span for name in names for place in seen.said.get(name, ()))


def words_near(seen: StoryView, _: Watch, names: Names) -> tuple[Span, ...]:
    """Return the places of words in the first sentence that holds them all."""
    places = [seen.said.get(name, ()) for name in names]
    shared = set.intersection(*({place.sentence for place in of} for of in places))
    first = min(shared, default=None)
    return tuple(place.span for of in places for place in of if place.sentence == first)


def outlets(seen: StoryView, _: Watch, names: Names) -> tuple[str, ...]:
    """Return the names that the story's outlet goes by."""
    return tuple(name for name in names if name.casefold() in seen.outlets)


def languages(seen: StoryView, _: Watch, names: Names) -> tuple[str, ...]:
    """Return the languages that the story is in."""
    return tuple(name for name in names if seen.language and _primary(name) == seen.language)


PARTS = (
    CriterionPart("pairs", pairs, _any),
    CriterionPart("countries", countries, _any),
    CriterionPart("countries_all", countries, _all),
    CriterionPart("topics", topics, _any),
    CriterionPart("topics_all", topics, _all),
    CriterionPart("topics_none", topics, _none),
    CriterionPart("outlets", outlets, _any),
    CriterionPart("outlets_none", outlets, _none),
    CriterionPart("languages", languages, _any),
    CriterionPart("languages_none", languages, _none),
    # The words come last: they alone need another look at the text.
    CriterionPart("words", words, _any),
    CriterionPart("words_near", words_near, _any),
    CriterionPart("words_none", words, _none),
)

Asked = tuple[tuple[CriterionPart, Names], ...]
"""Parts of a watch, each with what it names."""


def asked(watch: Watch) -> Asked:
    """Return the parts of a watch that it asks for."""
    return tuple((part, names) for part in PARTS if (names := getattr(watch, part.key)))


def fits(seen: StoryView, watch: Watch, parts: Asked) -> Why | None:
    """Say why a story fits the watch, or `None` if it doesn't; `parts` are those it asks for."""
    if not watch.asks:
        return None
    evidence: list[Evidence] = []
    for part, names in parts:
        found = part.find(seen, watch, names)
        if not part.holds(names, found):
            return None
        evidence += found
    return _why(seen, watch, dict.fromkeys(evidence))


def severity(why: Why, watch: Watch) -> Severity:
    """Return how much the alert matters."""
    return Severity.CRITICAL if why.critical else watch.severity


def _why(seen: StoryView, watch: Watch, evidence: Collection[Evidence]) -> Why:
    why = Why(
        pair=next((item for item in evidence if isinstance(item, PairTag)), None),
        countries=tuple(item for item in evidence if isinstance(item, CountryTag)),
        topics=tuple(item for item in evidence if isinstance(item, TopicTag)),
        words=tuple(item for item in evidence if isinstance(item, Span))[:MOST_WORDS],
        everything=watch.everything,
        min_pair_score=watch.min_pair_score,
        min_topic_score=watch.min_topic_score,
    )
    held = tuple(name for name in Condition if _held(name, why, seen, watch))
    return msgspec.structs.replace(why, critical=held) if held else why


def _held(name: Condition, why: Why, seen: StoryView, watch: Watch) -> bool:
    """Say whether a condition that makes the watch's alerts critical holds."""
    if name is Condition.WORDS:
        return any(word in seen.said for word in watch.critical_words)
    return name in watch.critical_when and _CONDITIONS[name](why)


def _headline(why: Why) -> bool:
    return any(span.field == "headline" for span in why.spans)


def _sure(why: Why) -> bool:
    scores = [topic.score for topic in why.topics] + ([why.pair.score] if why.pair else [])
    return bool(scores) and min(scores) >= SURE_SCORE


def _actual(why: Why) -> bool:
    return why.pair is not None and why.pair.stance is Stance.ACTUAL


_CONDITIONS: Mapping[Condition, Callable[[Why], bool]] = MappingProxyType(
    {Condition.HEADLINE: _headline, Condition.SURE: _sure, Condition.ACTUAL: _actual}
)


def _primary(language: str) -> str:
    return language.partition("-")[0].casefold()
