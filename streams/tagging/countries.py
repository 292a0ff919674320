"""Which countries a story is about, by what it says of them."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import msgspec

from streams.model.tags import CountryTag, Span
from streams.tagging import weights
from streams.tagging.disambiguation import Found, NameReading, in_office, readings
from streams.tagging.passages import Passage
from streams.tagging.scan import Hit

_PLACES = frozenset({"capital", "city", "region", "dateline", "base"})
_DATED = _PLACES | {"name", "local", "demonym"}
"""What a dateline can be made of; `Biden: We will stay` has none."""
_PREPOSITIONS = ("in", "at", "near", "outside", "around", "from", "across", "à", "au", "en", "tại")
_GIVEN = re.compile(
    r"\b(?:(?:receiv|obtain|purchas|accept|borrow|import|order|secur|seek|demand|expect|await)\w*"
    r"|wants?|wanted|gets?|got|gotten|getting|buys?|bought|buying|sought|wins?|won|winning|needs?|needed)"
    r"\b[^,;:.]{0,40} from $"
    r"|\b(?:aid|assistance|support|backing|help|pressure|loans?|weapons|arms|missiles|money|funds"
    r"|funding|grants?|approval|permission|assurances?|guarantees?|criticism|condemnation|rebuke"
    r"|warnings?|protests?|orders|instructions|concessions?|response|reply|request|demands?"
    r"|signals?|threats?|sanctions|tariffs|blessing|invitation|consent|pledges?|promises?) from $",
    re.IGNORECASE,
)
"""Before a capital whose government gives what comes from it: `gets loans from Beijing`."""
GIVEN_WITHIN = 60
"""Characters looked at for that."""
_ABOUT = ("over", "about", "amid", "regarding")
_SCHOOL_BEFORE = re.compile(
    r"(?:University|College|Institute|Hospital) (?:(?:of|in|at) (?:the )?)?$", re.IGNORECASE
)
_BEFORE_A_SCHOOL = ("of", "in", "at", "the", "university", "college", "institute", "hospital")
"""What stands right before the place: `University of Oslo`, `King's College London`."""
_SCHOOL_AFTER = re.compile(r"(?: [A-Z]\w+)? (?:University|College|Institute|Hospital|Airport)\b")


class Mention(msgspec.Struct, frozen=True, gc=False):
    """One piece of evidence for a country.

    `place` says that it only tells where, `about` that others talk or act about it, `front` that it
    stands in the headline or the lead; `span` is what goes into tags.
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
    front: bool
    span: Span

    @property
    def early(self) -> float:
        """What its place in the text is worth: the first sentence, the lead, the rest."""
        if not self.front:
            return 0.0
        first = self.passage.sentence(max(self.passage.lead[0], self.passage.dateline))
        return (
            (1.0 if self.sentence <= first else weights.LATER_IN_LEAD)
            * (weights.ABOUT if self.about else 1.0)
            * (weights.ONLY_PLACE if self.place else 1.0)
        )


def mentions(found: Found, gate: str | None, on: date | None) -> list[Mention]:
    """Read the hits of a story's passages as mentions of countries.

    `gate` is the language whose gated words count. `on` is the day of the story: office
    holders count in full during their terms.
    """
    return [_mention(one, on) for one in readings(found, gate, on)]


def country_tags(found: Sequence[Mention]) -> tuple[CountryTag, ...]:
    """Weigh the mentions: salience of each country, the most salient first."""
    by_code: dict[str, list[Mention]] = defaultdict(list)
    for mention in found:
        by_code[mention.code].append(mention)
    totals = {code: sum(mention.weight for mention in group) for code, group in by_code.items()}
    everything = sum(totals.values())
    tags = [
        _tag(code, group, totals[code] / everything, alone=len(by_code) == 1)
        for code, group in by_code.items()
    ]
    kept = [tag for tag in tags if tag.salience >= weights.LEAST_SALIENCE]
    return tuple(sorted(kept, key=lambda tag: (-tag.salience, tag.code)))


def _mention(one: NameReading, on: date | None) -> Mention:
    passage, hit, word = one.passage, one.hit, one.word
    kind = "dateline" if hit.start < passage.dateline and word.kind in _DATED else word.kind
    text, start, end = passage.text, hit.start, hit.end
    before = text[max(0, start - 12) : start].rstrip().rsplit(" ", 1)[-1].lower()
    weight = weights.KINDS[kind]
    if _names_a_school(text, hit, before):
        weight *= weights.SCHOOL
    if not in_office(word, on):
        weight *= weights.OUT_OF_OFFICE
    return Mention(
        code=word.code,
        kind=kind,
        passage=passage,
        start=start,
        end=end,
        sentence=passage.sentence(start),
        entry=word.text,
        place=kind == "dateline"
        or (kind in _PLACES and before in _PREPOSITIONS and not _is_given_by(text, kind, start))
        or text.startswith(" capital", end),
        about=before in _ABOUT,
        weight=weight,
        front=passage.in_lead(start),
        span=Span(
            field=passage.field,
            start=start,
            end=end,
            surface=text[start:end],
            entry=f"{word.text} ({kind} of {word.code})",
            weight=round(weight, 3),
        ),
    )


def _is_given_by(text: str, kind: str, start: int) -> bool:
    """Say whether a capital stands for the government that gives something."""
    if kind != "capital" or not text.startswith("from ", start - 5):
        return False
    return _GIVEN.search(text[max(0, start - GIVEN_WITHIN) : start]) is not None


def _names_a_school(text: str, hit: Hit, before: str) -> bool:
    if text[hit.end + 1 : hit.end + 2].isupper() and _SCHOOL_AFTER.match(text, hit.end):
        return True
    if before not in _BEFORE_A_SCHOOL:
        return False
    return _SCHOOL_BEFORE.search(text[max(0, hit.start - 24) : hit.start]) is not None


def _tag(code: str, group: Sequence[Mention], share: float, *, alone: bool) -> CountryTag:
    headline = max((m.weight for m in group if m.passage.field == "headline"), default=0.0)
    lead = max((m.weight * m.early for m in group if m.passage.field != "headline"), default=0.0)
    of_all = share / (share + weights.HALF_SHARE)
    rest = (1 - weights.HEADLINE * headline) * (1 - weights.LEAD * lead)
    salience = round(1 - rest * (1 - weights.SHARE * of_all), 4)
    if not alone and salience > weights.FAR_MOST and _in_passing(group):
        salience = weights.FAR_MOST
    heaviest = sorted(group, key=lambda m: (not m.front, -m.weight))[: weights.MOST_SPANS]
    return CountryTag(
        code=code,
        salience=salience,
        main=salience >= weights.MAIN,
        spans=tuple(mention.span for mention in heaviest),
    )


def _in_passing(group: Sequence[Mention]) -> bool:
    """Say whether a country is named far down only, and hardly twice."""
    if sum(mention.weight for mention in group) >= weights.FAR_LITTLE:
        return False
    return not any(mention.front or mention.start <= weights.FAR for mention in group)
