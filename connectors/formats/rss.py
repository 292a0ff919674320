"""RSS, Atom, RDF and CDF, by feedparser: bytes in, entries of our own out.

feedparser opens whatever looks like a path or an address, so it only ever gets `BytesIO`; and
it gives up on a whole feed for one bad entry, so what it can't take whole is taken apart. Run it
in a process of its own.
"""

import calendar
import io
from dataclasses import replace
from datetime import UTC, datetime
from time import struct_time
from typing import Any

from connectors.formats.cleaning import MOST_ENTRIES, left_out
from connectors.formats.encoding import honest
from connectors.formats.entities import tame
from connectors.formats.entry import NotAFeedError, RawEntry, RawFeed, each
from connectors.formats.feedparser_fixes import parse as feedparser_parse
from connectors.formats.lenient import joined
from connectors.formats.salvage import apart, is_whole, read_apart, starts

PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000}
"""Seconds of `sy:updatePeriod`; yearly is not believed."""
HTML = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
BROKEN = "a broken feed, read entry by entry"
NOT_WELL_FORMED = "not well-formed: it looks like a feed, but no entry can be read"


def parse(body: bytes, url: str, content_type: str) -> RawFeed:
    """Parse a feed that came from `url`. Raises `NotAFeedError`."""
    body, content_type = honest(body, content_type)
    body = tame(body)
    places = starts(body)
    if over := max(0, len(places) - MOST_ENTRIES):
        body = body[: places[MOST_ENTRIES]]
    try:
        found = _feedparser(body, content_type)
    except MemoryError:
        raise  # entry by entry it would only take longer
    except Exception:  # noqa: BLE001 - feedparser raises anything at all on bad input
        found = None
    parsed = None if found is None else _parsed(found, url, *_entries(found.entries, url))
    if found is None or (found.bozo and len(found.entries) < len(places) - over):
        parsed = _fuller(parsed, _salvaged(body, url, content_type))
    if parsed is None:
        raise NotAFeedError("a feed too broken to read")
    if not parsed.format and not parsed.entries:
        raise NotAFeedError(_looks_like(body))
    if found is not None and found.bozo and not parsed.entries and not is_whole(body):
        raise NotAFeedError(NOT_WELL_FORMED)
    if over:
        return replace(parsed, remarks=(*parsed.remarks, left_out(over)))
    return parsed


def _feedparser(body: bytes, content_type: str) -> Any:  # noqa: ANN401 - untyped
    # It isn't told the feed's address: it would make it a part of ids, which then change with it.
    return feedparser_parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type} if content_type else {},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _salvaged(body: bytes, url: str, content_type: str) -> RawFeed | None:
    """Read what can be read of a feed that feedparser can't take whole."""
    parts = apart(body)
    if parts is None:
        return None
    feeds = []

    def read(part: bytes) -> list[Any]:
        found = _feedparser(part, content_type)
        feeds.append(found)
        return list(found.entries)

    raw, unread = read_apart(parts, read)
    entries, lost = _entries(raw, url)
    return _parsed(feeds[0], url, entries, lost + unread, BROKEN) if entries else None


def _fuller(whole: RawFeed | None, salvaged: RawFeed | None) -> RawFeed | None:
    """Choose the one of two readings that has more entries."""
    if whole is None or salvaged is None:
        return whole or salvaged
    return salvaged if len(salvaged.entries) > len(whole.entries) else whole


def _parsed(  # feedparser carries no types
    found: Any,  # noqa: ANN401 - untyped
    url: str,
    entries: tuple[RawEntry, ...],
    lost: int,
    *remarks: str,
) -> RawFeed:
    feed = found.feed
    links = [(link.get("rel"), link.get("href")) for link in feed.get("links") or []]
    return RawFeed(
        entries=entries,
        language=feed.get("language") or None,
        lost=lost,
        format=found.get("version") or "",
        title=feed.get("title") or "",
        interval=_interval(feed),
        hubs=tuple(joined(url, where) for rel, where in links if rel == "hub" and where),
        address=next((joined(url, where) for rel, where in links if rel == "self" and where), None),
        remarks=remarks,
    )


