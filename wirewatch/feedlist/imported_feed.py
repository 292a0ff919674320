"""A feed as some list names it: what every reader of a list makes, whatever its format. Pure."""

import codecs
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.errors import ConnectorError
from connectors.formats.encoding import codec
from connectors.plain_text import line
from wirewatch.config import rules
from wirewatch.config.faults import LineFault
from wirewatch.config.feeds import USER_REMEDY

BINARY = 0.02
"""The share of control characters from which on it isn't text."""
LARGEST = 32 * 1024 * 1024
"""Bytes of a list: a hundred thousand feeds, and more."""
NAME_LENGTH = 100
MARKUP_LENGTH = 2_000
"""Of a name that may be HTML: reading it must take no time, whatever it is."""
DECLARED = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.:-]{1,40})""", re.IGNORECASE)
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
HOST_FIRST = re.compile(r"[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,}(:\d+)?(/|\?|$)")
"""An address that lacks its scheme."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class ListError(ConnectorError):
    """The file is no list of feeds. The message says why."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A feed in a list: its address in order, the rest as far as the list says it."""

    line: int
    url: str
    name: str = ""
    id: str = ""
    language: str | None = None
    country: str | None = None
    interval: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportedList:
    """What a list holds, and what is wrong with the rest of it."""

    feeds: tuple[Listed, ...]
    problems: tuple[LineFault, ...]


def decode(data: bytes) -> str:
    """Return the text, whatever its encoding is and claims to be. Raises `ListError`."""
    if len(data) > LARGEST:
        raise ListError(f"more than {LARGEST // 1024**2} MiB: no list of feeds is that long")
    text, controls = _CONTROL.subn("", _text(data).replace("\r\n", "\n").replace("\r", "\n"))
    if controls > len(text) * BINARY:
        raise ListError("not a list: it holds binary data")
    return text


def _text(data: bytes) -> str:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data.removeprefix(mark).decode(encoding, "replace")
    if b"\0" in data[:4]:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    declared = DECLARED.search(data[:400])
    # What reads as UTF-8 is UTF-8, whatever it says of itself.
    for name in ("utf-8", codec(declared[1].decode()) if declared else None):
        try:
            return data.decode(name or "utf-8")
        except UnicodeError:
            continue
    text = data.decode("utf-8", "replace")
    others = sum(not char.isascii() for char in text)
    # One slip in much UTF-8 is a slip; nothing but slips is an old encoding.
    return text if text.count("\ufffd") * 2 < others else data.decode("cp1252", "replace")


def address(written: str) -> str:
    """Mend an address as lists give it. Raises `ValueError` with what is wrong."""
    url = "".join(written.split("\n")).strip()
    url = re.sub(r"^feed:(//)?(?=https?:)", "", url, flags=re.IGNORECASE)
    url = re.sub(r"^feed://", "http://", url, flags=re.IGNORECASE)
    if url.startswith("//"):
        url = f"https:{url}"
    elif HOST_FIRST.match(url):
        url = f"https://{url}"
    scheme, colon, rest = url.partition(":")
    url = scheme.lower() + colon + re.sub(r"\s", "%20", rest)
    return rules.address_without_user(url, remedy=USER_REMEDY)


def same(url: str) -> str:
    """Return what two addresses of one feed have in common. Takes anything, even what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def name(markup: str) -> str:
    """Return a name for people: one line, without markup, cut."""
    return shortened(line(markup[:MARKUP_LENGTH]))


def shortened(plain: str) -> str:
    """Return a name that has no markup any more, cut."""
    text = "".join(char for char in plain if char.isprintable()).strip()
    return text if len(text) <= NAME_LENGTH else text[: NAME_LENGTH - 1].rstrip() + "…"


def tags(names: list[str]) -> tuple[str, ...]:
    """Return names as tags: short, in lower case, each once."""
    short = (name(text)[: rules.TAG_LENGTH].strip().lower() for text in names)
    return tuple(dict.fromkeys(text for text in short if text))


def language(written: str) -> str | None:
    """Return a language tag in order, or nothing."""
    try:
        return rules.language(written.strip().replace("_", "-"))
    except ValueError:
        return None


def country(written: str) -> str | None:
    """Return a country code, or nothing."""
    try:
        return rules.country(written)
    except ValueError:
        return None
