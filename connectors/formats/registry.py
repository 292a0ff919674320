"""The one table of formats: how each is known by its first bytes, and who reads it.

A new format is one file with `parse(body, url, content_type) -> RawFeed` and one row here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from connectors.formats import json_feed, newsml, ninjs, nitf, rss, sitemap
from connectors.formats.entry import NotAFeedError, RawFeed

START = 16_384
"""Bytes that a recogniser sees."""

_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_PROLOG = re.compile(r"<\?.*?\?>|<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class DocumentStart:
    """How a document begins: its text, stripped, and the name of its root element, if any."""

    text: str
    root: str


@dataclass(frozen=True)
class Format:
    """A format. `parse` raises `NotAFeedError`, whatever the bytes are."""

    name: str
    knows: Callable[[DocumentStart], bool]
    parse: Callable[[bytes, str, str], RawFeed]


FORMATS = (
    Format("ninjs", lambda start: ninjs.knows(start.text), ninjs.parse),
    Format("JSON Feed", lambda start: start.text[:1] in {"{", "["}, json_feed.parse),
    Format("sitemap", lambda start: start.root in {"urlset", "sitemapindex"}, sitemap.parse),
    Format("NewsML-G2", lambda start: start.root in newsml.ROOTS, newsml.parse),
    Format("NITF", lambda start: start.root == "nitf", nitf.parse),
    Format("RSS, Atom, RDF or CDF", lambda _: True, rss.parse),
)
"""The first that knows a document reads it; feedparser, which reads anything, is the last."""


def parse(body: bytes, url: str, content_type: str) -> RawFeed:
    """Parse a document of any kind that came from `url`. Raises `NotAFeedError`."""
    start = _start(body)
    if not start.text:
        raise NotAFeedError("an empty page")
    return next(each for each in FORMATS if each.knows(start)).parse(body, url, content_type)


def _start(body: bytes) -> DocumentStart:
    text = _decoded(body[:START]).lstrip("\ufeff \t\r\n\0")
    root = _ROOT.search(_PROLOG.sub("", text))
    return DocumentStart(text=text, root=root[1] if root and text.startswith("<") else "")


def _decoded(start: bytes) -> str:
    # Names of elements and keys are ASCII in every encoding but the wide ones.
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return start.decode("utf-16", "replace")
    return start.removeprefix(b"\xef\xbb\xbf").decode("ascii", "replace")
