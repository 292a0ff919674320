"""How a sentence puts what it says of two countries: the field calls it event factuality.

The main verb decides: "visits Brazil to discuss a possible deal" tells of a visit that happens. So
a sentence is cut into clauses; those that only say when, why or who are left aside, unless both
countries stand in one of them; and of what is left the first word that is a sign decides, in
languages with the verb at the end the last. A sentence without signs tells what happens.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from streams.model.tags import Stance
from streams.tagging.lexicon_entry import Cue
from streams.tagging.scan import Scanner, outermost
from streams.tagging.stance_file import language_signs

LATELY = 2000
"""What a story without a date is dated, to tell old years."""
HEADING = 60
"""Characters of a headline or an opening in which a story says that it is history."""
YEARS_BACK = 8
"""A year so long before the story's lies back."""
UNDONE_WITHIN = 32
"""Characters after a negation in which it may deny an end: `won't be cancelled`."""
REFUSED_WITHIN = 60
"""Characters after "denies" in which what is refused is looked for."""
_COMMA = re.compile("[,;\uff0c\uff1b\u3001]|\\s[–—-]\\s")
_BEGINS = re.compile("(?:^|[:;.!?\uff1a]|[,\u2013\u2014-] )[\\s\"'\u201c\u2018]*$")
"""Before what begins a sentence or what somebody says."""
_NUMBER = re.compile(r"\.? ?\d")
"""Behind `No.`, which denies nothing."""
_YEAR = re.compile(r"(?<![\d.,$€£])(1[5-9]\d\d|20\d\d)(?![\d.,]\d|\d)s?")
_NO_OBJECT = re.compile(
    r"[ ,]*(?:to|of|by|between|with|from|in|on|for|over|against|and|will|would|may|might|could|can"
    r"|should|is|are|was|were|has|have|that|which|who|as|after|before|amid|near|at|since)\b"
    r"|$",
    re.IGNORECASE,
)
"""What stands behind a noun rather than behind a verb that takes an object."""
_BY = re.compile(r" by\b", re.IGNORECASE)
_MONTH_BEFORE = re.compile(
    r"(?:\d|\b(?:in|on|since|until|by|next|last|early|late|mid|of|from))[ -]$"
)
_MONTH_AFTER = re.compile(r",? \d")
_PARTICIPLE = re.compile(
    r"\b(?:(?!hundred)\w+ed|built|lost|made|held|sent|left|fought|begun|written)\b"
)
_PRESENT_WORDS = ("today", "now", "this ")
_PRESENT = re.compile(r"\b(?:today|now|this (?:week|month|year))\b", re.IGNORECASE)

_STANCES = {
    "done": Stance.ACTUAL,
    "past": Stance.ACTUAL,
    "present": Stance.ACTUAL,
    "noun": Stance.ACTUAL,
    "agreed": Stance.ACTUAL,
    "planned": Stance.PLANNED,
    "possible": Stance.HYPOTHETICAL,
    "would": Stance.HYPOTHETICAL,
    "denied": Stance.DENIED,
    "never": Stance.DENIED,
    "wont": Stance.DENIED,
    "none": Stance.DENIED,
}
"""Signs that decide ..."""
_NEGATIONS = frozenset(sign for sign, stance in _STANCES.items() if stance is Stance.DENIED)
_SLIGHT = {
    "maybe": Stance.HYPOTHETICAL,
    "later": Stance.PLANNED,
    "old": Stance.HISTORICAL,
}
"""... and those that do where none of these is there."""
_UNDOING = {"never": Stance.ACTUAL, "wont": Stance.PLANNED, "none": Stance.ACTUAL}
"""What a negation makes of an end: what isn't cancelled is on."""
_TO_COME = ("planned", "possible")
_TOLD = ("done", "past")
"""Signs of verbs that may tell of what lies back."""
_BACK = frozenset({"remembers", "ago", "year", "anniversary"})
"""A clause without any of these tells of nothing that lies back."""
_OPENING = ("opens", "condition", "that", "relative")
"""Signs that may open a clause that is less than the main one."""


