"""Which countries a story is about, by what it says of them."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from streams.tagging import weights
from streams.tagging.passages import Passage
from streams.tagging.scan import Hit
from streams.tagging.words import CountryWord, Mask, namesakes
from streams.tags import CountryTag, Span

NAMESAKES = namesakes()
_PLACES = frozenset({"capital", "city", "region", "dateline", "base"})
_PREPOSITIONS = ("in", "at", "near", "outside", "around", "from", "across", "à", "au", "en", "tại")
_ABOUT = ("over", "about", "amid", "regarding")
_NO_FORENAME = re.compile(
    "And|But|For|From|In|Into|Of|On|Over|The|To|Via|With|While|When|Where|As|At|By|After|Before|Near"
    "|Between|Both|Meanwhile|King|Queen|Northern|Southern|Eastern|Western|North|South|East|West"
)
_NO_SURNAME = re.compile("And|But|In|Of|On|The|To|Is|Was|Has|Had|Will|Says|Said|For")
_WORD_AFTER = re.compile(r" ([A-Z][a-z]\w*)")
_WORD_BEFORE = re.compile(r"\b([A-Z][a-z]\w*) $")
_SCHOOL_BEFORE = re.compile(r"(?:University|College|Institute|Hospital) (?:of|in|at) (?:the )?$")
_SCHOOL_AFTER = re.compile(r"(?: [A-Z]\w+)? (?:University|College|Institute|Hospital|Airport)\b")


class Mention(NamedTuple):
    """One piece of evidence for a country.

    `place` says that it only tells where, `about` that others talk or act about it.
    """

    code: str
    kind: str
    passage: Passage
    start: int
    end: int
    sentence: int
    entry: str
    place: bool
    about: bool
    weight: float

    @property
    def front(self) -> bool:
        """Whether it stands in the headline or the lead."""
        return self.passage.in_lead(self.start)

    @property
    def early(self) -> float:
        """What its place in the text is worth: the first sentence, the lead, the rest."""
        if not self.front:
            return 0.0
        first = self.passage.sentence(max(self.passage.lead[0], self.passage.dateline))
        return (1.0 if self.sentence <= first else weights.LATER_IN_LEAD) * (
            weights.ABOUT if self.about else 1.0
        )

    @property
    def span(self) -> Span:
        """The evidence as it goes into a tag."""
        return Span(
            field=self.passage.field,
            start=self.start,
            end=self.end,
            surface=self.passage.text[self.start : self.end],
            entry=f"{self.entry} ({self.kind} of {self.code})",
            weight=round(self.weight, 3),
        )


Found = Sequence[tuple[Passage, Sequence[Hit]]]
"""A story's passages with their hits."""


def mentions(found: Found, gate: str | None, on: date | None) -> list[Mention]:
    """Read the hits of a story's passages as mentions of countries.

    `gate` is the language whose gated words count. `on` is the day of the story: office
    holders count in full during their terms.
    """
    counting = [
        (passage, hit, word)
        for passage, hits in found
        for hit, word in _counting(passage.text, hits, gate)
    ]
    moved = _moved(found)
    sure: list[Mention] = []
    doubtful: list[Mention] = []
    for passage, hit, word in counting:
        if moved.get(word.text.lower(), word.code) != word.code:
            continue
        (doubtful if word.doubtful else sure).append(_mention(passage, hit, word, on))
    found_in = sure + _supported(doubtful, {mention.code for mention in sure})
    return _brought_home(found_in)


def _brought_home(found: list[Mention]) -> list[Mention]:
    """Take a town for its American namesake in American local news that say no more of it."""
    if not any(mention.kind == "local" for mention in found):
        return found
    firm = {mention.code for mention in found if mention.entry not in NAMESAKES}
    return [
        mention._replace(code="US", kind="city", place=True, weight=weights.KINDS["city"])
        if mention.entry in NAMESAKES and mention.code not in firm
        else mention
        for mention in found
    ]


def country_tags(found: Sequence[Mention]) -> tuple[CountryTag, ...]:
    """Weigh the mentions: salience of each country, the most salient first."""
    by_code: dict[str, list[Mention]] = defaultdict(list)
    for mention in found:
        by_code[mention.code].append(mention)
    totals = {code: sum(mention.weight for mention in group) for code, group in by_code.items()}
    everything = sum(totals.values())
    tags = [_tag(code, group, totals[code] / everything) for code, group in by_code.items()]
    return tuple(sorted(tags, key=lambda tag: (-tag.salience, tag.code)))


