"""One table of formats: each document goes to the reader that knows it."""

import pytest

from connectors.formats.entry import NotAFeedError
from connectors.formats.registry import FORMATS, START, parse
from connectors.formats.registry import _start as start_of

DOCUMENTS = {
    '<rss version="2.0"><channel><item><title>A</title></item></channel></rss>': "rss20",
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title></entry></feed>': "atom10",
    '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"}]}': "JSON Feed",
    '{"title": "no version", "items": [{"id": "1"}]}': "JSON Feed",
    '{"uri": "tag:x.example:1", "headline": "A", "body_text": "B"}': "ninjs",
    '[{"uri": "tag:x.example:1", "pubStatus": "usable"}]': "ninjs",
    '{"uri": "1", "headlines": [{"value": "A"}], "standard": {"name": "ninjs"}}': "ninjs",
    '{"uri": "1", "body_html": "' + "B" * START + '", "pubstatus": "usable"}': "ninjs",
    '{"uri": "1", "title": "A", "descriptions": [{"value": "B"}]}': "ninjs",
    '{"uri": "1", "headline": "A"}': "ninjs",
    '[{"uri": "1", "title": "A", "eventDetails": {}}]': "ninjs",
    "<urlset><url><loc>https://x.example/</loc></url></urlset>": "sitemap",
    "<sitemapindex><sitemap><loc>https://x.example/s</loc></sitemap></sitemapindex>": (
        "sitemap index"
    ),
    "<newsItem guid='1'><itemMeta/></newsItem>": "NewsML-G2",
    "<newsMessage><itemSet><newsItem guid='1'/></itemSet></newsMessage>": "NewsML-G2",
    "<nitf><head/><body/></nitf>": "NITF",
    "<!DOCTYPE nitf SYSTEM 'nitf.dtd'><nitf><head/></nitf>": "NITF",
    "<n:nitf xmlns:n='http://iptc.org/std/NITF/2006-10-18/'><n:head/></n:nitf>": "NITF",
    "<!-- <rss> --><?pi?>\n<nitf><head/></nitf>": "NITF",
}


@pytest.mark.parametrize(("document", "name"), DOCUMENTS.items())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_document_is_known_by_how_it_begins(document: str, name: str, encoding: str) -> None:
    assert parse(document.encode(encoding), "https://x.example/", "").format == name


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "an empty page"),
        ("   \n ", "an empty page"),
        ("<!DOCTYPE html><html><body>Just a moment</body></html>", "a web page, not a feed"),
        ("<html><body>404</body></html>", "a web page, not a feed"),
        ("hello", "no feed of a kind that is known"),
        ("<opml version='2.0'><body/></opml>", "a list of feeds"),
        ("<svg/>", "no feed of a kind that is known"),
        ("{}", "neither a JSON Feed nor ninjs"),
        ('["a"]', "neither a JSON Feed nor ninjs"),
        ('{"items": [', "broken JSON"),
        ("[" * 100_000, "nested too deep"),
        ('{"pubstatus": "usable"}', "no item has a uri or a headline"),
        ("<newsItem", "without a news item"),
        ("<newsMessage/>", "without a news item"),
        ("<nitf/>", "without head and body"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: str, reason: str) -> None:
    with pytest.raises(NotAFeedError, match=reason):
        parse(body.encode(), "https://x.example/", "")


def test_every_format_has_a_name_of_its_own() -> None:
    assert len({each.name for each in FORMATS}) == len(FORMATS)


def test_only_the_beginning_is_looked_at() -> None:
    assert len(start_of(b"<rss>" + b"x" * 10 * START).text) <= START


BOMBS = {
    "a billion laughs": '<!ENTITY a "ha"><!ENTITY b "{}"><!ENTITY c "{}">'.format(
        "&a;" * 20_000, "&b;" * 20_000
    ),
    "one long entity, often": f'<!ENTITY c "{"ha" * 200_000}">',
    "a file": '<!ENTITY c SYSTEM "file:///etc/hostname">',
    "an address": '<!ENTITY c SYSTEM "http://127.0.0.1:9/">',
    "parameters": '<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;',
}
HOLDERS = (
    '<rss version="2.0"><channel><item><title>{}</title></item></channel></rss>',
    "<urlset><url><loc>l</loc><n:news xmlns:n='n'><n:title>{}</n:title></n:news></url></urlset>",
    "<newsItem guid='1'><contentMeta><headline>{}</headline></contentMeta></newsItem>",
    "<nitf><head><title>{}</title></head></nitf>",
)


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("bomb", BOMBS)
def test_entities_bring_nothing_in(bomb: str, holder: str) -> None:
    body = f'<?xml version="1.0"?><!DOCTYPE r [{BOMBS[bomb]}]>' + holder.format("&c;" * 1_000)
    try:
        parsed = parse(body.encode(), "https://x.example/", "application/xml")
    except NotAFeedError:
        return
    assert sum(len(entry.title) for entry in parsed.entries) <= 4 * 1_000
