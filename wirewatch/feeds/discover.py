"""Where a site's feeds may be: what its page says, then what sites do. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from wirewatch.feeds import listed

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
PATHS = ("feed/", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json", "?feed=rss2")
LOOKS_LIKE_ONE = re.compile(r"(?:^|[/._?=-])(?:rss|feeds?|atom)(?:[/._?&=\d-]|$)", re.IGNORECASE)
LESS_WANTED = re.compile(r"comment|podcast", re.IGNORECASE)
MOST = 12
"""Addresses tried of one page: a site is not to be combed through."""


@dataclass(frozen=True)
class Candidate:
    """An address that may be a feed, and what the page calls it."""

    url: str
    name: str = ""


def announced(markup: str, url: str) -> list[Candidate]:
    """Give the feeds that a page names in its head, those of comments last."""
    tree = LexborHTMLParser(markup)
    base = _base(tree, url)
    found = []
    for node in tree.css("link[href]"):
        said = node.attributes
        kind = (said.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (said.get("rel") or "").lower().split() and kind in KINDS:
            found.append((said.get("href") or "", said.get("title") or ""))
    made = _candidates(found, base)
    return sorted(made, key=lambda one: bool(LESS_WANTED.search(f"{one.name} {one.url}")))


def linked(markup: str, url: str) -> list[Candidate]:
    """Give the links of a page that look as if they led to a feed."""
    tree = LexborHTMLParser(markup)
    base = _base(tree, url)
    links = ((node.attributes.get("href") or "", node.text()) for node in tree.css("a[href]"))
    return _candidates((link for link in links if LOOKS_LIKE_ONE.search(_path(link[0]))), base)


def usual(url: str) -> list[Candidate]:
    """Give the addresses where sites have their feeds: below the page, and at the root."""
    root = urljoin(url, "/")
    below = url.partition("?")[0].partition("#")[0].rstrip("/") + "/"
    places = [below, root] if below != root else [root]
    return [Candidate(place + path) for place in places for path in PATHS]


def _path(href: str) -> str:
    return href.partition("://")[2].partition("/")[2] if "://" in href else href


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    return _joined(url, (node.attributes.get("href") if node else "") or "") or url


def _joined(base: str, href: str) -> str:
    try:
        joined = urljoin(base, href.strip())
        return joined if urlsplit(joined).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _candidates(found: Iterable[tuple[str, str]], base: str) -> list[Candidate]:
    made: dict[str, Candidate] = {}
    for href, name in found:
        if href.strip() and (url := _joined(base, href)):
            made.setdefault(listed.same(url), Candidate(url, listed.name(name)))
    return list(made.values())[:MOST]
