"""The text of a story out of its web page. Hostile pages are expected: run it in a worker.

trafilatura is an extra: only the worker imports this, so only those who want full text need it.
"""

from html import escape

import trafilatura
from selectolax.lexbor import LexborHTMLParser

from connectors.full_text.permission import NAME, denied
from connectors.sources.encoding import page_text
from connectors.sources.entry import Entry, NotAFeedError, Parsed


def extract(body: bytes, url: str, content_type: str) -> Parsed:
    """Give the page's story as the one entry of a feed. Raises `NotAFeedError` with the reason."""
    markup = page_text(body, content_type)
    if (word := denied(robots_tags(markup))) is not None:
        raise NotAFeedError(f"the page says {word}")
    text = trafilatura.extract(
        markup, url=url, include_comments=False, include_tables=False, favor_precision=True
    )
    if not text:
        raise NotAFeedError("no text of a story in the page")
    # Readers give HTML: what they gave is made plain behind them.
    content = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())
    return Parsed(entries=(Entry(link=url, content=content),), language=None)


def robots_tags(markup: str) -> list[str]:
    """Give what a page says to robots: to all of them, or to us."""
    nodes = LexborHTMLParser(markup).css("meta[name][content]")
    return [
        node.attributes["content"] or ""
        for node in nodes
        if (node.attributes["name"] or "").strip().lower() in ("robots", NAME)
    ]
