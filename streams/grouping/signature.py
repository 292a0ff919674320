"""What a story is known by: its heaviest words, its figures, and the frame of its text. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from functools import lru_cache
from typing import NamedTuple

from streams.grouping.amounts import amounts
from streams.grouping.kinds import kinds_in
from streams.grouping.names import names_in
from streams.grouping.number_words import WRITTEN_OUT, in_digits
from streams.grouping.sketch import Sketch, sketch
from streams.grouping.tag_terms import (
    kinds_named,
    office_holders,
    offices,
    pairs_between,
    places,
    tagged,
)
from streams.grouping.term_weights import (
    ENGLISH,
    FOREIGN,
    WeightedTerm,
    number_of,
    plain,
    tokens,
    word,
)
from streams.grouping.weights import (
    FORM_TEXT,
    FREE,
    FREE_NAME,
    LEAD,
    LEAD_WORDS,
    MOST_REPEATS,
    NAME,
    NAME_FROM,
    OFFICE,
    REPEAT,
    SHORT_TEXT,
    TERMS,
)
from streams.grouping.who_and_what import named as names_of_short
from streams.grouping.who_and_what import roles
from streams.model.editorial_signals import bare
from streams.model.story import GATHER_CHARACTERS, Story
from streams.model.tags import Tags

PLACE = WeightedTerm(term=number_of("@place"), weight=0.0, figure=False, frame=number_of("@place"))

IN_HAND = 4
"""Stories whose signature is kept: the last ones."""


class Signature(NamedTuple):
    """What a story is known by.

    `terms` are weights by term, heaviest first; `rarity` is what a term weighs by itself, and
    `texts` says what it is, for people.
    `free` are those that are the same in other languages: what the tagger found, `names` and
    `amounts`.
    `figures` are its numbers, days and months by term, `facts` those of the headline, which has
    its own terms with their rarity in `headline`, and in `written` those of places too. `pairs` are
    those that have to do with each other. `said` are the terms of all its
    names and figures, for who asks later whether one is new. Of a short text `named` are those whom
    it names beside countries, their places and offices, `roles` is who does what to whom, and
    `kinds` are those of the things, persons and ways that it tells of.
    """

    terms: dict[int, float]
    rarity: dict[int, float]
    texts: dict[int, str]
    free: dict[int, float]
    names: frozenset[int]
    amounts: frozenset[int]
    language: str
    title: str
    figures: dict[int, str]
    facts: dict[int, str]
    headline: dict[int, float]
    written: dict[int, float]
    sketch: Sketch
    pairs: frozenset[str]
    said: frozenset[int]
    named: frozenset[int]
    roles: frozenset[str]
    kinds: frozenset[str]


@lru_cache(maxsize=IN_HAND)
def signature(story: Story, tags: Tags) -> Signature:
    """Read a story once, for however many watches it comes in a row. The result isn't changed."""
    language = tags.language or "en"
    title, told = bare(story.headline), _text(story)
    headline, body = tokens(title), tokens(told)
    counts = Counter(headline)
    counts.update(body)
    words = ENGLISH if language == "en" else FOREIGN
    known = dict(zip(counts, map(words.__getitem__, counts), strict=True))
    for token in offices(tags) & counts.keys():
        known[token] = known[token]._replace(weight=min(known[token].weight, OFFICE))
    for token in places(tags) & counts.keys():
        known[token] = PLACE
    lead = {known[token].term for token in headline + body[: max(0, LEAD_WORDS - len(headline))]}
    figures = {token: one.term for token, one in known.items() if one.figure}
    names = _names(known, set(body))
    terms = _Terms()
    terms.read(known, counts, lead, names)
    for text, heavy in tagged(tags):
        terms.found(text, heavy)
    for text, heavy in kinds_named(tags):
        terms.free[number_of(text)] = heavy
        terms.texts[number_of(text)] = text
    short = len(body or headline) <= SHORT_TEXT
    whole = f"{title}\n{told}"
    named, counted = terms.name(names, whole, tags), terms.count(whole)
    return Signature(
        terms=heaviest(terms.weights, TERMS),
        rarity=terms.rarity,
        texts=terms.texts,
        free=heaviest(terms.free, FREE),
        names=named,
        amounts=counted,
        language=language,
        title=title,
        figures={term: token for token, term in figures.items()},
        facts=figures_by_term(title),
        headline=headline_terms(headline, known),
        written=headline_terms(headline, {token: ENGLISH[token] for token in headline}),
        sketch=sketch([one.frame for one in map(known.__getitem__, body or headline)]),
        pairs=pairs_between(tags),
        said=_said(figures, counts.keys(), names),
        named=names_of_short(title, told, tags) if short else frozenset(),
        roles=roles(title, tags) if short else frozenset(),
        kinds=kinds_in(title, told) if len(body or headline) <= FORM_TEXT else frozenset(),
    )


