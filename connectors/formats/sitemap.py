"""Sitemaps: Google News' own give entries, an index gives the sitemaps it names."""

from lxml import etree

from connectors.formats.entry import RawEntry, RawFeed, each
from connectors.formats.lenient import found, joined, load_xml


def parse(body: bytes, url: str, _content_type: str) -> RawFeed:
    """Parse a sitemap. A page without `news:title` is named by its address alone, in `files`.

    Raises `NotAFeedError`.
    """
    root = load_xml(body)
    pages = [(joined(url, _location(page)), page) for page in root.iter("url", "sitemap")]
    named = (one for one in pages if one[1].find("news/title") is not None)
    entries, lost = each(lambda one: _entry(*one), named)
    return RawFeed(
        entries=entries,
        lost=lost,
        language=next((entry.language for entry in entries if entry.language), None),
        format="sitemap index" if root.tag == "sitemapindex" else "sitemap",
        title=found(root, ".//news/publication/name"),
        files=tuple(where for where, page in pages if where and page.find("news/title") is None),
    )


def _location(page: etree._Element) -> str:
    return (page.findtext("loc") or "").strip()


def _entry(where: str, page: etree._Element) -> RawEntry:
    published = found(page, "news/publication_date")
    updated = found(page, "lastmod")
    return RawEntry(
        guid=where,
        link=where,
        title=found(page, "news/title"),
        published_raw=published or updated or None,
        updated_raw=updated or None,
        language=found(page, "news/publication/language") or None,
    )
