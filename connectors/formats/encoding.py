"""Encodings that lie: bytes that aren't what their declaration says are made UTF-8. Pure.

feedparser believes the declaration, and where it can't, it takes everything for windows-1252:
one bad byte in a Khmer feed would turn all of it into gibberish. It also takes a label for what
Python calls so; publishers mean what browsers make of it: `gb2312` is GB 18030 on the web.
"""

import codecs
import re
from collections.abc import Iterable

import webencodings
from charset_normalizer import from_bytes

SAMPLE = 65_536
"""Bytes to guess by, from the first that is not ASCII on."""
FEW = 4
"""One bad place among so many characters beyond ASCII is damage; more are another encoding."""
UTF8 = {"utf-8", "ascii"}
CERTAIN = 6
"""Characters beyond ASCII in valid UTF-8 that make it certain; two Chinese ones may be chance."""
USUAL = "cp1252"

ENOUGH = 16
"""Bad places to guess an encoding by; fewer are left to feedparser, which tries windows-1252."""
MAX_UNICODE = 0x10FFFF
ASCII = bytes(range(0x20, 0x7F))

# Shorter ones are characters.
_REFERENCE = re.compile(rb"&#(x[0-9a-fA-F]{4,}|[0-9]{5,}|x?0+);")
_XML = re.compile(rb"(<\?xml[^>]{0,200}?encoding\s*=\s*[\"'])([\w.:-]+)", re.IGNORECASE)
_HTTP = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def honest(body: bytes, content_type: str) -> tuple[bytes, str]:
    """Return a document and its content type so that what they declare is what the bytes are."""
    for mark, encoding in _WIDE:
        if body.startswith(mark):  # feedparser needs a declaration beside it
            return _relabelled(body.decode(encoding, "replace").encode("utf-8"), content_type)
    if body.startswith(codecs.BOM_UTF8) or b"\0" in body[:64]:
        return body, content_type
    labels = _labels(body, content_type)
    if body.isascii():
        impossible = any(_is_impossible(label) for label in labels)
        return _relabelled(body, content_type) if impossible else (body, content_type)
    declared = _declared(labels)
    if _is_utf8(body, declared):
        right = declared in UTF8 and not any(_is_impossible(label) for label in labels)
        return (body, content_type) if right else _relabelled(body, content_type)
    if declared not in UTF8 and _decodes(body, declared):
        if all(_python_means(label, declared) for label in labels):
            return body, content_type
        return _relabelled(body.decode(declared).encode("utf-8"), content_type)
    text = body.decode(declared, "replace")
    bad = text.count("\ufffd")
    if bad * FEW > sum(not char.isascii() for char in text) - bad:
        guessed = _guessed(body) if bad >= ENOUGH else None
        if guessed is None:
            return body, content_type
        text = body.decode(guessed, "replace")
    return _relabelled(text.encode("utf-8", "replace"), content_type)


def utf8(body: bytes) -> bytes:
    """Return an XML document in UTF-8, declared as such, and with nothing in it that isn't."""
    body, _ = honest(body, "")
    text = body.decode(_declared(_labels(body, "")), "replace")
    return sane(_relabelled(text.encode("utf-8", "replace"), "")[0])


def sane(body: bytes) -> bytes:
    """Return a document without references to characters that don't exist."""
    return _REFERENCE.sub(_sane_reference, body)


def _sane_reference(match: re.Match[bytes]) -> bytes:
    digits = match[1]
    code = int(digits[1:20], 16) if digits[:1] in b"xX" else int(digits[:20])
    return match[0] if 0 < code <= MAX_UNICODE and not 0xD800 <= code < 0xE000 else b""


def page_text(body: bytes, content_type: str) -> str:
    """Return a web page's text, in the encoding that its server or itself tells, if it can be."""
    start = body[:2_000].decode("ascii", "replace")
    declared = _declared(match[1] for match in map(_HTTP.search, (content_type, start)) if match)
    return body.decode("utf-8" if _is_utf8(body, declared) else declared, "replace")


def codec(label: str) -> str | None:
    """Return Python's name of the encoding that browsers take a label for; `None` for none."""
    found = webencodings.lookup(label)
    if found is not None and found.name != "replacement":
        name = found.codec_info.name
        return "gb18030" if name == "gbk" else name  # the standard has one decoder for both
    try:
        return codecs.lookup(label).name if _knows_ascii(label) else None
    except (LookupError, ValueError):
        return None


def _labels(body: bytes, content_type: str) -> list[str]:
    """Return what is said of the encoding: HTTP's word before the document's."""
    there = _XML.search(body[:400])
    labels = [match[1] for match in [_HTTP.search(content_type)] if match]
    return labels + ([there[2].decode("ascii")] if there else [])


def _declared(labels: Iterable[str]) -> str:
    """Return the encoding by its Python name, by the first label that may be right; else UTF-8."""
    known = (name for label in labels if (name := codec(label)) and _knows_ascii(name))
    return next(known, "utf-8")


def _is_impossible(label: str) -> bool:
    """Say whether a document that is no wide text can't be what its label says."""
    name = codec(label)
    return name is None or not _knows_ascii(name)


def _python_means(label: str, name: str) -> bool:
    """Say whether feedparser, which asks Python, takes a label for the encoding that it is."""
    try:
        meant = codecs.lookup(label).name
    except (LookupError, ValueError):
        return False
    # It puts right itself what windows-1252 has and ISO 8859-1 has not.
    return meant == name or (meant, name) == ("iso8859-1", USUAL)


def _is_utf8(body: bytes, declared: str) -> bool:
    """Say whether bytes are UTF-8, whatever is said of them."""
    if not _decodes(body, "utf-8"):
        return False
    if declared in UTF8 or not (_is_wide(declared) and _decodes(body, declared)):
        return True
    return sum(not char.isascii() for char in body.decode("utf-8")) >= CERTAIN


def _knows_ascii(encoding: str) -> bool:
    """Say whether tags are themselves in an encoding: some are none, others would lose them."""
    try:
        return ASCII.decode(encoding, "replace") == ASCII.decode()
    except (LookupError, ValueError):
        return False


def _is_wide(encoding: str) -> bool:
    """Say whether characters of an encoding take several bytes, which may look like UTF-8."""
    return encoding.startswith(("gb", "big5", "euc", "shift", "cp9", "hz", "iso2022", "utf"))


def _decodes(body: bytes, encoding: str) -> bool:
    try:
        body.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _guessed(body: bytes) -> str | None:
    first = next((place for place, byte in enumerate(body) if byte > 0x7F), 0)
    found = from_bytes(body[max(0, first - 200) : first + SAMPLE])
    best = found.best()
    if best is None:
        return None
    as_good = (guess for guess in found if guess.chaos <= best.chaos)
    # Western texts look as good in a dozen encodings: then it is the one that most of them have.
    if any(USUAL in guess.could_be_from_charset for guess in as_good):
        return USUAL
    return best.encoding if _knows_ascii(best.encoding) else None


def _relabelled(body: bytes, content_type: str) -> tuple[bytes, str]:
    media_type = content_type.partition(";")[0].strip()
    told = f"{media_type}; charset=utf-8" if media_type else ""
    return _XML.sub(rb"\1utf-8", body, count=1), told
