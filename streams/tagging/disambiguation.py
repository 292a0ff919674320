"""What a name means where it stands: a country, a town elsewhere, somebody, a street."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from streams.tagging.lexicon import everyday_words, namesakes
from streams.tagging.lexicon_entry import CountryWord, Mask
from streams.tagging.passages import Passage
from streams.tagging.persons import could_be_a_forename, names_somebody
from streams.tagging.scan import Hit
from streams.tagging.senses import is_of_another, is_something_else

NAMESAKES = namesakes()
_SAYS_WHERE = (CountryWord, Mask)
_TOWNS = ("capital", "city")
_LANDS = ("name", "region")
_OFFICES = ("ministry", "force")
_OTHER_TOWN = re.compile(
    r"\b(?:New|Fort|Port|Mount|Mt\.?|Lake|St\.?|Saint|San|Santa) $", re.IGNORECASE
)
"""Before a town's name it makes another: New London, Fort Jackson, Lake Geneva."""
_TITLE_BEFORE = re.compile(
    r"\b(?:President|Prime Minister|PM|Premier|Chancellor|Secretary|Minister|Gen\.|General|Adm\."
    r"|Admiral|King|Queen|Crown Prince|Sen\.|Senator|Advis[eo]r|Envoy) $",
    re.IGNORECASE,
)
_STATE_AFTER = re.compile(
    r"[^.!?\n]{0,60}\b(?:leaders?|minister|president|premier|counterpart|king|government|troops|summit)\b",
    re.IGNORECASE,
)
"""Behind an office holder's bare surname: nobody else has to do with these so often."""
_STATE_NOUN = re.compile(
    r" (?:army|navy|air force|military|government|(?:[a-z]+ )?minist(?:er|ry)|president|prime"
    r"|foreign|defen[cs]e|officials?|troops|soldiers|embassy|ambassador|parliament|police|border)\b",
    re.IGNORECASE,
)
"""Behind a demonym that is a surname too: a state has these, not a person."""
_HEAD_OF_STATE_OF = re.compile(
    r"\b(?:President|Prime Minister|Foreign Minister|Ambassador|Republic)\b[^.,;\n]{0,40}? of $",
    re.IGNORECASE,
)
_JOINED = (" and ", ", ", "-", "/", " & ", " or ")
_APOSTROPHES = ("'", "’")
"""Behind a Turkish name with an ending: `Mali'de` is in Mali, `mali` is fiscal."""
REACH = 60
"""Characters looked at before a name."""
NEAR = 6
"""Places looked at on either side of a name."""


class NameReading(Struct, frozen=True, gc=False):
    """A word for a country, where it stands and counts."""

    passage: Passage
    hit: Hit
    word: CountryWord

    @property
    def surface(self) -> str:
        """The word as the text has it."""
        return self.passage.text[self.hit.start : self.hit.end]


Found = Sequence[tuple[Passage, Sequence[Hit]]]
"""A story's passages with their hits."""


def readings(found: Found, gate: str | None, on: date | None) -> list[NameReading]:
    """Return the hits that stand for a country.

    `gate` is the language whose gated words count. `on` is the day of the story: an office
    holder's surname behind a title needs no other evidence during the term.
    """
    moved: dict[str, str] = {}
    no_places: set[str] = set()
    alone: list[NameReading] = []
    counting: list[tuple[NameReading, bool]] = []
    for passage, hits in found:
        text = passage.text
        places = [hit for hit in hits if isinstance(hit.word, _SAYS_WHERE)]
        if ", " in text:
            moved |= _moved(text, places)
        for index, hit in enumerate(places):
            word = hit.word
            if not isinstance(word, CountryWord) or word.language not in (None, gate):
                continue
            if not _counts(text, hit, word, places, index):
                continue
            if names_somebody(passage, hit, word, towns=_TOWNS):
                no_places.add(text[hit.start : hit.end])
                continue
            doubt = _doubt(text, places, index, word, on)
            if doubt is False and could_be_a_forename(passage, word, places):
                doubt = True
                alone.append(NameReading(passage, hit, word))
            if doubt is not None and not (counting and _again(counting[-1][0], passage, hit, word)):
                counting.append((NameReading(passage, hit, word), doubt))
    words = everyday_words(gate)
    no_places |= {one.surface for one, _ in counting if words and _is_everyday(one, words)}
    return _settled(counting, alone, moved, no_places)


def _settled(
    counting: Sequence[tuple[NameReading, bool]],
    alone: Sequence[NameReading],
    moved: dict[str, str],
    no_places: set[str],
) -> list[NameReading]:
    """Return what counts when the whole story has been read.

    `alone` are names that only headlines in capitals have, `moved` the towns put elsewhere,
    `no_places` what means something else here.
    """
    sure: list[NameReading] = []
    doubtful: list[NameReading] = []
    for one, doubt in counting:
        if moved.get(one.word.text.lower(), one.word.code) == one.word.code:
            (doubtful if doubt or one.surface in no_places else sure).append(one)
    known = {one.word.code for one in sure}
    bare = {one.surface for one in alone if one.word.code not in known}
    return _brought_home(sure + _supported(doubtful, known, no_places | bare))


def _again(last: NameReading, passage: Passage, hit: Hit, word: CountryWord) -> bool:
    """Say whether a word was counted here already: `Armenia` is a name and a Spanish adjective."""
    here = (last.hit.start, last.hit.end, last.word.code) == (hit.start, hit.end, word.code)
    return here and last.passage is passage


def _is_everyday(one: NameReading, words: frozenset[str]) -> bool:
    """Say whether a word means something else in its language, without an ending of names."""
    end = one.hit.end
    return one.word.text in words and one.passage.text[end : end + 1] not in _APOSTROPHES


