"""The one door to feedparser: bytes in, entries of our own out.

feedparser opens whatever looks like a path or an address, so it only ever gets `BytesIO`; and
it gives up on a whole feed for one bad entry, so what it can't take whole is salvaged: without
bad character references, then entry by entry. Run it in a process of its own.
"""

import calendar
import io
import re
from datetime import UTC, datetime
from time import struct_time
from typing import Any

from feedparser.api import parse as feedparser_parse

from connectors.sources.entry import Entry, NotAFeedError, Parsed

MAX_UNICODE = 0x10FFFF
_REFERENCE = re.compile(rb"&#(x[0-9a-fA-F]+|[0-9]+);")
_ENTRY = re.compile(rb"<(item|entry)[\s>].*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def parse(body: bytes, url: str, content_type: str) -> Parsed:
    """Parse a feed that came from `url`. Raises `NotAFeedError`."""
    try:
        found = _feedparser(body, url, content_type)
    except Exception:  # noqa: BLE001 - feedparser raises anything at all on bad input
        return _salvage(body, url, content_type)
    if not found.get("version") and not found.entries:
        raise NotAFeedError(_looks_like(body))
    entries, lost = _entries(found.entries)
    return Parsed(entries=entries, language=found.feed.get("language"), lost=lost)


def _feedparser(body: bytes, url: str, content_type: str) -> Any:  # noqa: ANN401 - untyped
    headers = {"content-location": url}
    if content_type:
        headers["content-type"] = content_type
    return feedparser_parse(
        io.BytesIO(body),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _salvage(body: bytes, url: str, content_type: str) -> Parsed:
    """Read what can be read of a feed that feedparser can't take whole."""
    cleaned = _REFERENCE.sub(_sane_reference, body)
    first = _ENTRY.search(cleaned)
    if first is None:
        raise NotAFeedError("a feed too broken to read, with no entry in sight")
    head = cleaned[: first.start()]
    entries: list[Entry] = []
    language, lost = None, 0
    for match in _ENTRY.finditer(cleaned):
        try:
            found = _feedparser(head + match.group(), url, content_type)
        except Exception:  # noqa: BLE001 - one bad entry never takes its neighbours along
            lost += 1
            continue
        language = language or found.feed.get("language")
        good, bad = _entries(found.entries)
        entries += good
        lost += bad
    return Parsed(entries=tuple(entries), language=language, lost=lost)


def _sane_reference(match: re.Match[bytes]) -> bytes:
    digits = match.group(1)
    code = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits[:20])
    return match.group() if 0 < code <= MAX_UNICODE and not 0xD800 <= code < 0xE000 else b""


def _entries(raw: list[Any]) -> tuple[tuple[Entry, ...], int]:
    entries, lost = [], 0
    for item in raw:
        try:
            entries.append(_entry(item))
        except Exception:  # noqa: BLE001 - one bad entry never takes its neighbours along
            lost += 1
    return tuple(entries), lost


def _entry(item: Any) -> Entry:  # noqa: ANN401 - feedparser carries no types
    contents = [part.get("value", "") for part in item.get("content", [])]
    authors = [person.get("name", "") for person in item.get("authors", [])]
    # RDF and many an Atom feed date an entry only by what feedparser calls its update.
    dated = "published" if "published" in item else "updated"
    return Entry(
        guid=item.get("id", ""),
        link=item.get("link", ""),
        title=item.get("title", ""),
        summary=item.get("summary", ""),
        content=max(contents, key=len, default=""),
        authors=tuple(name for name in authors if name),
        published=_moment(item.get(f"{dated}_parsed")),
        published_raw=item.get(dated),
        updated=_moment(item.get("updated_parsed")) if "updated" in item else None,
        updated_raw=item.get("updated") if "updated" in item else None,
    )


def _moment(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _looks_like(body: bytes) -> str:
    start = body[:2_000].lstrip().lower()
    if not start:
        return "an empty page"
    if b"<html" in start or start.startswith(b"<!doctype html"):
        return "a web page, not a feed"
    return "no feed of a kind that is known"
