"""How the countries of one sentence meet: who acts on whom, who only speaks, and where."""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise, product

from msgspec.structs import replace

from streams.model.tags import Relation
from streams.tagging.clauses import ClauseKind, Sign, Signs
from streams.tagging.countries import Mention
from streams.tagging.roles import ARTICLE, Part, Role, cut, read_parts, touches

CLOSE = 24
"""Characters that may stand between an attitude or a word of speech and who has it; more, and it is
its clause's subject."""
CLOSE_WITHOUT_SPACES = 2
"""The same in scripts that write words without spaces."""
ADDRESSED = 48
"""Characters that may stand between a word of address and who is addressed."""

_HYPHENS = ("", "-", "–", "/", "‑")
_INVERTED = re.compile(r"[,”\"’'»]\s*$")
"""Before a word of speech that its speaker follows: `the talks failed, said the Thai army`."""
_HELD = (
    ClauseKind.ATTITUDE,
    ClauseKind.FELT,
    ClauseKind.MANNER,
    ClauseKind.UPSET,
    ClauseKind.SPEECH,
)
_TURNING = (ClauseKind.ADDRESS, ClauseKind.MEET, ClauseKind.TOGETHER, ClauseKind.HOSTING)
_SUBJECTS = (ClauseKind.ATTITUDE, ClauseKind.MANNER, ClauseKind.SPEECH)
_ORDER = (Relation.BETWEEN, Relation.THIRD_PARTY, Relation.SETTING)