class _Terms:
    """Terms as they are added up, by their numbers."""

    def __init__(self) -> None:
        self.weights: dict[int, float] = {}
        self.rarity: dict[int, float] = {}
        self.texts: dict[int, str] = {}
        self.free: dict[int, float] = {}

    def read(
        self,
        known: Mapping[str, WeightedTerm],
        counts: Mapping[str, int],
        lead: Set[int],
        names: Set[int],
    ) -> None:
        """Add a text's words: those in places that count more, those that stand there often."""
        weights, texts = self.weights, self.texts
        other_forms: list[WeightedTerm] = []
        for token, one in known.items():
            term, rarity, _, _ = one
            if not rarity:
                continue
            if term in texts:
                other_forms.append(one)
                continue
            weights[term] = rarity
            texts[term] = token
        self.rarity = weights.copy()
        # Few words stand in the lead, are names or come again: each of these is gone through alone.
        for term in weights.keys() & lead:
            weights[term] *= LEAD
        for term in weights.keys() & names:
            weights[term] *= NAME
        for token, count in counts.items():
            if count > 1 and texts.get(term := known[token].term) == token:
                weights[term] *= 1 + REPEAT * min(count - 1, MOST_REPEATS)
        for term, rarity, _, _ in other_forms:
            weights[term] += (
                rarity * (LEAD if term in lead else 1) * (NAME if term in names else 1) * REPEAT
            )

    def name(self, capitalised: Iterable[int], text: str, tags: Tags) -> frozenset[int]:
        """Add the names of persons, places and things, and return them: in all scripts alike."""
        found = {term: rare for term in capitalised if (rare := self.rarity[term]) >= FREE_NAME}
        for name in sorted(names_in(text)):
            term, heavy, _, _ = word(name)
            found[term] = heavy
            self.texts.setdefault(term, name)
        for name in sorted(office_holders(tags)):
            term = word(name).term
            found[term] = OFFICE
            self.texts.setdefault(term, name)
        self.free |= found
        return frozenset(found)

    def count(self, text: str) -> frozenset[int]:
        """Add the amounts of a text, and return them."""
        found = {number_of(name): amount for name, amount in amounts(text).items()}
        for term, (shown, heavy) in found.items():
            self.free[term] = heavy
            self.texts[term] = shown
        return frozenset(found)

    def found(self, text: str, heavy: float) -> None:
        """Add a term that the tagger found."""
        term = number_of(text)
        self.weights[term] = self.rarity[term] = self.free[term] = heavy
        self.texts[term] = text


def words_of(headline: str) -> dict[int, float]:
    """Return the terms of a headline with their rarity."""
    found = tokens(headline)
    return headline_terms(found, {token: ENGLISH[token] for token in found})


def figures_of(headline: str) -> set[int]:
    """Return the terms of a headline's numbers, days and months."""
    return set(figures_by_term(headline))


def figures_by_term(headline: str) -> dict[int, str]:
    """Return a headline's numbers, in digits, days and months, by their terms."""
    words = {token: ENGLISH[token] for token in tokens(in_digits(headline))}
    return {one.term: token for token, one in words.items() if one.figure}


def headline_terms(headline: Iterable[str], known: Mapping[str, WeightedTerm]) -> dict[int, float]:
    """Return the terms of a headline's tokens that tell something."""
    return {known[token].term: known[token].weight for token in headline if known[token].weight}


def heaviest(weights: Mapping[int, float], most: int) -> dict[int, float]:
    """Return the heaviest terms, those first.

    Terms of one weight go by their number: the order of a set of words is another one in each
    process, and a replay must decide the same.
    """
    # Sorting twice, both times in C, is quicker than sorting once by a pair.
    ranked = sorted(sorted(weights), key=weights.__getitem__, reverse=True)
    return {term: weights[term] for term in ranked[:most]}


def _text(story: Story) -> str:
    """Return what the story says below its headline, each part once."""
    text = story.body[:GATHER_CHARACTERS]
    if story.summary and not text.startswith(story.summary.rstrip(" .…")[:100]):
        text = f"{story.summary}\n{text}"
    return text.removeprefix(story.headline)[:GATHER_CHARACTERS]


def _said(figures: Mapping[str, int], told: Set[str], names: Set[int]) -> frozenset[int]:
    numbers = {term for token, term in figures.items() if token[0].isdigit()}
    written = {WRITTEN_OUT[name] for name in WRITTEN_OUT.keys() & set(map(plain, told))}
    return frozenset(numbers.union(names, written))


def _names(known: Mapping[str, WeightedTerm], body: Set[str]) -> set[int]:
    """Return the terms of capitalised words that aren't among the commonest."""
    return {
        one.term
        for token, one in known.items()
        if one.weight > NAME_FROM and token in body and token[0].isupper()
    }