def _interval(feed: Any) -> float | None:  # noqa: ANN401 - feedparser carries no types
    """Return the seconds between two polls that a feed asks for: the longer, if it asks twice."""
    asked = []
    minutes = str(feed.get("ttl") or "").strip()
    if minutes.isdecimal() and len(minutes) < 9:
        asked.append(60.0 * int(minutes))
    period = PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    times = str(feed.get("sy_updatefrequency") or "1").strip()
    if period and times.isdecimal() and len(times) < 9:
        asked.append(period / max(1, int(times)))
    return max(asked, default=0.0) or None


def _entries(raw: list[Any], url: str) -> tuple[tuple[RawEntry, ...], int]:
    return each(lambda item: _entry(item, url), raw)


def _entry(item: Any, url: str) -> RawEntry:  # noqa: ANN401 - feedparser carries no types
    contents = [part.get("value") or "" for part in item.get("content", [])]
    authors = [person.get("name") or "" for person in item.get("authors", [])]
    # RDF and many an Atom feed date an entry only by what feedparser calls its update.
    dated = "published" if "published" in item else "updated"
    title, summary = item.get("title") or "", _summary(item)
    if not (title or summary or any(contents)):
        title = item.get("media_title") or ""  # there is nothing but its picture or video
    return RawEntry(
        # feedparser's second, looser parser leaves it escaped: a feed that breaks for a day
        # would have all its stories new.
        guid=(item.get("id") or "").replace("&amp;", "&"),
        link=joined(url, _link(item)),
        title=title,
        summary=summary,
        content=max(contents, key=len, default=""),
        authors=tuple(name for name in authors if name),
        published=_moment(item.get(f"{dated}_parsed")),
        published_raw=item.get(dated),
        updated=_moment(item.get("updated_parsed")) if "updated" in item else None,
        updated_raw=item.get("updated") if "updated" in item else None,
        language=_language(item),
    )


def _summary(item: Any) -> str:  # noqa: ANN401 - feedparser carries no types
    """Return the entry's own text; else what other vocabularies say of it, but no caption.

    Of a video's page its description is the text.
    """
    names = ["summary", "itunes_summary", "dc_description"]
    if item.get("yt_videoid"):
        names.append("media_description")
    return next((text for name in names if (text := item.get(name))), "")


def _link(item: Any) -> str:  # noqa: ANN401 - feedparser carries no types
    """Return the address of the entry's page.

    What a service that counts readers was put before, else RSS's own link, else the first
    alternate in the entry's language, or in none: the others are translations, and pages for
    telephones.
    """
    if given := item.get("feedburner_origlink") or item.get("pheedo_origlink"):
        # Of a broken feed, feedparser leaves such text as it stands in the XML.
        return str(given).replace("&amp;", "&")
    links = [
        link
        for link in item.get("links") or []
        if link.get("rel") == "alternate" and link.get("href")
    ]
    pages = [link for link in links if link.get("type") in HTML] or links
    language = primary(_language(item))
    best = min(
        pages,
        key=lambda link: (
            "as_text" not in link,
            primary(link.get("hreflang")) not in {"", language},
        ),
        default=None,
    )
    return str(best["href"] if best else item.get("link") or "")


def primary(tag: str | None) -> str:
    """Return the language of a tag such as `en-US`."""
    return (tag or "").strip().lower().replace("_", "-").partition("-")[0]


def _language(item: Any) -> str | None:  # noqa: ANN401 - feedparser carries no types
    """Return the language that an entry itself is said to be in."""
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
    if b"<opml" in start:
        return "a list of feeds (OPML), not a feed"
    return "no feed of a kind that is known"
