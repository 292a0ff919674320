"""Who speaks or feels something in a sentence, and of whom."""

import re
from collections.abc import Iterable, Sequence

from streams.tagging.clauses import Sign, Signs, spaceless
from streams.tagging.roles import ARTICLE, Part, cut, touches

CLOSE = 24
"""Characters that may stand between an attitude or a word of speech and who has it; more, and it is
its clause's subject."""
CLOSE_WITHOUT_SPACES = 2
"""The same in scripts that write words without spaces."""

_INVERTED = re.compile(r"[,”\"’'»]\s*$")
"""Before a word of speech that its speaker follows: `the talks failed, said the Thai army`."""
_COMMAS = (",", "，")
_QUOTING = " ,:，：“「"
"""May stand between a word of telling and who acts in what is told: `称，“朝鲜`."""
_HELD = ("attitude", "felt", "manner", "upset", "speech", "source")
_HOLDER_FOLLOWS = ("upset", "source")
_TELLING = ("told", "telling")
_SUBJECTS = ("attitude", "manner", "speech")


class Speakers:
    """Who speaks or feels something in a sentence.

    `said` has, by the groups of names that do, where those stand of whom they do; `near` has the
    groups whose word for it stands beside them.
    """

    def __init__(self, text: str, signs: Signs, parts: Sequence[Part]) -> None:
        """Look at each word of speech and attitude."""
        self.said: dict[int, set[int]] = {}
        self.near: set[int] = set()
        self._text = text
        self._signs = signs
        self._parts = parts
        for sign in signs.all:
            if sign.kind in _HELD:
                self._hold(sign)
            elif sign.kind in _TELLING and self._tells(sign):
                self._tell(sign)

    def _hold(self, sign: Sign) -> None:
        group, after = self._beside(sign), 0
        if group is not None:
            self.near.add(group)
        elif sign.kind in _SUBJECTS and (part := self._subject(sign)) is not None:
            group, after = part.group, 0 if sign.kind == "manner" else sign.start
        if group is not None:
            heard = self._in_earshot(sign)
            self._say(group, [part for part in heard if part.end > after])

    def _tell(self, sign: Sign) -> None:
        told = [p for p in self._parts if p.start >= sign.end and p.role != "private"]
        part = self._subject(sign)
        if part is not None and told:
            self._say(part.group, told)

    def _tells(self, sign: Sign) -> bool:
        """Say whether what a subject says begins here, however it was put: `dass`, `称朝鲜`."""
        if sign.kind == "told":
            return True
        after = next((part for part in self._parts if part.start >= sign.end), None)
        gap = self._text[sign.end : after.start].strip(_QUOTING) if after else None
        return gap == ""

    def _in_earshot(self, sign: Sign) -> list[Part]:
        """Return of whom a word of speech or attitude can be: of nobody in a later clause."""
        known = [part for part in self._parts if part.role != "private"]
        if sign.kind == "source":
            return known
        stretch = self._signs.stretch(sign.start)
        return [part for part in known if part.stretch <= stretch]

    def _say(self, group: int, parts: Iterable[Part]) -> None:
        """Note of whom a group of names speaks: of all others where its own clause has none."""
        others = {part.start for part in parts if part.group != group}
        everyone = {p.start for p in self._parts if p.group != group and p.role != "private"}
        self.said.setdefault(group, set()).update(others or everyone)

    def _beside(self, sign: Sign) -> int | None:
        """Return the group of names beside an attitude or a word of speech that has it."""
        text, kind = self._text, sign.kind
        after = next((part for part in self._parts if part.start >= sign.end), None)
        if after is not None and kind == "attitude" and self._among(sign, after.start):
            return after.group
        if self._inverted(sign) or kind in _HOLDER_FOLLOWS:
            reach = ARTICLE if kind == "upset" else CLOSE
            if after is None or after.start - sign.end > reach:
                return None
            return None if cut(text, sign.end, after.start) else after.group
        before = [part for part in self._parts if part.end <= sign.start]
        if not before or kind == "manner":
            return None
        last = before[-1]
        right_after = kind == "felt" or spaceless(text, sign)
        reach = CLOSE_WITHOUT_SPACES if right_after else CLOSE
        near = sign.start - last.end <= reach and last.stretch == self._signs.stretch(sign.start)
        return last.group if near and not cut(text, last.end, sign.start) else None

    def _subject(self, sign: Sign) -> Part | None:
        """Return who is named first in the clauses that hold a word of attitude or speech."""
        if self._inverted(sign):
            return None
        stretch = self._signs.stretch(sign.start)
        if stretch and self._closes_aside(sign, self._signs.breaks[stretch - 1]):
            known = [part.stretch for part in self._parts if part.stretch < stretch]
            stretch = known[-1] if known else stretch
        first = next((part for part in self._parts if part.stretch == stretch), None)
        return first if first and first.end <= sign.start else None

    def _closes_aside(self, sign: Sign, begin: int) -> bool:
        """Say whether the clause begun last ends before a verb: `Peru, which met Fiji, said`."""
        aside = self._text[begin : sign.start].rstrip()
        return aside.endswith(_COMMAS) and not cut(aside, 0, len(aside) - 1)

    def _inverted(self, sign: Sign) -> bool:
        if sign.kind != "speech" or not _INVERTED.search(self._text, 0, sign.start):
            return False
        return not self._signs.that_follows(sign)

    def _among(self, sign: Sign, start: int) -> bool:
        """Say whether an attitude is somebody's who is named after it: `fears in Washington`."""
        return any(
            one.kind in ("among", "place") and touches(self._text, one.end, start)
            for one in self._signs.within(sign.end, sign.end + 3)
        )
