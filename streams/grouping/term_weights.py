"""Words: what a text is made of, and how much each word tells."""

import math
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple
from zlib import crc32

from streams.grouping.amounts import ascii_digits
from streams.grouping.weights import (
    EMPTY,
    FIGURE_WEIGHT,
    FIRST_WORD_SHARE,
    GRAM_WEIGHT,
    RAREST,
    SMALL_FIGURE_WEIGHT,
    STORY_WORDS,
)

_SPACELESS = (
    "\u0e00-\u0e4f\u0e5a-\u0ecf\u0eda-\u0eff\u1000-\u103f\u104a-\u109f\u1780-\u17df\u17ea-\u17ff"
    "\u3040-\u30ff\u3400-\u9fff"
)
"""Letters of scripts without spaces; their digits are numbers like all others."""
_TOKEN = re.compile(r"[a-zA-Z]+[^\W\d_]*|[^\W\d_]+|\d+(?:[.,:/-]\d+)*")
"""Most words begin with plain letters, which are found quickest."""
_TOKEN_OR_RUN = re.compile(rf"[{_SPACELESS}]+|\d+(?:[.,:/-]\d+)*|[^\W\d_{_SPACELESS}]+")
_SPACELESS_RUN = re.compile(f"[{_SPACELESS}]")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_HIRAGANA = "[\u3040-\u309f]+"
"""What Japanese writes its particles and endings in."""
_WIDTHLESS = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_ACCENTS = re.compile("[\u0300-\u036f]")
"""Of Latin, Greek and Cyrillic letters; a sign of another script is a letter of its own."""
DATED = frozenset(
    re.findall(
        r"\w+",
        "monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow tonight"
        " january february march april june july august september october november december"
        " mon tue tues wed thu thurs fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec",
    )
)
"""Words that date a story. They mark an instalment, and say nothing of what it is about."""
_LONGEST_TOKEN = 40
MOST_WORDS = 60_000
"""Words remembered of each kind, some 20 MB: a week's news has fewer that come twice."""
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
"""What parts thousands: 12,000 and 12.000 are 12000."""


class WeightedTerm(NamedTuple):
    """A word as it counts: a number that stands for it, its weight, its part in the text's frame.

    `figure`: it counts or dates something.
    """

    term: int
    weight: float
    figure: bool
    frame: int


def tokens(text: str) -> list[str]:
    """Cut a text into words and numbers; scripts without spaces into overlapping pieces."""
    if text.isascii() or not _SPACELESS_RUN.search(text):
        found: list[str] = _TOKEN.findall(text)
        return found
    # Some outlets mark where words end with a mark without width, others don't.
    found = _TOKEN_OR_RUN.findall(_WIDTHLESS.sub("", text))
    return [piece for token in found for piece in _pieces(token)]


def unbroken(text: str) -> str:
    """Return a text without the marks that say where a line may break."""
    return text if text.isascii() else _WIDTHLESS.sub("", text)


def _pieces(token: str) -> Iterator[str]:
    if not _SPACELESS_RUN.match(token):
        yield token
        return
    size = 2 if _CJK.match(token) else 4
    for part in _particles().split(token):
        if part:
            yield from (part[at : at + size] for at in range(max(1, len(part) - size + 1)))


class Words(dict[str, WeightedTerm]):
    """What tokens count for, worked out once: most texts are made of the same words.

    All are forgotten when there are `MOST_WORDS`: a dict that is looked up in C and filled anew
    now and then is quicker than one that knows which word was used last.
    """

    def __init__(self, *, foreign: bool) -> None:
        """Start empty; `foreign`: of texts that aren't English."""
        super().__init__()
        self._foreign = foreign

    def __missing__(self, token: str) -> WeightedTerm:
        """Work out a new one."""
        if len(self) >= MOST_WORDS:
            self.clear()
        found = self[token] = _word(token, self._foreign)
        return found


ENGLISH: Final = Words(foreign=False)
FOREIGN: Final = Words(foreign=True)


def word(token: str) -> WeightedTerm:
    """Say what a token counts for."""
    return ENGLISH[token]


def _word(token: str, foreign: bool) -> WeightedTerm:
    lower = plain(token[:_LONGEST_TOKEN])
    if lower[0].isdigit():
        number = _THOUSANDS.sub("", ascii_digits(lower))
        return WeightedTerm(number_of(number), _figure_weight(number), True, number_of("#"))
    if lower in DATED:
        return WeightedTerm(number_of(lower), 0.0, True, number_of("@"))
    if _SPACELESS_RUN.match(lower):
        return WeightedTerm(number_of(lower), GRAM_WEIGHT, False, number_of(lower))
    told = 0.0 if foreign and lower in _empty() else weight(lower)
    return WeightedTerm(number_of(stem(lower)), told, False, number_of(lower))


def plain(token: str) -> str:
    """Return a token in lower case, Latin letters without their accents: Chiloé is Chiloe."""
    if token.isascii() or _SPACELESS_RUN.match(token):
        return token.lower()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", token.lower()))
    return unicodedata.normalize("NFC", bare) or token


def number_of(text: str) -> int:
    """Return the number that stands for a term: the same in every process."""
    return crc32(text.encode("utf-8", "replace"))


def _figure_weight(text: str) -> float:
    digits = sum(char.isdigit() for char in text)
    year = len(text) == 4 and text[:2] in {"19", "20"}
    return FIGURE_WEIGHT if digits > 2 and not year else SMALL_FIGURE_WEIGHT


WEEKDAYS: Final = frozenset(
    number_of(day) for day in DATED if day.endswith("day") and day[-4] != "o"
)
"""The terms of the days of a week."""


_ENDINGS = (("ing", 6), ("ies", 5), ("ed", 5), ("es", 5), ("s", 4))
_LAST_LETTERS = ("g", "d", "s")


def stem(text: str) -> str:
    """Take off an English ending: plural, past, -ing. Crude, and the same everywhere."""
    if text[-1:] in _LAST_LETTERS and not text.endswith("ss"):
        for ending, size in _ENDINGS:
            if len(text) >= size and text.endswith(ending):
                return text[: -len(ending)].removesuffix("e")
    return text.removesuffix("e") if len(text) > 4 else text


def weight(text: str) -> float:
    """Weigh a word by how few stories it stands in: the logarithm of one in how many."""
    if len(text) < 2:
        return 0.0
    ranks = _ranks()
    rank = ranks.get(text) or ranks.get(text.removesuffix("s"))
    if rank is None:
        return RAREST
    share = 1 - math.exp(-STORY_WORDS * FIRST_WORD_SHARE / rank)
    told = -math.log(share)
    return told if told > EMPTY else 0.0


@cache
def _ranks() -> dict[str, int]:
    return {text: rank for rank, text in enumerate(_read("english.txt"), start=1)}


@cache
def _empty() -> frozenset[str]:
    return frozenset(map(plain, _read("empty.txt")))


@cache
def _particles() -> re.Pattern[str]:
    # The longest first: a particle may begin another.
    words = sorted(_read("particles.txt"), key=len, reverse=True)
    return re.compile("|".join((_HIRAGANA, *words)))


def _read(name: str) -> list[str]:
    lines = (files("streams.grouping") / "data" / name).read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]
