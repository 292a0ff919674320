"""Characters: what joins into words, what writes without spaces, and text made ready to scan."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate

import msgspec

_LOOKALIKES = {
    **dict(zip("’‘‐‑–\n\t\r\xa0\u2009\u2028\u202f\u3000", "''---        ", strict=True)),
    # Quotes, the long dash and the ellipsis: text that has no other sign beyond ASCII is read
    # several times as fast. No word has the last two characters.
    **dict(zip("“”„—…", '"""\x1e\x1f', strict=True)),
}
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)}
"""Full-width forms of ASCII."""
_TO_ASCII = str.maketrans(_FULL_WIDTH)
_FULL_WIDTH_BYTES = (b"\xef\xbc", b"\xef\xbd")
_KHMER_BYTES = (b"\xe1\x9e", b"\xe1\x9f")
"""With what the letters begin in UTF-8: looked for there, they are found in no time."""
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Characters that may stand inside a word unseen: Khmer texts mark where lines may break."""
_SPACE = " \t\r\xa0\u3000"
_TO_SKIP = re.compile(
    f"([{_INVISIBLE}{_SPACE}]"  # one set of characters to look for: that is what makes it quick
    f"(?:(?<=[{_INVISIBLE}])[{_INVISIBLE}]*|(?<=[\u1780-\u17ff] )(?=[\u1780-\u17ff])"
    f"|(?<=[{_SPACE}])[{_SPACE}]*(?=[{_SPACE}\n])))"
)
"""... and spaces between Khmer letters, by which some desks part words and most don't, and all but
the last of several spaces."""
_GAPS = ("  ", " \n", "\t", "\r", "\xa0", "\u3000", *_INVISIBLE)
"""A text that has none of these, nor Khmer letters, has nothing to skip."""
_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_PARTICLES = re.compile("[وف]?(?:[بك]?ال|لل|[بكل])?")
_LONGEST_PARTICLES = 4
_SHORT = 2
"""Letters of an Arabic word to which nothing is joined: `not`, `never`, `may`."""
_SIGN = re.compile("[\u0900-\u0903\u093a-\u094f\u0955-\u0957\u0962\u0963]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
LONGEST_CLUSTER = 32
_FIRST_MARK = "\u0300"
"""The first character that joins with the one before: below it all are composed already."""


class Folded(msgspec.Struct, frozen=True, gc=False):
    """A text to scan, and where its characters were in the original.

    Characters left out before `places[n]` are `skipped[n]` altogether. In a text that was composed,
    the n-th character is the original's from `starts[n]` to `stops[n]`.
    """

    text: str
    places: Sequence[int] = ()
    skipped: Sequence[int] = ()
    starts: Sequence[int] = ()
    stops: Sequence[int] = ()

    @property
    def moved(self) -> bool:
        """Whether characters are not where they were."""
        return bool(self.places or self.starts)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original's offsets of a piece."""
        if self.starts:
            return self.starts[start], self.stops[end - 1]
        return start + self._skipped(start), end + self._skipped(end - 1)

    def _skipped(self, place: int) -> int:
        before = bisect_right(self.places, place)
        return self.skipped[before - 1] if before else 0


def fold(text: str) -> Folded:
    """Return the text in lower case and plain punctuation, composed, without invisible characters.

    Full-width letters become plain ones. Lone surrogates become `?`.
    """
    if text.isascii():
        if "  " in text or " \n" in text or "\r" in text or "\t" in text:
            return _seen(text)
        return Folded(text.lower().replace("\n", " "))
    if not unicodedata.is_normalized("NFC", text):
        return _composed(text)
    if any(gap in text for gap in _GAPS) or _has_bytes(text, _KHMER_BYTES):
        return _seen(text)
    return Folded(_plain(text))


def _has_bytes(text: str, beginnings: Sequence[bytes]) -> bool:
    data = text.encode("utf-8", "replace")
    return any(beginning in data for beginning in beginnings)


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
    for odd, plain in _LOOKALIKES.items():
        text = text.replace(odd, plain)
    if text.isascii():
        return text.lower()
    text = _lower(text).encode("utf-8", "replace").decode()
    return text.translate(_TO_ASCII) if _has_bytes(text, _FULL_WIDTH_BYTES) else text


def _seen(text: str) -> Folded:
    """Fold a text without what is to skip."""
    parts = _TO_SKIP.split(text)
    kept, skipped = parts[::2], parts[1::2]
    return Folded(
        _plain("".join(kept)),
        places=list(accumulate(map(len, kept[:-1]))),
        skipped=list(accumulate(map(len, skipped))),
    )


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
    return Folded(_plain("".join(out)), starts=starts, stops=stops)


@cache
def joins(char: str) -> bool:
    """Say whether a character joins with its like into words parted by spaces.

    So do the vowel signs of Devanagari: they stand inside words.
    """
    return bool(_SIGN.match(char)) or (char.isalnum() and not _WITHOUT_SPACES.match(char))


@cache
def mark(char: str) -> bool:
    """Say whether a character sits on the one before: a vowel, a tone, a subscript."""
    return unicodedata.category(char)[0] == "M"


@cache
def spaceless(char: str) -> bool:
    """Say whether a character's script writes without spaces."""
    return bool(_WITHOUT_SPACES.match(char)) or (mark(char) and not joins(char))


@cache
def open_ended(char: str) -> bool:
    """Say whether words of a character's script go on with particles: Hangul and Arabic."""
    return bool(_HANGUL.match(char) or _ARABIC.match(char))


def begins(text: str, start: int) -> bool:
    """Say whether a word can begin here."""
    if start == 0:
        return True
    before, char = text[start - 1], text[start]
    if before < _FIRST_MARK and char < _FIRST_MARK:
        return not before.isalnum()
    if spaceless(char) or not joins(before):
        return True
    return bool(_ARABIC.match(char)) and _behind_particles(text, start)


def _behind_particles(text: str, start: int) -> bool:
    """Say whether only Arabic particles stand before, in order: `and`, then `in`, then `the`."""
    first = start
    while first > 0 and start - first <= _LONGEST_PARTICLES and joins(text[first - 1]):
        first -= 1
    return bool(_PARTICLES.fullmatch(text, first, start))


def ends(text: str, end: int, length: int = 0) -> bool:
    """Say whether a word of some length can end here.

    Of two Arabic letters it can't go on: `no` begins words as other than particles often as not.
    """
    if end >= len(text):
        return True
    last, following = text[end - 1], text[end]
    if last < _FIRST_MARK and following < _FIRST_MARK:
        return not (last.isalnum() and following.isalnum())
    if spaceless(last):
        return not mark(following)
    if not (joins(last) and joins(following)):
        return True
    return open_ended(last) and not (0 < length <= _SHORT and _ARABIC.match(last))
