"""How the countries of one sentence meet: who acts on whom, who only speaks, and where."""

from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise, product

from msgspec.structs import replace

from streams.model.tags import Relation
from streams.tagging.clauses import Sign, Signs
from streams.tagging.countries import Mention
from streams.tagging.roles import Part, cut, read_parts
from streams.tagging.sentences import Sentence
from streams.tagging.speakers import Speakers

ADDRESSED = 48
"""Characters that may stand between a word of address and who is addressed."""

_HYPHENS = ("", "-", "–", "/", "‑")
_TURNING = ("address", "meet", "together", "hosting")
_BETWEEN, _THIRD_PARTY = Relation.BETWEEN, Relation.THIRD_PARTY
_CO_MENTION, _SETTING = Relation.CO_MENTION, Relation.SETTING
"""By names of their own: Python 3.11 takes ten times as long to look them up in `Relation`."""
_ORDER = (_BETWEEN, _THIRD_PARTY, _SETTING)


class Meeting:
    """The countries of a sentence, each with its role, and how each two of them meet.

    Decided in this order: one turns to the other; the two are addressed together; a person, a
    paper or a court stands for one; one only speaks or feels; one is the place; one is the matter;
    one of them meets another by itself; the two stand in clauses of their own. Else they meet.
    """

    def __init__(self, sentence: Sentence, mentions: Iterable[Mention], gate: str | None) -> None:
        """Read a sentence. `gate` is the language whose words count in a text in Latin letters."""
        self._text = text = sentence.text
        self._signs = Signs(text, gate)
        ordered = sorted(mentions, key=lambda mention: (mention.start, mention.code))
        self.parts = read_parts(text, sentence.start, ordered, self._signs)
        self._many = len({part.code for part in self.parts}) > 2
        self._tied: set[frozenset[str]] = set()
        self._told: set[frozenset[int]] = set()
        self._hosted: set[frozenset[int]] = set()
        self._duos = list(self._find_duos())
        for sign in self._signs.all:
            if sign.kind in _TURNING:
                self._address(sign)
        self._listen()

    def relation(self, one: str, other: str) -> Relation:
        """Return how two countries of the sentence meet in it."""
        if frozenset((one, other)) in self._tied:
            return _BETWEEN
        # A list: enumerations are slow to hash, and this is asked of each pair.
        found = [
            self._meet(a, b)
            for a in self.parts
            if a.code == one
            for b in self.parts
            if b.code == other
        ]
        return next((relation for relation in _ORDER if relation in found), _CO_MENTION)

    def only_told(self, one: str, other: str) -> bool:
        """Say whether one of two does nothing but say or feel something of the other."""
        tied = frozenset((one, other)) in self._tied
        return not tied and not self._telling.isdisjoint((one, other))

    @property
    def speakers(self) -> set[str]:
        """The countries that speak or feel something of others."""
        return {part.code for part in self.parts if part.role == "holder"}

    def _find_duos(self) -> Iterator[tuple[int, int]]:
        """Find where two meet by themselves: `US-China talks`, `war between Chad and Mali`."""
        for one, other in pairwise(self.parts):
            gap = self._text[one.end : other.start]
            if one.code != other.code and gap in _HYPHENS and one.role != "place":
                yield one.start, other.start
        for sign in self._signs.all if "between" in self._signs.kinds else ():
            if sign.kind == "between":
                named = [
                    part
                    for part in self.parts
                    if part.start >= sign.end and part.role not in ("place", "private")
                ]
                second = next((part for part in named if part.code != named[0].code), None)
                if second is not None:
                    yield named[0].start, second.start

    def _address(self, sign: Sign) -> None:
        """Tie who acts to who is named after a word of address."""
        stretch = self._signs.stretch(sign.start)
        first = next((part for part in self.parts if part.start >= sign.end), None)
        before = [p for p in self.parts if p.end <= sign.start and p.role != "private"]
        follow = {one.kind for one in self._signs.within(sign.end, sign.end + 3)} if before else ()
        if "both" in follow:
            near = (p for p in reversed(before) if not cut(self._text, p.end, sign.start))
            host = before[0] if sign.kind == "address" else next(near, before[0])
            self._tied |= {frozenset((host.code, p.code)) for p in before if p.code != host.code}
            return
        if "them" in follow:
            them = next((part for part in before if part.group > before[0].group), before[0])
            self._tied.add(frozenset((before[0].code, them.code)))
            return
        if sign.kind == "hosting" and before and first and self._where(sign, first):
            guests = (p for p in self.parts if p.stretch == first.stretch)
            self._hosted |= {frozenset((before[-1].start, guest.start)) for guest in guests}
            return
        if (
            first is None
            or not before
            or first.start - sign.end > ADDRESSED
            or first.stretch != stretch
            or first.role in ("place", "private", "matter")
            or cut(self._text, sign.end, first.start)
        ):
            return
        same = [part for part in before if part.stretch == stretch] or before
        if "speech" in self._signs.kinds:
            same = self._said_to_act(same, sign) or same
        near = (part for part in same if not cut(self._text, part.end, sign.start))
        subject = before[-1] if sign.kind == "together" else next(near, same[0])
        subjects = [part for part in self.parts if part.group == subject.group]
        known = {part.code for part in subjects}
        objects = [p for p in self.parts if p.group == first.group and p.code not in known]
        # `Qatar hosts US-Iran talks`: those two meet each other, not the one that is named first.
        if len({p.code for p in objects}) > 1 and any(first.start == one for one, _ in self._duos):
            pairs = {frozenset((one.start, two.start)) for one, two in product(subjects, objects)}
            if sign.kind == "hosting":
                self._hosted |= pairs
            else:
                self._told |= pairs
            return
        self._tied |= {frozenset((who.code, whom.code)) for who, whom in product(subjects, objects)}
        if sign.kind == "address":
            self._tell(combinations(objects, 2))
            # `Togo accuses Benin of arming Mali`: what one is told of isn't at the table.
            rest = (p for p in self.parts if p.group > first.group and p.clause == first.clause)
            self._tell(product(subjects, rest))

    def _where(self, sign: Sign, first: Part) -> bool:
        """Say whether what is hosted is only where others meet: `hosts a forum where Chile ...`."""
        kinds = [one.kind for one in self._signs.within(sign.end, first.start)]
        return "host" in kinds and "break" in kinds and first.start - sign.end <= 2 * ADDRESSED

    def _said_to_act(self, before: Iterable[Part], sign: Sign) -> list[Part]:
        """Return who acts in what a speaker says: Chile, in `Peru says Chile asked Bolivia`."""
        said = [one.end for one in self._signs.within(0, sign.start) if one.kind == "speech"]
        if not said or cut(self._text, said[-1], sign.start):
            return []
        return [part for part in before if part.start >= said[-1] and part.role == "party"]

    def _tell(self, pairs: Iterable[tuple[Part, Part]]) -> None:
        """Note that what is said of two, where they stand, is said by or to another."""
        self._told |= {frozenset((one.start, other.start)) for one, other in pairs}

    def _listed(self, part: Part) -> set[str]:
        return {other.code for other in self.parts if other.group == part.group}

    def _listen(self) -> None:
        """Find who only speaks or feels something, of whom, and who of those acts on who speaks."""
        speakers = Speakers(self._text, self._signs, self.parts)
        self._said = speakers.said
        if self._said:
            self.parts = [
                replace(part, role="holder")
                if part.group in self._said and part.role != "private"
                else part
                for part in self.parts
            ]
        self._telling = {part.code for part in self.parts if part.group in speakers.near}
        for sign in self._signs.all if self._said and "ours" in self._signs.kinds else ():
            if sign.kind == "ours":
                self._strike(sign)

    def _strike(self, sign: Sign) -> None:
        """Tie who speaks to those who did something to it: `Peru says Chile entered its waters`."""
        for holder in self.parts:
            done = [
                part
                for part in self.parts
                if self._speaks_of(holder, part)
                and holder.end <= part.start <= sign.start
                and part.role == "party"
                and not cut(self._text, part.end, sign.start)
            ]
            self._tied |= {frozenset((holder.code, part.code)) for part in done}

    def _meet(self, a: Part, b: Part) -> Relation:
        """Return how two meet, each where it stands."""
        roles = (a.role, b.role)
        if "private" in roles:
            return _CO_MENTION
        if {a.start, b.start} in self._hosted:
            return _SETTING
        if {a.start, b.start} in self._told:
            return _THIRD_PARTY
        if a.group != b.group and (self._speaks_of(a, b) or self._speaks_of(b, a)):
            return self._told_of(a, b)
        if "place" in roles:
            return self._at(a, b)
        if not self._many:
            return _BETWEEN
        if "matter" in roles and a.role != b.role:
            return _THIRD_PARTY
        if any((a.start in duo) != (b.start in duo) for duo in self._duos):
            return _THIRD_PARTY
        return _CO_MENTION if self._apart(a, b) else _BETWEEN

    def _speaks_of(self, one: Part, other: Part) -> bool:
        return one.role == "holder" and other.start in self._said.get(one.group, ())

    def _told_of(self, a: Part, b: Part) -> Relation:
        """Return how one that speaks or feels meets another: only if there is no third."""
        own: set[str] = set()
        said: set[int] = set()
        for holder, other in ((a, b), (b, a)):
            if self._speaks_of(holder, other):
                own |= self._listed(holder)
                said |= self._said[holder.group]
        others = {part.code for part in self.parts if part.start in said} - own
        alone = 0 if own.issuperset((a.code, b.code)) else 1
        return _THIRD_PARTY if len(others) > alone else _BETWEEN

    def _at(self, a: Part, b: Part) -> Relation:
        """Return how a place meets another: only one that acts there by itself."""
        if a.role == b.role:
            return _SETTING
        place = a if a.role == "place" else b
        acting = {part.code for part in self.parts if part.role == "party"} - {place.code}
        return _SETTING if len(acting) > 1 else _BETWEEN

    def _apart(self, a: Part, b: Part) -> bool:
        """Say whether two stand in clauses of their own, and the first meets another there."""
        if a.clause == b.clause:
            return False
        first, second = sorted((a, b), key=lambda part: part.start)
        if self._text.count(";") == 1 and ";" in self._text[first.end : second.start]:
            return True
        if first.stretch == second.stretch:
            opening = next(part for part in self.parts if part.stretch == first.stretch)
            heading = next(part for part in self.parts if part.clause == second.clause)
            begun = self._text[: heading.start].rstrip()[-1:] in (",", ";", ":")
            # Without a subject of its own, what follows a comma is the first one's deed too.
            if opening.group == first.group and not begun:
                return False
        met = {p.code for p in self.parts if p.clause == first.clause and p.role == "party"}
        return bool(met - {a.code, b.code})
