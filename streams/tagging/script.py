"""Characters: what joins into words, what writes without spaces, and text made ready to scan."""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

_LOOKALIKES = str.maketrans(
    {
        **dict(zip("’‘‐‑–\n\t\r\xa0\u2009\u2028\u202f\u3000", "''---        ", strict=True)),
        # Full-width forms of ASCII.
        **{chr(code): chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)},
    }
)
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Characters that may stand inside a word unseen: Khmer texts mark where lines may break."""
_TO_SKIP = re.compile(
    f"[{_INVISIBLE}]|(?<=[\u1780-\u17ff]) (?=[\u1780-\u17ff])"
    "|[ \t\r\xa0\u3000]+(?=[ \t\r\n\xa0\u3000])"
)
"""... and spaces between Khmer letters, by which some desks part words and most don't, and all but
the last of several spaces."""
_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
LONGEST_CLUSTER = 32
_FIRST_MARK = "\u0300"
"""The first character that joins with the one before: below it all are composed already."""


class Folded(NamedTuple):
    """A text to scan. Its n-th character is the original's from `starts[n]` to `stops[n]`.

    `starts` is `None` while every character is where it was, `stops` while each is one.
    """

    text: str
    starts: list[int] | None = None
    stops: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the original's offsets of a piece."""
        if self.starts is None:
            return start, end
        last = self.starts[end - 1] + 1 if self.stops is None else self.stops[end - 1]
        return self.starts[start], last


def fold(text: str) -> Folded:
    """Give the text in lower case and plain punctuation, composed, without invisible characters.

    Full-width letters become plain ones. Lone surrogates become `?`.
    """
    if text.isascii():
        if any(gap in text for gap in ("  ", " \n", "\r", "\t")):
            return _seen(text)
        return Folded(text.lower().replace("\n", " "))
    if not unicodedata.is_normalized("NFC", text):
        return _composed(text)
    if _TO_SKIP.search(text):
        return _seen(text)
    return Folded(_plain(text))


def folded(text: str) -> str:
    """Fold a word of a lexicon."""
    return fold(text).text


def _lower(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _plain(text: str) -> str:
    """Fold characters one by one. `?` stands for lone surrogates: the automaton takes none."""
    return _lower(text).encode("utf-8", "replace").decode().translate(_LOOKALIKES)


def _seen(text: str) -> Folded:
    """Fold a text without what is to skip."""
    starts: list[int] = []
    end = 0
    for match in _TO_SKIP.finditer(text):
        starts += range(end, match.start())
        end = match.end()
    starts += range(end, len(text))
    return Folded(_plain(_TO_SKIP.sub("", text)), starts)


def _composed(text: str) -> Folded:
    """Fold a text cluster by cluster: a letter and the marks on it become one character."""
    out: list[str] = []
    starts: list[int] = []
    stops: list[int] = []
    size = len(text)
    start = 0
    while start < size:
        end = start + 1
        while end < size and end - start < LONGEST_CLUSTER and unicodedata.combining(text[end]):
            end += 1
        char = text[start]
        if skipped := None if char.isalnum() else _TO_SKIP.match(text, start):
            end = max(end, skipped.end())
        elif end == start + 1 and char < _FIRST_MARK:
            out.append(char)
            starts.append(start)
            stops.append(end)
        else:
            kept = unicodedata.normalize("NFC", text[start:end])
            out.append(kept)
            starts += [start] * len(kept)
            stops += [end] * len(kept)
        start = end
    return Folded(_plain("".join(out)), starts, stops)


@cache
def joins(char: str) -> bool:
    """Say whether a character joins with its like into words parted by spaces."""
    return char.isalnum() and not _WITHOUT_SPACES.match(char)


@cache
def mark(char: str) -> bool:
    """Say whether a character sits on the one before: a vowel, a tone, a subscript."""
    return unicodedata.category(char)[0] == "M"


@cache
def spaceless(char: str) -> bool:
    """Say whether a character's script writes without spaces."""
    return bool(_WITHOUT_SPACES.match(char)) or mark(char)


@cache
def open_ended(char: str) -> bool:
    """Say whether words of a character's script go on with particles: Hangul and Arabic."""
    return bool(_HANGUL.match(char) or _ARABIC.match(char))


def begins(text: str, start: int) -> bool:
    """Say whether a word can begin here."""
    if start == 0 or spaceless(text[start]):
        return True
    if not joins(text[start - 1]):
        return True
    return bool(_ARABIC.match(text[start])) and _behind_particles(text, start)


def _behind_particles(text: str, start: int) -> bool:
    """Say whether only Arabic particles stand before: `and`, `the`, `in`, `to`, `as`."""
    first = start
    while first > 0 and start - first < 4 and joins(text[first - 1]):
        first -= 1
    return start - first < 4 and set(text[first:start]) <= set("والبكلف")


def ends(text: str, end: int) -> bool:
    """Say whether a word can end here."""
    if end >= len(text):
        return True
    last, following = text[end - 1], text[end]
    if spaceless(last):
        return not mark(following)
    return not (joins(last) and joins(following)) or open_ended(last)
