"""OPML as the world writes it: every broken kind is read, and what is written is OPML."""

import codecs
from xml.etree import ElementTree

import pytest

from connectors.polling.feed import Feed
from wirewatch.feedlist import imported_feed, opml
from wirewatch.feedlist.imported_feed import ListError
from wirewatch.feedlist.lists import read_list

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0"><head><title>L</title></head>\n'
A = '<outline type="rss" text="A" xmlUrl="https://a.example/feed"/>'
B = '<outline type="rss" text="B" xmlUrl="https://b.example/feed"/>'
WANTED = ["https://a.example/feed", "https://b.example/feed"]


def file(body: str, head: str = HEAD, tail: str = "</body></opml>") -> str:
    return f"{head}<body>{body}{tail}"


# Each is broken in its own way, and holds the feeds a and b all the same.
BROKEN: dict[str, str | bytes] = {
    "nothing is wrong": file(A + B),
    "bare ampersand in a title": file(A.replace('"A"', '"A & B"') + B),
    "bare ampersand in an unrelated attribute": file(A.replace("/>", ' q="x&y=1"/>') + B),
    "an HTML entity that XML doesn't know": file(A.replace('"A"', '"Caf&eacute;&nbsp;A"') + B),
    "an entity that nobody knows": file(A.replace('"A"', '"&nosuch; A"') + B),
    "a reference beyond Unicode": file(A.replace('"A"', '"&#x110000; A"') + B),
    "a reference to a control character": file(A.replace('"A"', '"A&#11;&#0;"') + B),
    "less-than sign in a title": file(A.replace('"A"', '"A < B <b>bold</b>"') + B),
    "xmlurl in lower case": file((A + B).replace("xmlUrl", "xmlurl")),
    "XMLURL in upper case": file((A + B).replace("xmlUrl", "XMLURL")),
    "xmlURL and OUTLINE": file((A + B).replace("xmlUrl", "xmlURL").replace("outline", "OUTLINE")),
    "no type": file((A + B).replace('type="rss" ', "")),
    "an unknown type": file((A + B).replace('"rss"', '"newspaper"')),
    "url in place of xmlUrl": file((A + B).replace("xmlUrl", "url")),
    "title in place of text": file((A + B).replace("text=", "title=")),
    "neither title nor text": file(A.replace('text="A" ', "") + B),
    "empty text": file(A.replace('"A"', '""') + B),
    "attributes without quotes": file(
        A.replace('"https://a.example/feed"', "https://a.example/feed ") + B
    ),
    "attributes in single quotes": file((A + B).replace('"', "'")),
    "a quote that is missing": file(A.replace('"A"', '"A') + B),
    "a quote too many": file(A.replace('"A"', '"A "the" A"') + B),
    "no space between attributes": file((A + B).replace(" xmlUrl", "xmlUrl")),
    "line breaks within a tag": file((A + B).replace(" ", "\n\t ")),
    "a line break within an address": file(A.replace("a.example/", "a.example/\n") + B),
    "spaces around an address": file(A.replace('"https', '"  https') + B),
    "feeds that are not closed": file((A + B).replace("/>", ">")),
    "feeds closed by a tag of their own": file((A + B).replace("/>", "></outline>")),
    "a folder that is not closed": file('<outline text="News">' + A + B),
    "a folder closed twice": file(f'<outline text="News">{A}</outline></outline>{B}'),
    "end tags that are missing": file(A + B, tail=""),
    "a body that is missing": HEAD + A + B,
    "nothing around the outlines": A + B,
    "no prolog": file(A + B, head='<opml version="1.0">'),
    "blank lines before the prolog": "\n\n " + file(A + B),
    "words before the prolog": "exported by a reader\n" + file(A + B),
    "two prologs": HEAD + file(A + B),
    "a prolog that says UTF-16": file(A + B, head=HEAD.replace("UTF-8", "UTF-16")),
    "a prolog of no known encoding": file(A + B, head=HEAD.replace("UTF-8", "x-none")),
    "Latin-1 that calls itself UTF-8": file(A.replace('"A"', '"Café"') + B).encode("latin-1"),
    "Windows-1252 without a prolog": file(A.replace('"A"', '"“A”"') + B, head="").encode("cp1252"),
    "windows-1251, and says so": file(
        A.replace('"A"', '"Новости"') + B, head=HEAD.replace("UTF-8", "windows-1251")
    ).encode("cp1251"),
    "a prolog of an encoding for names": file(
        A.replace('"A"', '"Café"') + B, head=HEAD.replace("UTF-8", "idna")
    ).encode("latin-1"),
    "GB 18030 that says GB 2312": file(
        A.replace('"A"', '"赵喆"') + B, head=HEAD.replace("UTF-8", "gb2312")
    ).encode("gb18030"),
    "one bad byte in UTF-8": file(A.replace('"A"', '"ខ្មែរ"') + B).encode().replace(b"L<", b"\xff<"),
    "a byte order mark": codecs.BOM_UTF8 + file(A + B).encode(),
    "two byte order marks": codecs.BOM_UTF8 * 2 + file(A + B).encode(),
    "UTF-16 with a mark": file(A + B).encode("utf-16"),
    "UTF-16 without a mark": file(A + B).encode("utf-16-be"),
    "UTF-32 with a mark": file(A + B).encode("utf-32"),
    "zero bytes and control characters": file(A + B).replace("<body>", "<body>\x00\x07\x1b"),
    "Windows line ends": file(f"{A}\n{B}\n").replace("\n", "\r\n"),
    "old Macintosh line ends": file(f"{A}\n{B}\n").replace("\n", "\r"),
    "a namespace": file((A + B).replace("<outline", "<o:outline")),
    "a comment with an outline": file(A + "<!-- " + A.replace("a.ex", "c.ex") + " -->" + B),
    "a comment that never ends": file(A + "<!-- " + B),
    "a doctype with entities": '<!DOCTYPE opml [<!ENTITY a "b"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    + file(A.replace('"A"', '"&a; &f;"') + B, head=""),
    "a bomb of entities": '<!DOCTYPE o [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    + file(A.replace('"A"', f'"{"&b;" * 999}"') + B, head=""),
    "a feed twice": file(A + B + A),
    "feed: addresses": file(A.replace("https", "feed:https") + B.replace("https:", "feed:")),
    "no scheme": file(A.replace("https://", "//") + B.replace("https://", "")),
    "a scheme in capitals": file((A + B).replace("https", "HTTPS")),
    "an HTML page around it": f"<html><body><ul>{A}<li>{B}</body></html>",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_every_broken_kind_is_read(kind: str) -> None:
    text = BROKEN[kind]
    data = text if isinstance(text, bytes) else text.encode()
    found = read_list(data, "list.opml")
    urls = list(dict.fromkeys(imported_feed.same(feed.url) for feed in found.feeds))
    assert urls == [imported_feed.same(url) for url in WANTED]
    assert not found.problems
    assert all(len(feed.name) <= imported_feed.NAME_LENGTH for feed in found.feeds)


@pytest.mark.parametrize("cut", range(len(A + B)))
def test_a_cut_file_gives_what_it_holds_and_names_the_cut(cut: int) -> None:
    text = f"{HEAD}<body>\n" + (A + B)[: cut + 1]
    try:
        found = read_list(text.encode(), "list.opml")
    except ListError:
        assert cut < len("<outline")
        return
    whole = sum(cut + 1 >= len(text) for text in (A, A + B))
    assert [feed.url for feed in found.feeds] == WANTED[:whole]
    begun = whole < 2 and cut + 1 - whole * len(A) >= len("<outline")
    assert [problem.line for problem in found.problems] == [4] * begun


def test_names_keep_their_letters() -> None:
    titles = {
        "Caf&eacute; &amp; Co": "Café & Co",
        "A &lt;b&gt;B&lt;/b&gt;": "A B",
        "&#x4e2d;文": "中文",
    }
    for written, meant in titles.items():
        (feed,) = opml.read(A.replace('"A"', f'"{written}"')).feeds
        assert feed.name == meant


@pytest.mark.parametrize("query", ["?a=1&section=5", "?x&copy=2&lt=3&amp;y=4"])
def test_an_address_keeps_its_ampersands(query: str) -> None:
    (feed,) = opml.read(A.replace("/feed", f"/feed{query}")).feeds
    assert feed.url == f"https://a.example/feed{query}".replace("&amp;", "&")


@pytest.mark.parametrize("close", ["/>", "></outline>", ">"])
def test_folders_become_tags(close: str) -> None:
    nested = (
        f'<outline text="World"><outline title="Asia, SE">{A}</outline>{B}</outline>'
        '<outline text="C" category="/News/Wire,Fast" xmlUrl="https://c.example/"/>'
    ).replace("/>", close)
    found = opml.read(nested)
    assert [feed.tags for feed in found.feeds] == [
        ("world", "asia, se"),
        ("world",),
        ("news", "wire", "fast"),
    ]


def test_faults_are_named_with_their_line() -> None:
    text = file(
        '\n<outline type="rss" text="no address"/>\n<outline type="link" url="https://x.example/"/>'
        '\n<outline text="x" xmlUrl="ftp://x.example/"/>\n<outline xmlUrl="https://u:p@x.example/"/>\n'
        '<outline xmlUrl="javascript:alert(1)"/>\n<outline text="a note"/>'
    )
    found = opml.read(text)
    told = {problem.line: problem.message for problem in found.problems}
    assert sorted(told) == [4, 5, 6, 7, 8, 9]
    assert told[4] == told[9] == "no address (xmlUrl) of a feed"
    assert told[5] == "a link to somewhere else"
    assert "http:// or https://" in told[6]
    assert "a user or password" in told[7]
    assert "u:p" not in told[7]
    assert found.feeds == ()


@pytest.mark.parametrize("text", ["", "   ", "<html></html>", "<opml><body/></opml>", "<"])
def test_what_is_no_list_says_so(text: str) -> None:
    with pytest.raises(ListError):
        read_list(text.encode(), "list.opml")


def test_a_list_has_a_size() -> None:
    with pytest.raises(ListError, match="MiB"):
        read_list(b" " * (imported_feed.LARGEST + 1), "list.opml")


@pytest.mark.parametrize("filler", ["a", "a=", "<outline ", "<outline '", '"', "<!--", " ", "&#"])
def test_a_large_file_takes_no_longer_than_its_length(filler: str) -> None:
    """Quadratic readers would take hours, and fail by the test's time limit."""
    text = f"<outline {filler * (3_000_000 // len(filler))}"
    assert opml.read(text).feeds == ()


def test_what_is_written_is_xml_and_reads_back() -> None:
    feeds = (
        Feed(id="a", url="https://a.example/?x=1&y=<2>", source='A "quoted" & <b>', language="km"),
        Feed(id="b", url="https://b.example/", source="ខ្មែរ", tags=("asia", "human rights, all")),
        Feed(id="c", url="file:///var/wires", source="C"),
        Feed(id="d", url="https://d.example/", source="D", headers=(("Authorization", "s3cret"),)),
    )
    text = opml.write(feeds)
    assert "s3cret" not in text
    root = ElementTree.fromstring(text)
    assert root.get("version") == "2.0"
    assert root.findtext("head/title")
    assert all(outline.get("text") for outline in root.iter("outline"))
    back = {feed.url: feed for feed in opml.read(text).feeds}
    assert set(back) == {feed.url for feed in feeds[:2]} | {feeds[3].url}
    assert back["https://b.example/"].tags == ("asia", "human rights all")
    assert back[feeds[0].url].name == 'A "quoted" &'
    assert back[feeds[0].url].language == "km"
