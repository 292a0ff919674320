"""Numbers that are written out: `thirty dead` says what `30 dead` says. Pure."""

import re
from collections.abc import Mapping
from typing import Final
from zlib import crc32

_BELOW_TWENTY: Final = tuple(
    re.findall(
        r"\w+",
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
        " sixteen seventeen eighteen nineteen",
    )
)
_TENS: Final = ("ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES: Final = {name: value for value, name in enumerate(_BELOW_TWENTY, start=1)} | {
    name: 10 * value for value, name in enumerate(_TENS, start=1)
}
_WRITTEN = re.compile(
    rf"\b(?:({'|'.join(_TENS[1:])})(?:[- ]({'|'.join(_BELOW_TWENTY[:9])}))?"
    # `one` by itself is rarely a count: one of them, no one.
    rf"|({'|'.join(_BELOW_TWENTY[1:])}))\b",
    re.IGNORECASE,
)
_SMALL: Final = (
    "un deux trois quatre cinq six sept huit neuf dix onze douze",
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
    "um dois tres quatro cinco seis sete oito nove dez onze doze",
    "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas duabelas",
    "mot hai ba bon nam sau bay tam chin muoi",
)
WRITTEN_OUT: Final[Mapping[str, int]] = {
    name: crc32(str(value).encode())
    for names in map(str.split, _SMALL)
    for value, name in enumerate(names, start=1)
} | {name: crc32(str(value).encode()) for name, value in _VALUES.items()}
"""The terms of numbers that are written out in one word, accents left off."""


def in_digits(text: str) -> str:
    """Return a text with the English numbers below a hundred in digits: forty-one is 41."""
    return _WRITTEN.sub(_digits, text)


def _digits(found: re.Match[str]) -> str:
    return str(sum(_VALUES[part.lower()] for part in found.groups() if part))
