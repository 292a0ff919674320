"""Sums and counts, the same in every language: `4.5 million`, `450万`, `៤,៥ លាន`. Pure."""

import re
from typing import Final, NamedTuple

from streams.grouping.weights import FIGURE_WEIGHT, LARGE_AMOUNT, LEAST_AMOUNT, SMALL_AMOUNT

_ZEROS = "٠۰०๐໐၀០０"
_DIGITS: Final = {ord(zero) + digit: str(digit) for zero in _ZEROS for digit in range(10)}
_OTHER_DIGIT = re.compile(f"[{''.join(map(chr, _DIGITS))}]")
_POWERS: Final = {
    "ribu nghìn ngàn mil mille thousand พัน ពាន់ тыс 천": 3,
    "หมื่น ម៉ឺន 万 萬 만": 4,
    "แสน សែន": 5,
    "million millions millionen millones milioni millionnes mln mn juta triệu ล้าน លាន млн 백만": 6,
    "億 亿 억": 8,
    "billion billions bn milliard milliards milliarden miliardi miliar tỷ tỉ млрд 십억": 9,
    "trillion trillions billones triliun": 12,
}
_SCALES: Final = {word: 10**power for words, power in _POWERS.items() for word in words.split()}
_AMOUNT = re.compile(
    # Begun with what is to be found, not with what mustn't stand before it: that is quicker.
    r"(\d(?<![\d.,].)\d*(?:[.,]\d+)*)(?:[\s-]?("
    # The longest first: one word may begin another. Words of scripts with spaces end there.
    + "|".join(
        re.escape(word) + (r"(?!\w)" if word[0] < "\u0e00" else "")
        for word in sorted(_SCALES, key=len, reverse=True)
    )
    + "))?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?!\d))")
_YEARS = range(1900, 2100)


class Amount(NamedTuple):
    """An amount as a text has it, and how much it tells."""

    text: str
    weight: float


def amounts(text: str) -> dict[str, Amount]:
    """Return the amounts that tell something, by what is the same in every language."""
    found = {}
    for match in _AMOUNT.finditer(ascii_digits(text)):
        number, scale = match.groups()
        value = _value(number) * (_SCALES[scale.lower()] if scale else 1)
        if value >= LEAST_AMOUNT and (scale or value not in _YEARS):
            weight = FIGURE_WEIGHT if value >= LARGE_AMOUNT else SMALL_AMOUNT
            found[f"amount {value:.12g}"] = Amount(match.group(), weight)
    return found


def ascii_digits(text: str) -> str:
    """Return a text with the digits of all scripts written 0 to 9."""
    # Most texts with other signs have none of these digits, and looking for them is far quicker.
    if text.isascii() or not _OTHER_DIGIT.search(text):
        return text
    return text.translate(_DIGITS)


def _value(number: str) -> float:
    """Return what a number says: a point or comma before three digits parts thousands."""
    whole, *parts = _THOUSANDS.sub("", number).replace(",", ".").split(".")
    return float(f"{whole}.{parts[0]}") if parts else float(whole)
