"""A feed taken apart: the text before its entries, and each entry by itself. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from connectors.formats.encoding import sane

MOST_HEAD = 20_000
"""Bytes before the first entry that are read again with each part of a feed."""

_ENTRY = re.compile(rb"<(item|entry)(?=[\s>])", re.IGNORECASE)
_AROUND = re.compile(rb"<(rss|channel|feed|(?:\w+:)?RDF)[\s>]", re.IGNORECASE)
_BEFORE_ROOT = re.compile(
    rb"(?>\s|\xef\xbb\xbf|\0|<\?.*?\?>|<!--.*?-->|<![^\[>]*(?:\[.*?\]\s*)?>)*+", re.DOTALL
)

T = TypeVar("T")


@dataclass(frozen=True)
class Parts:
    """What a feed is made of. Its head, any of its entries and its tail are a feed again."""

    head: bytes
    entries: tuple[bytes, ...]
    tail: bytes


def root(body: bytes) -> bytes:
    """Return the name of the element around the entries; nothing if this is no RSS, Atom or RDF."""
    found = _AROUND.search(body, 0, MOST_HEAD)
    return found[1] if found else b""


def is_whole(body: bytes) -> bool:
    """Say whether a document begins with the element of a feed and also ends it."""
    name = root(body)
    begins = re.compile(_BEFORE_ROOT.pattern + b"<" + re.escape(name) + rb"[\s>]", re.DOTALL)
    return bool(name) and begins.match(body, 0, MOST_HEAD) is not None and b"</" + name in body


def starts(body: bytes) -> list[int]:
    """Return the places where entries begin, or look as if."""
    return [match.start() for match in _ENTRY.finditer(body)]


def apart(body: bytes) -> Parts | None:
    """Take a feed apart; `None` when no entry is in sight."""
    body = sane(body)
    entries = tuple(_entries(body))
    if not entries:
        return None
    head = body[: min(starts(body)[0], MOST_HEAD)]
    around = [name for name in _AROUND.findall(head) if b"</" + name not in head]
    return Parts(head, entries, b"".join(b"</" + name + b">" for name in reversed(around)))


def read_apart(parts: Parts, read: Callable[[bytes], Sequence[T]]) -> tuple[list[T], int]:
    """Read the entries with `read`, in halves and halves of halves where it fails or gives fewer.

    Gives what was read and the number of entries that nothing came of.
    """
    whole = parts.head + b"".join(parts.entries) + parts.tail
    try:
        found = list(read(whole))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - feedparser raises anything at all on bad input
        found = []
    if len(found) >= len(parts.entries) or len(parts.entries) == 1:
        return found, 0 if found else 1
    middle = len(parts.entries) // 2
    halves = (parts.entries[:middle], parts.entries[middle:])
    told = [read_apart(Parts(parts.head, half, parts.tail), read) for half in halves]
    return [one for good, _ in told for one in good], sum(bad for _, bad in told)


def _entries(body: bytes) -> Iterator[bytes]:
    """Return each entry; one that has lost its start tag or its end tag gets a new one."""
    matches = list(_ENTRY.finditer(body))
    ends = [match.start() for match in matches[1:]] + [len(body)] if matches else []
    for match, end in zip(matches, ends, strict=True):
        name = match[1]
        start, opening, closing = match.start(), b"", b"</" + name + b">"
        for tag in _closings(body, name, start, end):
            yield opening + body[start : tag.start()] + closing
            start, opening = tag.end(), b"<" + name + b">"
        # What is left behind the last end tag is the feed's own, unless there was none.
        if not opening:
            yield body[start:end] + closing


def _closings(body: bytes, name: bytes, start: int, end: int) -> Iterator[re.Match[bytes]]:
    """Return the end tags, but for those in CDATA, which are text."""
    tags = re.compile(rb"<!\[CDATA\[.*?\]\]>|</" + name + rb"\s*>?", re.DOTALL)
    for match in tags.finditer(body, start, end):
        if match[0].startswith(b"</"):
            yield match
