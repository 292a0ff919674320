"""What a web page tells: its story, or where its site's feeds are. For workers."""

import re
from collections.abc import Iterator
from html import escape

from selectolax.lexbor import LexborHTMLParser

from connectors.formats.boilerplate import cut_boxes
from connectors.formats.encoding import page_text
from connectors.formats.entry import RawEntry, RawFeed
from connectors.parsing.parser_messages import ANNOUNCED, LINKED
from connectors.plain_text import line, plain

SHORTEST = 40
"""Characters of a paragraph of the story; what is shorter is a button or a caption."""
NOWHERE = "nav, header, footer, aside, form, figcaption"
KINDS = frozenset(
    (
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/xml",
        "text/xml",
    )
)
LOOKS_LIKE_ONE = re.compile(r"(?:^|[/._?=-])(?:rss|feeds?|atom)(?:[/._?&=\d-]|$)", re.IGNORECASE)


def parse_article(body: bytes, url: str, content_type: str) -> RawFeed:
    """Return the page's headline and paragraphs as the one entry of a feed."""
    headline, text = article(page_text(body, content_type))
    content = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in text.split("\n"))
    entry = RawEntry(link=url, title=escape(headline), content=content)
    return RawFeed(entries=(entry,), language=None)


def article(markup: str) -> tuple[str, str]:
    """Return the headline and the paragraphs of a page, those of an `article` if there is one."""
    tree = LexborHTMLParser(markup)
    headline = ""
    for selector in ('meta[property="og:title"]', "h1", "title"):
        node = tree.css_first(selector)
        if node is not None and not headline:
            headline = line(node.attributes.get("content") or node.text())
    for node in tree.css(NOWHERE):
        node.decompose()
    cut_boxes(tree)
    within = tree.css("article p") or tree.css("p")
    paragraphs = [plain(node.html or "") for node in within]
    return headline, "\n".join(text for text in paragraphs if len(text) >= SHORTEST)


def parse_links(body: bytes, url: str, content_type: str) -> RawFeed:
    """Return where a page says that feeds are: their addresses and names, as entries.

    The `address` is what relative ones start from, if the page says that.
    """
    tree = LexborHTMLParser(page_text(body, content_type))
    node = tree.css_first("base[href]")
    base = node.attributes.get("href") if node is not None else None
    return RawFeed(entries=(*_announced(tree), *_linked(tree)), language=None, address=base or url)


def _announced(tree: LexborHTMLParser) -> Iterator[RawEntry]:
    for node in tree.css("link[href]"):
        said = node.attributes
        kind = (said.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (said.get("rel") or "").lower().split() and kind in KINDS:
            yield RawEntry(
                link=said.get("href") or "", title=said.get("title") or "", flags=(ANNOUNCED,)
            )


def _linked(tree: LexborHTMLParser) -> Iterator[RawEntry]:
    for node in tree.css("a[href]"):
        href = node.attributes.get("href") or ""
        if LOOKS_LIKE_ONE.search(_path(href)):
            yield RawEntry(link=href, title=escape(node.text()), flags=(LINKED,))


def _path(href: str) -> str:
    return href.partition("://")[2].partition("/")[2] if "://" in href else href
