"""The text of a story out of its web page. Hostile pages are expected: run it in a worker.

trafilatura is an extra: only the worker imports this, so only those who want full text need it.
"""

from collections.abc import Iterator
from html import escape

import msgspec
import trafilatura
from selectolax.lexbor import LexborHTMLParser

from connectors.formats.boilerplate import cut_boxes
from connectors.formats.encoding import page_text
from connectors.formats.entry import NotAFeedError, RawEntry, RawFeed
from connectors.http.robots import NAME, denied

PAYING = "the page says that it is for subscribers"


def extract(body: bytes, url: str, content_type: str) -> RawFeed:
    """Return the page's story as the one entry of a feed. Raises `NotAFeedError` and says why."""
    tree = LexborHTMLParser(page_text(body, content_type))
    if (word := denied(robots_tags(tree))) is not None:
        raise NotAFeedError(f"the page says {word}")
    if for_subscribers(tree):
        raise NotAFeedError(PAYING)
    cut_boxes(tree)
    text = trafilatura.extract(
        tree.html or "", url=url, include_comments=False, include_tables=False, favor_precision=True
    )
    if not text:
        raise NotAFeedError("no text of a story in the page")
    # Readers give HTML: what they gave is made plain behind them.
    content = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())
    return RawFeed(entries=(RawEntry(link=url, content=content),), language=None)


def robots_tags(tree: LexborHTMLParser) -> list[str]:
    """Return what a page says to robots: to all of them, or to us."""
    return [
        node.attributes["content"] or ""
        for node in tree.css("meta[name][content]")
        if (node.attributes["name"] or "").strip().lower() in ("robots", NAME)
    ]


def for_subscribers(tree: LexborHTMLParser) -> bool:
    """Say whether a page says of itself, to search engines, that not all may read it."""
    said = (
        item.get("isAccessibleForFree")
        for node in tree.css('script[type="application/ld+json"]')
        for item in _items(_decoded(node.text()))
    )
    return any(value is False or str(value).lower() == "false" for value in said)


def _decoded(text: str) -> object:
    try:
        return msgspec.json.decode(text.strip())
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _items(told: object) -> Iterator[dict[str, object]]:
    """Return what a page tells of: of its parts only those that stand for themselves."""
    if isinstance(told, list):
        for one in told:
            yield from _items(one) if isinstance(one, dict) else ()
    elif isinstance(told, dict):
        yield told
        if isinstance(graph := told.get("@graph"), list):
            yield from (one for one in graph if isinstance(one, dict))
