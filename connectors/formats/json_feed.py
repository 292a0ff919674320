"""JSON Feed 1.0 and 1.1. A field of the wrong type counts as not given."""

from typing import Any

from connectors.formats.cleaning import MOST_ENTRIES, left_out
from connectors.formats.entry import NotAFeedError, RawEntry, RawFeed, each
from connectors.formats.lenient import escaped, joined, load_json, mappings, text


def parse(body: bytes, url: str, _content_type: str) -> RawFeed:
    """Parse a JSON Feed. Raises `NotAFeedError`."""
    feed = load_json(body)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAFeedError("JSON, but neither a JSON Feed nor ninjs")
    told = feed["items"][:MOST_ENTRIES]
    over = len(feed["items"]) - len(told)
    items = list(mappings(told))
    authors = _authors(feed)
    entries, lost = each(lambda item: _entry(item, url, authors), items)
    hubs = (text(hub.get("url")) for hub in mappings(feed.get("hubs")))
    return RawFeed(
        entries=entries,
        language=text(feed.get("language")) or None,
        lost=len(told) - len(items) + lost,
        format="JSON Feed",
        title=escaped(feed.get("title")),
        hubs=tuple(hub for hub in hubs if hub),
        address=text(feed.get("feed_url")) or None,
        remarks=(left_out(over),) if over else (),
    )


def _entry(item: dict[str, Any], base: str, authors: tuple[str, ...]) -> RawEntry:
    published, updated = text(item.get("date_published")), text(item.get("date_modified"))
    link = text(item.get("url")) or text(item.get("external_url"))
    return RawEntry(
        guid=text(item.get("id")),
        link=joined(base, link),
        title=escaped(item.get("title")),
        summary=escaped(item.get("summary")),
        content=text(item.get("content_html")) or escaped(item.get("content_text")),
        authors=_authors(item) or authors,
        published_raw=published or updated or None,
        updated_raw=updated or None,
        language=text(item.get("language")) or None,
    )


def _authors(holder: dict[str, Any]) -> tuple[str, ...]:
    """Return the names: `authors` of 1.1, else `author` of 1.0."""
    for key in ("authors", "author"):
        names = (text(one.get("name")) for one in mappings(holder.get(key)))
        if found := tuple(name for name in names if name):
            return found
    return ()
