"""What each country of a sentence does there: it acts, lends the place, is talked about."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

import msgspec
from msgspec.structs import replace

from streams.tagging.clauses import LONGEST_SIGN, Signs, place_follows
from streams.tagging.countries import Mention

ARTICLE = 5
"""Characters of an article between a preposition and a name."""
HANDED = 32
"""Characters from what is done with a thing to whose it is."""
TOGETHER = 16
"""Characters of what is done together before a people."""
NOUN = 24
"""Characters in which a noun must follow a name that makes a person or a paper of it."""

_JOINED = re.compile(
    r"(?:['’]s)?(?:[\s,，、/&–-]|\b(?:and|or|the|both|et|ou|la|le|les|y|e|el|los|o|und|oder|der|die"
    r"|das|den|dan|serta|và|cùng)\b|\bl['’]|และ|กับ|និង|ແລະ|和|与|與|及|同|と|や|および|와|과|및|\bи\b|و"
    r"|နှင့်)*"
)
"""Between two names of a list."""
_COMMA = re.compile("[,;:،—，：\uff1b–-](?:(?<![–-])|(?<=\\s[–-])(?=\\s))")
"""One set of characters to look for: that is what makes it quick."""
_NOUN_AFTER = re.compile(
    r"(?:['’]s)?(?:[ -]?(?!(?:and|or|et|ou|y|und|dan|và)\b)[\w’'-]+)? ?-?", re.IGNORECASE
)
_COMMAS = (",", "，")
_ENDS = re.compile(r"[.”\"’]?\s*$")
_PAIRED = re.compile(r"[-–‑/](?=[A-Z])")
"""Behind the first of two who meet: `progress in US-Laos talks` isn't made in the United States."""
_PLURALS = ("ns", "is", "ts", "ks")
_TOGETHER = re.compile(
    r"\b(?:drills?|exercises?|war ?games|training|trains?|talks|truce|pact|patrols?) with $"
)
"""Before a people that stands for its state or forces: `drills with Peruvians`."""
_HANDED = re.compile(
    r"\b(?:gets?|getting|got|receiv\w+|given|gives?|gave|buys?|bought|orders?|ordered|donat\w+"
    r"|lends?|lent|suppl(?:y|ies|ied)|deliver\w*|hand(?:s|ed)? over|accepts?|accepted"
    r"|takes?|took)\b[^.;:,]*$"
)
"""Before things that one state has of another: `receives 20 Peruvian trucks`."""
_SPEAKS_FOR_STATE = ("ministry", "office", "seat", "base", "party")
_NOUNS = ("person", "vehicle", "outlet", "state")
_TELLING = (
    "address",
    "meet",
    "together",
    "hosting",
    "attitude",
    "speech",
)
_NO_STATE_BEFORE = ("origin", "excluded")


Role = Literal["party", "holder", "place", "matter", "private"]
"""What a country does where it stands.

A `holder` speaks or feels something of the others; a `matter` is what the others speak or act
about; `private` is a person, a paper, a court of that origin, or a country that has no part in it.
"""


class Part(msgspec.Struct, frozen=True, gc=False):
    """A country where it stands in a sentence, from `start` to `end`.

    `group` numbers lists of names, `stretch` what stands between words that begin a clause,
    `clause` what stands between these and commas.
    """

    code: str
    start: int
    end: int
    group: int
    stretch: int
    clause: int
    role: Role


def read_parts(text: str, offset: int, mentions: Sequence[Mention], signs: Signs) -> list[Part]:
    """Return the countries of a sentence that begins at an offset, in order, with their roles."""
    spans = [(one.start - offset, one.end - offset) for one in mentions]
    groups = [0]
    for (_, end), (start, _) in pairwise(spans):
        joined = start < end or _JOINED.fullmatch(text, end, start) is not None
        if joined and text[end:start].lstrip()[:1] in _COMMAS:
            joined = not _ends_source(text, end, start, signs, others=groups[-1] > 0)
        groups.append(groups[-1] + (not joined))
    cuts = sorted((*signs.breaks, *_commas(text, spans, groups)))
    parts = [
        Part(
            mention.code,
            start,
            end,
            group,
            signs.stretch(start),
            bisect_left(cuts, start),
            _role(text, mention, (start, end), signs),
        )
        for mention, (start, end), group in zip(mentions, spans, groups, strict=True)
    ]
    if groups[-1] < len(parts) - 1:  # there is a list
        parts = [_with_role(part, _of_its_list(part, parts)) for part in parts]
    if "nature" in signs.kinds:
        parts = [_with_role(part, _befallen(part, cuts, parts, signs)) for part in parts]
    if "matter" not in signs.kinds:
        return parts
    return [_with_role(part, _matter(part, cuts, signs)) for part in parts]