class Meeting:
    """The countries of a sentence, each with its role, and how each two of them meet.

    Decided in this order: one turns to the other; the two are addressed together; a person, a
    paper or a court stands for one; one only speaks or feels; one is the place; one is the matter;
    one of them meets another by itself; the two stand in clauses of their own. Else they meet.
    """

    def __init__(
        self, text: str, offset: int, mentions: Iterable[Mention], gate: str | None
    ) -> None:
        """Read a sentence that begins at an offset of its passage.

        `gate` is the language whose words count in a text in Latin letters.
        """
        self._text = text
        self._signs = Signs(text, gate)
        ordered = sorted(mentions, key=lambda mention: (mention.start, mention.code))
        self.parts = read_parts(text, offset, ordered, self._signs)
        self._many = len({part.code for part in self.parts}) > 2
        self._tied: set[frozenset[str]] = set()
        self._told: set[frozenset[int]] = set()
        self._hosted: set[frozenset[int]] = set()
        self._said: dict[int, set[int]] = {}
        self._duos = list(self._find_duos())
        for sign in self._signs.all:
            if sign.kind in _TURNING:
                self._address(sign)
        self._hold()

    def relation(self, one: str, other: str) -> Relation:
        """Return how two countries of the sentence meet in it."""
        if frozenset((one, other)) in self._tied:
            return Relation.BETWEEN
        # A list: enumerations are slow to hash, and this is asked of each pair.
        found = [
            self._meet(a, b)
            for a in self.parts
            if a.code == one
            for b in self.parts
            if b.code == other
        ]
        return next((relation for relation in _ORDER if relation in found), Relation.CO_MENTION)

    def only_told(self, one: str, other: str) -> bool:
        """Say whether one of two does nothing but say or feel something of the other."""
        tied = frozenset((one, other)) in self._tied
        return not tied and not self._telling.isdisjoint((one, other))

    @property
    def speakers(self) -> set[str]:
        """The countries that speak or feel something of others."""
        return {part.code for part in self.parts if part.role is Role.HOLDER}

    def _find_duos(self) -> Iterator[tuple[int, int]]:
        """Find where two meet by themselves: `US-China talks`, `war between Chad and Mali`."""
        for one, other in pairwise(self.parts):
            gap = self._text[one.end : other.start]
            if one.code != other.code and gap in _HYPHENS and one.role is not Role.PLACE:
                yield one.start, other.start
        for sign in self._signs.all if ClauseKind.BETWEEN in self._signs.kinds else ():
            if sign.kind is ClauseKind.BETWEEN:
                named = [
                    part
                    for part in self.parts
                    if part.start >= sign.end and part.role not in (Role.PLACE, Role.PRIVATE)
                ]
                second = next((part for part in named if part.code != named[0].code), None)
                if second is not None:
                    yield named[0].start, second.start

    def _address(self, sign: Sign) -> None:
        """Tie who acts to who is named after a word of address."""
        stretch = self._signs.stretch(sign.start)
        first = next((part for part in self.parts if part.start >= sign.end), None)
        before = [p for p in self.parts if p.end <= sign.start and p.role is not Role.PRIVATE]
        if before and any(
            one.kind is ClauseKind.THEM for one in self._signs.within(sign.end, sign.end + 3)
        ):
            them = next((part for part in before if part.group > before[0].group), before[0])
            self._tied.add(frozenset((before[0].code, them.code)))
            return
        if (
            first is None
            or not before
            or first.start - sign.end > ADDRESSED
            or first.stretch != stretch
            or first.role in (Role.PLACE, Role.PRIVATE, Role.MATTER)
            or cut(self._text, sign.end, first.start)
        ):
            return
        same = [part for part in before if part.stretch == stretch] or before
        near = (part for part in same if not cut(self._text, part.end, sign.start))
        subject = before[-1] if sign.kind is ClauseKind.TOGETHER else next(near, same[0])
        subjects = [part for part in self.parts if part.group == subject.group]
        known = {part.code for part in subjects}
        objects = [p for p in self.parts if p.group == first.group and p.code not in known]
        # `Qatar hosts US-Iran talks`: those two meet each other, not the one that is named first.
        if len({p.code for p in objects}) > 1 and any(first.start == one for one, _ in self._duos):
            pairs = {frozenset((one.start, two.start)) for one, two in product(subjects, objects)}
            if sign.kind is ClauseKind.HOSTING:
                self._hosted |= pairs
            else:
                self._told |= pairs
            return
        self._tied |= {frozenset((who.code, whom.code)) for who, whom in product(subjects, objects)}
        if sign.kind is ClauseKind.ADDRESS:
            self._tell(combinations(objects, 2))
            # `Togo accuses Benin of arming Mali`: what one is told of isn't at the table.
            rest = (p for p in self.parts if p.group > first.group and p.clause == first.clause)
            self._tell(product(subjects, rest))

    def _tell(self, pairs: Iterable[tuple[Part, Part]]) -> None:
        """Note that what is said of two, where they stand, is said by or to another."""
        self._told |= {frozenset((one.start, other.start)) for one, other in pairs}

    def _listed(self, part: Part) -> set[str]:
        return {other.code for other in self.parts if other.group == part.group}

    def _hold(self) -> None:
        """Find who speaks or feels something, and of whom."""
        near: set[int] = set()
        for sign in self._signs.all:
            if sign.kind in _HELD:
                group = self._beside(sign)
                if group is not None:
                    near.add(group)
                    self._say(group, [p for p in self.parts if self._in_earshot(sign, p)])
                elif sign.kind in _SUBJECTS and (part := self._subject(sign)) is not None:
                    after = 0 if sign.kind is ClauseKind.MANNER else sign.start
                    heard = (p for p in self.parts if self._in_earshot(sign, p) and p.end > after)
                    self._say(part.group, heard)
        if self._said:
            self.parts = [
                replace(part, role=Role.HOLDER)
                if part.group in self._said and part.role is not Role.PRIVATE
                else part
                for part in self.parts
            ]
        self._telling = {part.code for part in self.parts if part.group in near}

    def _in_earshot(self, sign: Sign, part: Part) -> bool:
        """Say whether a word of speech or attitude can be about a part: not in a later clause."""
        return part.role is not Role.PRIVATE and part.stretch <= self._signs.stretch(sign.start)

    def _say(self, group: int, parts: Iterable[Part]) -> None:
        """Note of whom a group of names speaks: of all others where its own clause has none."""
        others = {part.start for part in parts if part.group != group}
        everyone = {p.start for p in self.parts if p.group != group and p.role is not Role.PRIVATE}
        self._said.setdefault(group, set()).update(others or everyone)

    def _beside(self, sign: Sign) -> int | None:
        """Return the group of names beside an attitude or a word of speech that has it."""
        text, kind = self._text, sign.kind
        after = next((part for part in self.parts if part.start >= sign.end), None)
        if after is not None and kind is ClauseKind.ATTITUDE and self._among(sign, after.start):
            return after.group
        if self._inverted(sign) or kind is ClauseKind.UPSET:
            reach = ARTICLE if kind is ClauseKind.UPSET else CLOSE
            return after.group if after and after.start - sign.end <= reach else None
        before = [part for part in self.parts if part.end <= sign.start]
        if not before or kind is ClauseKind.MANNER:
            return None
        last = before[-1]
        spaceless = kind is ClauseKind.FELT or text[sign.start] >= "\u0e00"
        reach = CLOSE_WITHOUT_SPACES if spaceless else CLOSE
        near = sign.start - last.end <= reach and last.stretch == self._signs.stretch(sign.start)
        return last.group if near and not cut(text, last.end, sign.start) else None

    def _subject(self, sign: Sign) -> Part | None:
        """Return who is named first in the clauses that hold a word of attitude or speech."""
        if self._inverted(sign):
            return None
        stretch = self._signs.stretch(sign.start)
        first = next((part for part in self.parts if part.stretch == stretch), None)
        return first if first and first.end <= sign.start else None

    def _inverted(self, sign: Sign) -> bool:
        speech = sign.kind is ClauseKind.SPEECH
        return speech and _INVERTED.search(self._text, 0, sign.start) is not None

    def _among(self, sign: Sign, start: int) -> bool:
        """Say whether an attitude is somebody's who is named after it: `fears in Washington`."""
        return any(
            one.kind in (ClauseKind.AMONG, ClauseKind.PLACE) and touches(self._text, one.end, start)
            for one in self._signs.within(sign.end, sign.end + 3)
        )

    def _meet(self, a: Part, b: Part) -> Relation:
        """Return how two meet, each where it stands."""
        roles = (a.role, b.role)
        if Role.PRIVATE in roles:
            return Relation.CO_MENTION
        if {a.start, b.start} in self._hosted:
            return Relation.SETTING
        if {a.start, b.start} in self._told:
            return Relation.THIRD_PARTY
        if a.group != b.group and (self._speaks_of(a, b) or self._speaks_of(b, a)):
            return self._told_of(a, b)
        if Role.PLACE in roles:
            return self._at(a, b)
        if not self._many:
            return Relation.BETWEEN
        if Role.MATTER in roles and a.role is not b.role:
            return Relation.THIRD_PARTY
        if any((a.start in duo) != (b.start in duo) for duo in self._duos):
            return Relation.THIRD_PARTY
        return Relation.CO_MENTION if self._apart(a, b) else Relation.BETWEEN

    def _speaks_of(self, one: Part, other: Part) -> bool:
        return one.role is Role.HOLDER and other.start in self._said.get(one.group, ())

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
        return Relation.THIRD_PARTY if len(others) > alone else Relation.BETWEEN

    def _at(self, a: Part, b: Part) -> Relation:
        """Return how a place meets another: only one that acts there by itself."""
        if a.role is b.role:
            return Relation.SETTING
        place = a if a.role is Role.PLACE else b
        acting = {part.code for part in self.parts if part.role is Role.PARTY} - {place.code}
        return Relation.SETTING if len(acting) > 1 else Relation.BETWEEN

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
        met = {p.code for p in self.parts if p.clause == first.clause and p.role is Role.PARTY}
        return bool(met - {a.code, b.code})
