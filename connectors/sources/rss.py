"""The one door to feedparser: bytes in, entries of our own out.

feedparser opens whatever looks like a path or an address, so it only ever gets `BytesIO`; and
it gives up on a whole feed for one bad entry, so what it can't take whole is salvaged: without
bad character references, then entry by entry. Run it in a process of its own.
"""

import calendar
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from time import struct_time
from typing import Any

from feedparser.api import parse as feedparser_parse

from connectors.sources.cleaning import MOST_ENTRIES
from connectors.sources.encoding import honest
from connectors.sources.entry import Entry, NotAFeedError, Parsed

MAX_UNICODE = 0x10FFFF
MOST_HEAD = 20_000
"""Bytes before the first entry that are read again with each entry that is salvaged."""
PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000}
"""Seconds of `sy:updatePeriod`; yearly is not believed."""

_REFERENCE = re.compile(rb"&#(x[0-9a-fA-F]+|[0-9]+);")
_ENTRY = re.compile(rb"<(item|entry)(?=[\s>])", re.IGNORECASE)
# feedparser's search for an address in a name takes time by the square of its length.
_NAME = re.compile(
    rb"(<(?:\w+:)?(?:author|name|email|creator|contributor|managingEditor|webMaster|publisher)"
    rb"\b[^<>]{0,1000}>\s{0,100}(?:<!\[CDATA\[)?[^<\]]{1000})[^<\]]+",
    re.IGNORECASE,
)


def parse(body: bytes, url: str, content_type: str) -> Parsed:
    """Parse a feed that came from `url`. Raises `NotAFeedError`."""
    body, content_type = honest(_NAME.sub(rb"\1", body), content_type)
    body, over = _first_entries(body)
    try:
        found = _feedparser(body, url, content_type)
    except MemoryError:
        raise  # entry by entry it would only take longer
    except Exception:  # noqa: BLE001 - feedparser raises anything at all on bad input
        parsed = _salvage(body, url, content_type)
    else:
        if not found.get("version") and not found.entries:
            raise NotAFeedError(_looks_like(body))
        parsed = _parsed(found, *_entries(found.entries))
    if over:
        left_out = f"{over} entries beyond the first {MOST_ENTRIES} left out"
        return replace(parsed, remarks=(*parsed.remarks, left_out))
    return parsed


def _first_entries(body: bytes) -> tuple[bytes, int]:
    """Cut a feed behind the most entries that are read; give it, and how many were cut off."""
    if body.count(b"<item") + body.count(b"<entry") <= MOST_ENTRIES:
        return body, 0
    starts = [match.start() for match in _ENTRY.finditer(body)]
    if len(starts) <= MOST_ENTRIES:
        return body, 0
    return body[: starts[MOST_ENTRIES]], len(starts) - MOST_ENTRIES


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
    head = cleaned[: min(first.start(), MOST_HEAD)]
    feed: Any = None
    entries: list[Entry] = []
    lost = 0
    for piece in _pieces(cleaned):
        try:
            found = _feedparser(head + piece, url, content_type)
        except Exception:  # noqa: BLE001 - one bad entry never takes its neighbours along
            lost += 1
            continue
        feed = feed or found
        good, bad = _entries(found.entries)
        entries += good
        lost += bad
    if feed is None:
        raise NotAFeedError(f"a feed too broken to read: none of its {lost} entries can be")
    return _parsed(feed, tuple(entries), lost, "a broken feed, read entry by entry")


def _pieces(body: bytes) -> Iterator[bytes]:
    """Give each entry: from its start to its end tag, or where it has none, to the next one."""
    starts = list(_ENTRY.finditer(body))
    ends = [match.start() for match in starts[1:]] + [len(body)]
    for start, end in zip(starts, ends, strict=True):
        piece = body[start.start() : end]
        closing = piece.rfind(b"</" + start[1])
        yield piece[:closing] + b"</" + start[1] + b">" if closing > 0 else piece


def _sane_reference(match: re.Match[bytes]) -> bytes:
    digits = match.group(1)
    code = int(digits[1:20], 16) if digits[:1] in b"xX" else int(digits[:20])
    return match.group() if 0 < code <= MAX_UNICODE and not 0xD800 <= code < 0xE000 else b""


def _parsed(found: Any, entries: tuple[Entry, ...], lost: int, *remarks: str) -> Parsed:  # noqa: ANN401
    feed = found.feed
    links = [(link.get("rel"), link.get("href")) for link in feed.get("links") or []]
    return Parsed(
        entries=entries,
        language=feed.get("language") or None,
        lost=lost,
        format=found.get("version") or "",
        title=feed.get("title") or "",
        interval=_interval(feed),
        hubs=tuple(where for rel, where in links if rel == "hub" and where),
        address=next((where for rel, where in links if rel == "self" and where), None),
        remarks=remarks,
    )


def _interval(feed: Any) -> float | None:  # noqa: ANN401 - feedparser carries no types
    """Give the seconds between two polls that a feed asks for: the longer one, if it asks twice."""
    asked = []
    minutes = str(feed.get("ttl") or "").strip()
    if minutes.isdecimal() and len(minutes) < 9:
        asked.append(60.0 * int(minutes))
    period = PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    times = str(feed.get("sy_updatefrequency") or "1").strip()
    if period and times.isdecimal() and len(times) < 9:
        asked.append(period / max(1, int(times)))
    return max(asked, default=0.0) or None


def _entries(raw: list[Any]) -> tuple[tuple[Entry, ...], int]:
    entries, lost = [], 0
    for item in raw:
        try:
            entries.append(_entry(item))
        except Exception:  # noqa: BLE001 - one bad entry never takes its neighbours along
            lost += 1
    return tuple(entries), lost


def _entry(item: Any) -> Entry:  # noqa: ANN401 - feedparser carries no types
    contents = [part.get("value") or "" for part in item.get("content", [])]
    authors = [person.get("name") or "" for person in item.get("authors", [])]
    # RDF and many an Atom feed date an entry only by what feedparser calls its update.
    dated = "published" if "published" in item else "updated"
    return Entry(
        guid=item.get("id") or "",
        link=item.get("link") or "",
        title=item.get("title") or "",
        summary=item.get("summary") or "",
        content=max(contents, key=len, default=""),
        authors=tuple(name for name in authors if name),
        published=_moment(item.get(f"{dated}_parsed")),
        published_raw=item.get(dated),
        updated=_moment(item.get("updated_parsed")) if "updated" in item else None,
        updated_raw=item.get("updated") if "updated" in item else None,
        language=_language(item),
    )


def _language(item: Any) -> str | None:  # noqa: ANN401 - feedparser carries no types
    """Give the language that an entry itself is said to be in."""
    given = (item.get(part, {}).get("language") for part in ("title_detail", "summary_detail"))
    return item.get("language") or next((language for language in given if language), None)


def _moment(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _looks_like(body: bytes) -> str:
    start = body[:2_000].lstrip().lower()
    if b"<html" in start or start.startswith(b"<!doctype html"):
        return "a web page, not a feed"
    return "no feed of a kind that is known"