def _ends_source(text: str, end: int, start: int, signs: Signs, *, others: bool) -> bool:
    """Say whether a comma between two names ends or begins the words that say whose report it is.

    `According to Peru, Chile ...`; with others named before, `... in Peru, Chile says.`
    """
    before = signs.within(0, end)
    if before and before[0].kind == "source" and not _COMMA.search(text, before[0].end, end):
        return True
    after = signs.within(start, start + 2 * NOUN) if others else []
    return any(sign.kind == "speech" and _ENDS.match(text, sign.end) for sign in after)


def _with_role(part: Part, role: Role) -> Part:
    return part if part.role == role else replace(part, role=role)


def cut(text: str, start: int, end: int) -> bool:
    """Say whether a comma or the like stands between two places."""
    return _COMMA.search(text, start, end) is not None


def touches(text: str, end: int, start: int) -> bool:
    """Say whether at most an article stands between a word that ends and a name that begins."""
    return 0 <= start - end <= ARTICLE and len(text[end:start].strip()) < ARTICLE - 1


def _commas(text: str, spans: Sequence[tuple[int, int]], groups: Sequence[int]) -> Iterator[int]:
    """Return the commas that don't stand inside a list of names."""
    lists = [
        (end, start)
        for ((_, end), (start, _)), (one, other) in zip(
            pairwise(spans), pairwise(groups), strict=True
        )
        if one == other
    ]
    for comma in _COMMA.finditer(text):
        if not (lists and any(low <= comma.start() < high for low, high in lists)):
            yield comma.start()


def _role(text: str, mention: Mention, span: tuple[int, int], signs: Signs) -> Role:
    start, end = span
    near = signs.within(start - LONGEST_SIGN, start)
    before = [sign.kind for sign in near if touches(text, sign.end, start)]
    if any(kind in _NO_STATE_BEFORE for kind in before):
        return "private"
    if _is_private(text, mention, span, signs, inside="place" in before):
        return "private"
    host = "host" in signs.kinds and any(
        sign.kind == "host" and not text[end : sign.start].strip(" ,")
        for sign in signs.within(end, end + 3)
    )
    inside = "place" in before and not _PAIRED.match(text, end)
    if mention.place or inside or host or place_follows(text, end):
        return "place"
    return "matter" if mention.about else "party"


def _is_private(
    text: str, mention: Mention, span: tuple[int, int], signs: Signs, *, inside: bool
) -> bool:
    """Say whether people, a paper or a court of the country are meant.

    An army's truck or college is the state's; and what crashes in a country needn't be of it.
    """
    start, end = span
    if mention.kind in _SPEAKS_FOR_STATE:
        return False
    means = next(
        (
            sign.kind
            for sign in signs.within(end, end + NOUN + 1)
            if sign.kind in _NOUNS and _NOUN_AFTER.fullmatch(text, end, sign.start)
        ),
        None,
    )
    if means == "outlet":
        return mention.kind != "force"
    # `Peruvians`, but not `the Russians`.
    plural = text[end - 2 : end] in _PLURALS and text[start:end].isascii()
    bare = plural and mention.kind == "demonym" and text[max(0, start - 4) : start] != "the "
    people = bare and not _TOGETHER.search(text, max(0, start - TOGETHER), start)
    in_country = inside and mention.kind != "demonym"
    somebodys = (
        means == "vehicle"
        and mention.kind != "force"
        and not in_country
        and not _HANDED.search(text, max(0, start - HANDED), start)
    )
    return (people or means == "person" or somebodys) and not signs.removal


def _of_its_list(part: Part, parts: Sequence[Part]) -> Role:
    """Return a part's role, which its list may give it: `citizens from Chile and Peru`."""
    if part.role != "party":
        return part.role
    mates = [other for other in parts if other.group == part.group]
    if any(other.role == "place" and other.code == part.code for other in mates):
        return "place"
    roles = {other.role for other in mates}
    return next((role for role in ("private", "matter") if role in roles), part.role)


def _befallen(part: Part, cuts: Sequence[int], parts: Sequence[Part], signs: Signs) -> Role:
    """Return a part's role; an event of nature may only befall it: `a quake felt in Peru, Chile`.

    So it is where no country stands before that event in its clause, and nobody acts after it.
    """
    if part.role != "party":
        return part.role
    begin = cuts[part.clause - 1] if part.clause else 0
    event = next((sign for sign in signs.within(begin, part.start) if sign.kind == "nature"), None)
    if event is None or any(begin <= other.start < event.start for other in parts):
        return part.role
    acted = any(sign.kind in _TELLING for sign in signs.within(event.end, part.start))
    return part.role if acted else "private"


def _matter(part: Part, cuts: Sequence[int], signs: Signs) -> Role:
    """Return a part's role; others may speak about it in its clause: `warns Peru over Chile`."""
    if part.role != "party":
        return part.role
    begin = cuts[part.clause - 1] if part.clause else 0
    told = False
    for sign in signs.within(begin, part.start):
        told = told or sign.kind in _TELLING
        if told and sign.kind == "matter":
            return "matter"
    return part.role