class _Sign(msgspec.Struct, frozen=True, gc=False):
    """A word that says something of how a sentence puts things: `text[start:end]`."""

    sign: str
    start: int
    end: int


class Wording:
    """A sentence with the signs of how it puts what it says."""

    def __init__(self, text: str, language: str | None, on: date | None = None) -> None:
        """Find the signs; `on` is the day of the story."""
        known = language_signs(language)
        self._text = text
        self._signs = _signs(text, known.scanner, on) if known else []
        self._kinds = {sign.sign for sign in self._signs}
        self._last = known is not None and known.last
        self._anywhere = known is not None and known.anywhere

    @property
    def negated(self) -> bool:
        """Whether it says of anything that it isn't so, or won't be."""
        return not self._kinds.isdisjoint(_NEGATIONS)

    def stance(self, spots: Sequence[int]) -> Stance:
        """Return how it puts what it says of the countries named at `spots`."""
        text, signs = self._text, self._signs
        if not signs:
            return Stance.ACTUAL
        clause = _clause(text, signs, spots)
        if self._last:
            clause.reverse()
        elif "condition" in self._kinds and _in_condition(text, signs, spots):
            return Stance.HYPOTHETICAL
        verbs = [sign for sign in clause if sign.sign in _STANCES and _holds(text, sign, signs)]
        if self._anywhere:
            verbs.sort(key=lambda sign: sign.sign != "never")
        if not _BACK.isdisjoint(self._kinds) and (
            (not verbs and _remembered(clause, signs))
            or _lies_back(text, clause, verbs, spots)
            or _kept_day(clause, verbs, spots)
        ):
            return Stance.HISTORICAL
        if not verbs:
            return next((_SLIGHT[one.sign] for one in clause if one.sign in _SLIGHT), Stance.ACTUAL)
        return _put_by(verbs[0], signs)


def is_history(headline: str, opening: str, language: str | None) -> bool:
    """Say whether a whole story is of what lies back: a column, an obituary, a review."""
    known = language_signs(language)
    if known is None:
        return False
    begins = (headline[:HEADING], opening[:HEADING])
    return any(pattern.search(headline) for pattern in known.history_patterns) or any(
        known.history.scan(text, 1) for text in begins
    )


def _signs(text: str, scanner: Scanner, on: date | None) -> list[_Sign]:
    """Return all signs of a sentence, in order; a longer one takes the place of those inside it."""
    found = [
        _Sign(hit.word.topic, hit.start, hit.end)
        for hit in outermost(scanner.scan(text))
        if isinstance(hit.word, Cue)
    ]
    times = [*_times(text, on)]
    return sorted(found + times, key=lambda sign: sign.start) if times else found


def _times(text: str, on: date | None) -> Iterator[_Sign]:
    """Return the years of a sentence, then words for the present."""
    if "1" in text or "20" in text:
        lately = (on.year if on else LATELY) - YEARS_BACK
        for year in _YEAR.finditer(text):
            yield _Sign("year" if int(year[1]) <= lately else "now", *year.span())
    lower = text.lower()
    if any(word in lower for word in _PRESENT_WORDS):
        yield from (_Sign("now", *match.span()) for match in _PRESENT.finditer(text))


def _clause(text: str, signs: Sequence[_Sign], spots: Sequence[int]) -> list[_Sign]:
    """Return the signs of the clause that holds the countries, else those of the main one."""
    begin = max(
        (sign.end for sign in signs if sign.sign == "says" and sign.end <= min(spots)), default=0
    )
    lesser: list[tuple[int, int]] = []
    said = False
    for sign in signs:
        said = said or sign.sign in ("says", "denied")
        if sign.sign in _OPENING and sign.start >= begin and _opens(text, sign, said=said):
            comma = _COMMA.search(text, sign.end)
            lesser.append((sign.end, comma.start() if comma else len(text)))
    if not lesser:
        return [sign for sign in signs if sign.start >= begin]
    for first, last in lesser:
        if first <= min(spots) and max(spots) < last:
            return [sign for sign in signs if first <= sign.start < last]
    return [
        sign
        for sign in signs
        if sign.start >= begin and not any(first <= sign.start < last for first, last in lesser)
    ]


