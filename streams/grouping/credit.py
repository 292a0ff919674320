"""Who tells a story: its outlet, and the wires and desks that it credits. Pure."""

import re
import unicodedata
from typing import Final

from streams.model.story import Story

MOST_NAMES: Final = 6
FEWEST_SAID: Final = 4
"""Words of a headline that is signed by an outlet: fewer may be a name with what it is."""
_SIGNED: Final = re.compile(r"(.+?)\s+[-–—|·]\s+([^\s|–—·]+(?: [^\s|–—·]+){0,4})")
_JOINING: Final = frozenset({"of", "the", "and", "de", "du", "del", "la", "le", "&"})
LEAD_CHARACTERS: Final = 200
"""A wire is credited before the first sentence: PHNOM PENH, Nov. 26 (Xinhua) --"""
WIRES: Final = {
    "ap": "ap",
    "associated press": "ap",
    "reuters": "reuters",
    "thomson reuters": "reuters",
    "afp": "afp",
    "agence france presse": "afp",
    "xinhua": "xinhua",
    "upi": "upi",
    "united press international": "upi",
    "dpa": "dpa",
    "deutsche presse agentur": "dpa",
    "efe": "efe",
    "ansa": "ansa",
    "tass": "tass",
    "kyodo": "kyodo",
    "kyodo news": "kyodo",
    "jiji": "jiji",
    "jiji press": "jiji",
    "yonhap": "yonhap",
    "bernama": "bernama",
    "antara": "antara",
    "pti": "pti",
    "press trust of india": "pti",
    "akp": "akp",
    "agence kampuchea presse": "akp",
    "vna": "vna",
    "tna": "tna",
    "bloomberg": "bloomberg",
    "pa media": "pa media",
    "canadian press": "canadian press",
    "aap": "aap",
}
"""Agencies whose text others print, by the names that they go by."""
_AGENCIES: Final = frozenset(WIRES.values())
_APART: Final = re.compile(r"\s*(?:[,;/|]|\band\b|\bwith\b|&)\s*")
_CREDIT: Final = re.compile(r"\(([A-Z][\w ]{1,30})\)")


def names_of(story: Story) -> tuple[str, ...]:
    """Return the names that a story goes by, its outlet's first."""
    lead = f"{story.dateline} {(story.body or story.summary)[:LEAD_CHARACTERS]}"
    credited = [wire for name in _CREDIT.findall(lead) if (wire := WIRES.get(_plain(name)))]
    authors = [_known_as(name) for author in story.authors for name in _APART.split(author)]
    names = (_known_as(story.source), *credited, *authors)
    return tuple(dict.fromkeys(filter(None, names)))[:MOST_NAMES]


def reaches(names: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Say whether what one story takes back may be what another tells: its outlet's words.

    `names` are those of the story that takes back. A wire's kill reaches who credits it; a paper's
    reaches no wire that it credits: that tells its words still. An author of the same name proves
    nothing: many outlets have a "Staff".
    """
    return bool(names) and names[0] in others


def shares_words(names: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Say whether two stories may have the same words: an outlet's, or a credited wire's."""
    return reaches(names, others) or not wires_of(names).isdisjoint(others)


def is_its_wires(names: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Say whether others have from a wire what an outlet only printed: its kill leaves that."""
    return not reaches(names, others) and shares_words(names, others)


def wires_of(names: tuple[str, ...]) -> frozenset[str]:
    """Return the wires that a story credits, or is of."""
    return _AGENCIES.intersection(names)


def _known_as(name: str) -> str:
    """Return a name as all write it; a wire's desks are the wire: AP World News, Reuters Asia."""
    words = _plain(name).removeprefix("the ").split()
    for count in range(min(len(words), 3), 0, -1):
        if wire := WIRES.get(" ".join(words[:count])):
            return wire
    return " ".join(words)


def _plain(name: str) -> str:
    kept = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(re.findall(r"\w+", kept))


def without_outlet(headline: str, source: str) -> str:
    """Return a headline without the outlet that signs it: `US ship docks - Phnom Penh Post`.

    Collections of news write it so. Where each word has a capital, only the source itself is taken
    off: what stands there may be news.
    """
    found = _SIGNED.fullmatch(headline)
    if found is None:
        return headline
    said, signed = found.groups()
    if _plain(signed) == _plain(source):
        return without_outlet(said, source)
    words = said.split()
    titled = sum(one[:1].isupper() for one in words) > len(words) / 2
    names = all(one[0].isupper() or one.isdigit() or one in _JOINING for one in signed.split())
    is_name = not titled and names and signed[0].isupper()
    if not is_name or len(words) < FEWEST_SAID:
        return headline
    # Some sign twice: by the outlet, and by its section.
    return without_outlet(said, source)
