"""Where a site's feeds may be: what its page says, then what sites do. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from connectors.formats.entry import Parsed
from connectors.http.origin import of_the_web
from connectors.parsing.parser_messages import ANNOUNCED, LINKED
from wirewatch.feedlist import imported_feed

PATHS = ("feed/", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json", "?feed=rss2")
LESS_WANTED = re.compile(r"comment|podcast", re.IGNORECASE)
MOST = 12
"""Addresses tried of one page: a site is not to be combed through."""


@dataclass(frozen=True)
class Candidate:
    """An address that may be a feed, and what the page calls it."""

    url: str
    name: str = ""


def announced(page: Parsed, url: str) -> list[Candidate]:
    """Return the feeds that a page names in its head, those of comments last."""
    made = _candidates(page, url, ANNOUNCED)
    return sorted(made, key=lambda one: bool(LESS_WANTED.search(f"{one.name} {one.url}")))


def linked(page: Parsed, url: str) -> list[Candidate]:
    """Return the links of a page that look as if they led to a feed."""
    return _candidates(page, url, LINKED)


def usual(url: str) -> list[Candidate]:
    """Return the addresses where sites have their feeds: below the page, and at the root."""
    root = urljoin(url, "/")
    below = url.partition("?")[0].partition("#")[0].rstrip("/") + "/"
    places = [below, root] if below != root else [root]
    return [Candidate(place + path) for place in places for path in PATHS]


def _joined(base: str, href: str) -> str:
    try:
        joined = urljoin(base, href.strip())
        return joined if of_the_web(joined) else ""
    except ValueError:
        return ""


def _candidates(page: Parsed, url: str, how: str) -> list[Candidate]:
    base = _joined(url, page.address or "") or url
    made: dict[str, Candidate] = {}
    for entry in page.entries:
        if how in entry.flags and entry.link and (found := _joined(base, entry.link)):
            made.setdefault(
                imported_feed.same(found), Candidate(found, imported_feed.shortened(entry.title))
            )
    return list(made.values())[:MOST]