def _doubt(
    text: str, places: Sequence[Hit], index: int, word: CountryWord, on: date | None
) -> bool | None:
    """Say whether a word needs other evidence here; `None` where it means something else."""
    if not word.doubtful:
        return False
    if word.kind == "office":
        hit = places[index]
        busy = on is not None and _STATE_AFTER.match(text, hit.end) is not None
        return not ((busy or _titled(text, hit)) and in_office(word, on))
    if word.kind == "demonym" and _STATE_NOUN.match(text, places[index].end):
        return False
    company = _company(text, places, index) if word.kind in _LANDS else ""
    return None if company not in ("", word.kind) else not company


def in_office(word: CountryWord, on: date | None) -> bool:
    """Say whether a day is in an office holder's term; a story without a date is in any."""
    if on is None:
        return True
    return (word.since or on) <= on <= (word.until or on)


def _counts(text: str, hit: Hit, word: CountryWord, places: Sequence[Hit], index: int) -> bool:
    """Leave out hits in the wrong case, or that are part of something else."""
    if not _spelt(text, hit, word):
        return False
    if word.after_comma and text[max(0, hit.start - 2) : hit.start] != ", ":
        return False
    town = word.kind in _TOWNS or word.personal or word.text in NAMESAKES
    if town and _elsewhere(text, hit, word, places, index):
        return False
    if word.kind in _TOWNS and _OTHER_TOWN.search(text[max(0, hit.start - 8) : hit.start]):
        return False
    body = word.kind == "office" and word.doubtful and not word.personal
    return not is_something_else(text, hit, word) and not (
        (body or word.kind in _OFFICES)
        and is_of_another(text, hit, word, places[max(0, index - 2) : index + 3])
    )


def _spelt(text: str, hit: Hit, word: CountryWord) -> bool:
    surface = text[hit.start : hit.end]
    if not surface.isascii():
        surface = unicodedata.normalize("NFKC", surface)
    if word.exact:
        return surface == word.text or surface == word.text.rstrip(".")
    if word.lower:
        return True
    if word.kind == "city" and " " in surface:  # Red Deer is a town, a Red deer isn't
        pairs = zip(word.text.split(), surface.split(), strict=False)
        return not any(ours[0].isupper() and theirs[0].islower() for ours, theirs in pairs)
    return not surface[0].islower()


def _titled(text: str, hit: Hit) -> bool:
    return _TITLE_BEFORE.search(text[max(0, hit.start - REACH) : hit.start]) is not None


def _company(text: str, places: Sequence[Hit], index: int) -> str:
    """Return what kind of place a name is by the company it keeps, or nothing.

    `Ukraine, Georgia and Moldova` are countries, `Alabama, Georgia and Florida` states.
    """
    hit = places[index]
    if _HEAD_OF_STATE_OF.search(text[max(0, hit.start - REACH) : hit.start]):
        return "name"
    near = places[max(0, index - NEAR) : index + NEAR]
    own = {
        other.word.code
        for other in near
        if other.start == hit.start and isinstance(other.word, CountryWord)
    }
    for other in near:
        word = other.word
        if not isinstance(word, CountryWord) or word.doubtful or word.kind not in _LANDS:
            continue
        before, behind = text[other.end : hit.start], text[hit.end : other.start]
        listed = behind in _JOINED and not (behind == ", " and word.code in own)
        if (before in _JOINED or listed) and _spelt(text, other, word):
            return word.kind
    return ""


def _elsewhere(
    text: str, hit: Hit, word: CountryWord, places: Sequence[Hit], index: int
) -> str | None:
    """Return the country that a comma and a region or a country put a town in: `Paris, Texas`."""
    if text[hit.end : hit.end + 2] != ", ":
        return None
    codes = {
        other.word.code
        for other in places[index + 1 : index + 8]
        if other.start == hit.end + 2
        and isinstance(other.word, CountryWord)
        and other.word.kind in (("region",) if word.kind == "name" else ("name", "region"))
        and _spelt(text, other, other.word)
    }
    return min(codes) if codes and word.code not in codes else None


def _moved(text: str, places: Sequence[Hit]) -> dict[str, str]:
    """Return the towns that the story itself puts elsewhere: once `Glasgow, Ky.`, always there."""
    moved: dict[str, str] = {}
    for index, hit in enumerate(places):
        word = hit.word
        if isinstance(word, CountryWord) and word.kind in _TOWNS:
            code = _elsewhere(text, hit, word, places, index)
            if code is not None:
                moved[word.text.lower()] = code
    return moved


def _supported(
    doubtful: Sequence[NameReading], known: set[str], no_places: set[str]
) -> list[NameReading]:
    """Take doubtful names of countries the story names in other words too.

    A country's own name that has a second reading stands when nothing speaks for either, unless
    the story uses it for somebody, or it is an everyday word of the language.
    """
    taken = [one for one in doubtful if one.word.code in known]
    spots = {(one.passage.field, one.hit.start) for one in taken}
    taken += [
        one
        for one in doubtful
        if one.word.kind == "name"
        and (one.passage.field, one.hit.start) not in spots
        and one.surface not in no_places
    ]
    return taken


def _brought_home(found: list[NameReading]) -> list[NameReading]:
    """Take a town for its American namesake in American local news that say no more of it."""
    if not any(one.word.kind == "local" for one in found):
        return found
    firm = {one.word.code for one in found if one.word.text not in NAMESAKES}
    return [
        replace(one, word=replace(one.word, code="US", kind="city"))
        if one.word.text in NAMESAKES and one.word.code not in firm
        else one
        for one in found
    ]
