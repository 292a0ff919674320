"""Where a site's feeds may be, read off its page."""

import pytest

from connectors.formats.cleaning import clean
from connectors.formats.entry import Parsed
from connectors.parsing.page import parse_links
from wirewatch.feedlist.discover import MOST, announced, linked, usual

URL = "https://site.example/news/index.html"


def links(markup: str) -> Parsed:
    """Read a page as the parser's process does."""
    return clean(parse_links(markup.encode(), URL, "text/html; charset=utf-8"))


@pytest.mark.parametrize(
    ("markup", "urls"),
    [
        (
            '<link rel="alternate" type="application/rss+xml" href="/rss">',
            ["https://site.example/rss"],
        ),
        (
            "<LINK REL='Alternate Home' TYPE='application/atom+xml; charset=utf-8' HREF=atom.xml>",
            ["https://site.example/news/atom.xml"],
        ),
        (
            '<base href="https://cdn.example/a/"><link rel=alternate type=text/xml href=feed>',
            ["https://cdn.example/a/feed"],
        ),
        ('<link rel="alternate" type="text/html" hreflang="km" href="/km">', []),
        ('<link rel="stylesheet" type="text/xml" href="/x">', []),
        ('<link rel="alternate" type="application/rss+xml" href="">', []),
        ('<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">', []),
        ('<link rel="alternate" type="application/rss+xml" href="https://[x/">', []),
        ("", []),
    ],
)
def test_what_a_page_announces(markup: str, urls: list[str]) -> None:
    assert [found.url for found in announced(links(f"<html><head>{markup}"), URL)] == urls


def test_feeds_of_comments_come_last_and_none_comes_twice() -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
    pairs = (("Comments", "/comments/feed/"), ("News", "/feed/"), ("News", "/feed"))
    found = announced(links("".join(link.format(*pair) for pair in pairs)), URL)
    assert [one.name for one in found] == ["News", "Comments"]


def test_links_that_look_like_feeds() -> None:
    hrefs = (
        "/rss/world.xml",
        "/feeds",
        "news.rss",
        "?feed=rss2",
        "https://feeds.example/a",
        "/feedback",
        "/express",
        "/atomic-energy",
        "mailto:rss@site.example",
    )
    found = linked(links("".join(f'<a href="{href}">x</a>' for href in hrefs)), URL)
    assert [one.url for one in found] == [
        "https://site.example/rss/world.xml",
        "https://site.example/feeds",
        "https://site.example/news/news.rss",
        "https://site.example/news/index.html?feed=rss2",
    ]


def test_a_site_is_not_combed_through() -> None:
    page = "".join(f'<a href="/rss/{number}">x</a>' for number in range(1000))
    assert len(linked(links(page), URL)) == MOST


def test_the_usual_places_are_below_the_page_and_at_the_root() -> None:
    urls = [one.url for one in usual("https://site.example/en?x=1")]
    assert "https://site.example/en/feed/" in urls
    assert "https://site.example/rss.xml" in urls
    assert len(usual("https://site.example")) == len(usual("https://site.example/"))