def _opens(text: str, sign: _Sign, *, said: bool) -> bool:
    """Say whether a word opens a clause that is less than the main one."""
    if sign.sign == "relative":
        return text[: sign.start].rstrip().endswith(",")
    return sign.sign != "that" or not said


def _in_condition(text: str, signs: Sequence[_Sign], spots: Sequence[int]) -> bool:
    """Say whether the countries stand in a clause that says on what it depends: `if Peru sells`."""
    ends = [s.end for s in signs if s.sign == "condition" and s.end <= min(spots, default=0)]
    return any(not _COMMA.search(text, end, max(spots)) for end in ends)


def _holds(text: str, sign: _Sign, signs: Sequence[_Sign]) -> bool:
    """Say whether a sign is what it looks like where it stands."""
    match sign.sign:
        case "noun":
            return not _NO_OBJECT.match(text, sign.end)
        case "past":
            # "officers trained by the US will lead"
            later = {other.sign for other in signs if other.start > sign.end}
            trained_by = _BY.match(text, sign.end) and not later.isdisjoint(_TO_COME)
            return not trained_by and text[sign.start - 1 : sign.start] != "-"
        case "possible" if text[sign.start : sign.end] == "May":
            before = text[max(0, sign.start - 12) : sign.start]
            return not (_MONTH_BEFORE.search(before) or _MONTH_AFTER.match(text, sign.end))
        case "none":
            if _NUMBER.match(text, sign.end):
                return False
            says = any(other.sign == "says" and other.end == sign.start - 1 for other in signs)
            return says or _BEGINS.search(text, 0, sign.start) is not None
        case "denied":
            within = sign.end + REFUSED_WITHIN
            return not any(
                other.sign == "refused" and sign.end <= other.start < within for other in signs
            )
    return True


def _remembered(clause: Sequence[_Sign], signs: Sequence[_Sign]) -> bool:
    """Say whether someone recalls what lies years back, or a war."""
    there = {sign.sign for sign in signs}
    recalls = any(sign.sign == "remembers" for sign in clause)
    return recalls and not there.isdisjoint(("ago", "year", "anniversary", "hostile"))


def _lies_back(
    text: str, clause: Sequence[_Sign], verbs: Sequence[_Sign], spots: Sequence[int]
) -> bool:
    """Say whether the main verb tells of what lies years back."""
    if (verbs and verbs[0].sign not in _TOLD) or any(sign.sign == "now" for sign in clause):
        return False
    for mark in clause:
        if mark.sign in ("ago", "year"):
            before = [verb for verb in verbs if verb.end <= mark.start]
            nearest = max(before, key=lambda verb: verb.end, default=None)
            between = text[nearest.end if nearest else 0 : mark.start]
            if nearest is None and verbs and mark.start > min(spots):
                continue  # "Austin, class of 1975, met ..."
            if nearest in (None, *verbs[:1]) and not _PARTICIPLE.search(between):
                return True
    return False


def _kept_day(clause: Sequence[_Sign], verbs: Sequence[_Sign], spots: Sequence[int]) -> bool:
    """Say whether a day of war is remembered, and not by both countries together."""
    signs = {sign.sign for sign in clause}
    return {"anniversary", "hostile"} <= signs and not (verbs and max(spots) < verbs[0].start)


def _put_by(verb: _Sign, signs: Sequence[_Sign]) -> Stance:
    """Return what a main verb makes of what it says."""
    there = {sign.sign for sign in signs}
    if verb.sign == "agreed" and "later" in there:
        return Stance.PLANNED
    if verb.sign == "would" and any(
        sign.sign == "says" and sign.end <= verb.start for sign in signs
    ):
        return Stance.PLANNED
    if verb.sign == "planned" and "condition" in there:
        return Stance.HYPOTHETICAL
    if verb.sign in _UNDOING and any(
        sign.sign == "undone" and 0 <= sign.start - verb.end < UNDONE_WITHIN for sign in signs
    ):
        return _UNDOING[verb.sign]
    return _STANCES[verb.sign]
