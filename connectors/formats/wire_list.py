"""A list of wire files over HTTP: a folder's index page, JSON, or one a line. For workers."""

from collections.abc import Iterable, Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser
from yarl import URL

from connectors.formats import registry
from connectors.formats.entry import NotAFeedError, RawFeed
from connectors.formats.lenient import load_json, mappings, text

LISTS = ("files", "items", "links", "urls")
ADDRESSES = ("url", "href", "link", "uri", "name")
MOST = 10_000
"""Addresses that are looked at."""


def parse(body: bytes, url: str, content_type: str) -> RawFeed:
    """Return the files that a list names: a sitemap, a package, or any other kind of list."""
    try:
        parsed = registry.parse(body, url, content_type)
    except NotAFeedError:
        parsed = None
    if parsed is not None and parsed.files:
        found = (address_of(url, file) for file in parsed.files)
        files = tuple(dict.fromkeys(filter(None, found)))
    else:
        files = addresses(body, url)
    return RawFeed(entries=(), language=None, files=files)


def addresses(body: bytes, base: str) -> tuple[str, ...]:
    """Return the addresses that a list names, each once. Raises `NotAFeedError`."""
    start = body[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start[:1] in {b"{", b"["}:
        named = _in_json(load_json(body))
    elif b"<html" in start or start.startswith(b"<!doctype html") or b"<a " in start:
        named = _in_page(body, base)
    elif start.startswith(b"<"):
        raise NotAFeedError("neither a sitemap nor another list of files")
    else:
        named = _in_lines(body)
    found = dict.fromkeys(where for name in named if (where := address_of(base, name)))
    return tuple(found)[:MOST]


def _in_json(told: object) -> Iterator[str]:
    if isinstance(told, dict):
        told = next((told[key] for key in LISTS if isinstance(told.get(key), list)), [])
    for one in told if isinstance(told, list) else []:
        if isinstance(one, str):
            yield one
        for item in mappings(one):
            yield next((given for key in ADDRESSES if (given := text(item.get(key)))), "")


def _in_page(body: bytes, base: str) -> Iterator[str]:
    """Return the links that lead to files in the page's own folder: no way up, no way to sort."""
    page = base.partition("?")[0]
    folder = page.rpartition("/")[0] + "/"
    for link in LexborHTMLParser(body).css("a[href]"):
        where = address_of(base, link.attributes.get("href") or "")
        inside = where.startswith(folder) and not where.endswith("/")
        if inside and where.partition("?")[0] != page:
            yield where


def _in_lines(body: bytes) -> Iterator[str]:
    lines: Iterable[str] = body.decode("utf-8", "replace").splitlines()
    for line in lines:
        name = line.strip()
        if name and not name.startswith("#") and not any(char.isspace() for char in name):
            yield name


def address_of(base: str, name: str) -> str:
    """Return an address of the web that can be asked for, without its fragment; else nothing."""
    try:
        where = urldefrag(urljoin(base, name.strip())).url if name.strip() else ""
        return where if urlsplit(where).scheme in {"http", "https"} and URL(where).host else ""
    except ValueError:
        return ""