def _counting(
    text: str, hits: Sequence[Hit], gate: str | None
) -> Iterable[tuple[Hit, CountryWord]]:
    """Leave out hits that are masked, in the wrong case, or part of something else."""
    places = [hit for hit in hits if isinstance(hit.word, CountryWord | Mask)]
    for index, hit in enumerate(places):
        word = hit.word
        if not isinstance(word, CountryWord) or word.language not in (None, gate):
            continue
        if not _spelt(text, hit, word):
            continue
        if word.personal and _beside_a_name(text, hit):
            continue
        if word.after_comma and text[max(0, hit.start - 2) : hit.start] != ", ":
            continue
        if word.kind == "demonym" and text[hit.end + 1 : hit.end + 9] == "American":
            continue
        if word.kind in ("capital", "city") and _elsewhere(text, hit, word, places, index):
            continue
        yield hit, word


def _spelt(text: str, hit: Hit, word: CountryWord) -> bool:
    surface = text[hit.start : hit.end]
    if not surface.isascii():
        surface = unicodedata.normalize("NFKC", surface)
    if word.exact:
        return surface == word.text or surface == word.text.rstrip(".")
    return word.lower or not surface[0].islower()


def _beside_a_name(text: str, hit: Hit) -> bool:
    after = _WORD_AFTER.match(text, hit.end)
    if after and not _NO_SURNAME.fullmatch(after[1]):
        return True
    before = _WORD_BEFORE.search(text[max(0, hit.start - 24) : hit.start])
    return before is not None and not _NO_FORENAME.fullmatch(before[1])


def _elsewhere(
    text: str, hit: Hit, word: CountryWord, places: Sequence[Hit], index: int
) -> str | None:
    """Give the country that a comma and a region or a country put a town in: `Paris, Texas`."""
    if text[hit.end : hit.end + 2] != ", ":
        return None
    codes = {
        other.word.code
        for other in places[index + 1 : index + 8]
        if other.start == hit.end + 2
        and isinstance(other.word, CountryWord)
        and other.word.kind in ("name", "region")
        and _spelt(text, other, other.word)
    }
    return min(codes) if codes and word.code not in codes else None


def _moved(found: Found) -> dict[str, str]:
    """Give the towns that the story itself puts elsewhere: once `Glasgow, Ky.`, always there."""
    moved: dict[str, str] = {}
    for passage, hits in found:
        if ", " not in passage.text:
            continue
        places = [hit for hit in hits if isinstance(hit.word, CountryWord | Mask)]
        for index, hit in enumerate(places):
            word = hit.word
            if isinstance(word, CountryWord) and word.kind in ("capital", "city"):
                code = _elsewhere(passage.text, hit, word, places, index)
                if code is not None:
                    moved[word.text.lower()] = code
    return moved


def _mention(passage: Passage, hit: Hit, word: CountryWord, on: date | None) -> Mention:
    kind = "dateline" if hit.start < passage.dateline else word.kind
    text = passage.text
    before = text[max(0, hit.start - 12) : hit.start].rstrip().rsplit(" ", 1)[-1].lower()
    weight = weights.KINDS[kind]
    if _names_a_school(text, hit):
        weight *= weights.SCHOOL
    if on is not None and not _in_office(word, on):
        weight *= weights.OUT_OF_OFFICE
    return Mention(
        code=word.code,
        kind=kind,
        passage=passage,
        start=hit.start,
        end=hit.end,
        sentence=passage.sentence(hit.start),
        entry=word.text,
        place=kind == "dateline"
        or (kind in _PLACES and before in _PREPOSITIONS)
        or text[hit.end : hit.end + 8] == " capital",
        about=before in _ABOUT,
        weight=weight,
    )


def _names_a_school(text: str, hit: Hit) -> bool:
    return bool(
        _SCHOOL_AFTER.match(text, hit.end)
        or _SCHOOL_BEFORE.search(text[max(0, hit.start - 24) : hit.start])
    )


def _in_office(word: CountryWord, on: date) -> bool:
    return (word.since is None or word.since <= on) and (word.until is None or on <= word.until)


def _supported(doubtful: Sequence[Mention], known: set[str]) -> list[Mention]:
    """Take doubtful mentions of countries the story names in other words too.

    A country's own name that has a second reading stands when nothing speaks for either.
    """
    taken = [mention for mention in doubtful if mention.code in known]
    spots = {(mention.passage.field, mention.start) for mention in taken}
    taken += [
        mention
        for mention in doubtful
        if mention.kind == "name" and (mention.passage.field, mention.start) not in spots
    ]
    return taken


def _tag(code: str, group: Sequence[Mention], share: float) -> CountryTag:
    headline = max((m.weight for m in group if m.passage.field == "headline"), default=0.0)
    lead = max((m.weight * m.early for m in group if m.passage.field != "headline"), default=0.0)
    of_all = share / (share + weights.HALF_SHARE)
    rest = (1 - weights.HEADLINE * headline) * (1 - weights.LEAD * lead)
    salience = round(1 - rest * (1 - weights.SHARE * of_all), 4)
    heaviest = sorted(group, key=lambda m: (not m.front, -m.weight))[: weights.MOST_SPANS]
    return CountryTag(
        code=code,
        salience=salience,
        main=salience >= weights.MAIN,
        spans=tuple(mention.span for mention in heaviest),
    )
