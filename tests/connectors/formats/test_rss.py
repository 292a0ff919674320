"""Feeds as they are: every entry that can be read is read, and what is no feed says so."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats import rss
from connectors.formats.entry import NotAFeedError, RawFeed
from connectors.formats.rss import parse

RSS = '<rss version="2.0"><channel><title>T</title><language>en-US</language>{}</channel></rss>'
ITEM = "<item><guid>{0}</guid><title>Story {0}</title><link>https://x.example/{0}</link></item>"


def read(text: str | bytes, content_type: str = "application/xml") -> RawFeed:
    body = text if isinstance(text, bytes) else text.encode()
    return parse(body, "https://x.example/feed", content_type)


def titles(parsed: RawFeed) -> list[str]:
    return [entry.title for entry in parsed.entries]


def test_an_entry_has_all_that_the_feed_said() -> None:
    (entry,) = read(
        RSS.format(
            "<item><guid isPermaLink='false'>g1</guid><title>A</title>"
            "<link>https://x.example/a</link><description>S</description>"
            "<author>Dara Vann</author><pubDate>Tue, 04 Jun 2024 09:12:00 +0700</pubDate></item>"
        )
    ).entries
    assert (entry.guid, entry.title, entry.link, entry.summary) == (
        "g1",
        "A",
        "https://x.example/a",
        "S",
    )
    assert entry.authors == ("Dara Vann",)
    assert entry.published == datetime(2024, 6, 4, 2, 12, tzinfo=UTC)
    assert entry.published_raw == "Tue, 04 Jun 2024 09:12:00 +0700"


def test_a_feed_says_its_language() -> None:
    assert read(RSS.format(ITEM.format(1))).language == "en-US"


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("<ttl>30</ttl>", 1800),
        ("<ttl> 5 </ttl>", 300),
        ("<ttl>soon</ttl>", None),
        ("<ttl>0</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            21600,
        ),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            3600,
        ),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><ttl>120</ttl>", 7200),
        ("<sy:updatePeriod>now and then</sy:updatePeriod>", None),
        ("", None),
    ],
)
def test_a_feed_says_how_often_to_come(asked: str, seconds: float | None) -> None:
    feed = (
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
        f"{asked}<title>T</title>{ITEM.format(1)}</channel></rss>"
    )
    assert read(feed).interval == seconds


def test_a_feed_says_where_its_hub_is() -> None:
    parsed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>'
        '<link rel="hub" href="https://hub.example/"/><link rel="hub"/>'
        '<link rel="self" href="https://x.example/atom"/><entry><id>1</id></entry></feed>'
    )
    assert parsed.hubs == ("https://hub.example/",)
    assert parsed.address == "https://x.example/atom"
    assert (parsed.format, parsed.title) == ("atom10", "T")


def test_a_link_is_made_whole_and_an_id_stays_as_it_is() -> None:
    """The address of a feed changes at times: its ids must not change with it."""
    (entry,) = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>seven</id><title>A</title>'
        '<link href="/7"/></entry></feed>'
    ).entries
    assert (entry.guid, entry.link) == ("seven", "https://x.example/7")


def test_an_id_stays_the_same_when_the_feed_breaks() -> None:
    item = "<item><guid>https://x.example/?a=1&amp;b=2</guid><title>A</title></item>"
    whole, broken = (read(RSS.format(item + more)) for more in ("", "<item><title>&"))
    assert whole.entries[0].guid == broken.entries[0].guid == "https://x.example/?a=1&b=2"


def test_an_rdf_entry_is_dated_by_dublin_core() -> None:
    (entry,) = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<channel><title>T</title></channel><item><title>A</title>"
        "<dc:date>2024-06-04T02:00:00Z</dc:date></item></rdf:RDF>"
    ).entries
    assert entry.published == datetime(2024, 6, 4, 2, tzinfo=UTC)


def test_cdf_is_read() -> None:
    assert titles(
        read("<CHANNEL><ITEM HREF='https://x.example/1'><TITLE>A</TITLE></ITEM></CHANNEL>")
    )


def test_an_atom_entry_gives_its_longest_content() -> None:
    (entry,) = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>A</title>'
        '<content type="html">short</content><content type="html">the longer one</content>'
        "</entry></feed>"
    ).entries
    assert entry.content == "the longer one"


@pytest.mark.parametrize("reference", ["&#150;", "&#0;", "&#x110000;", "&#xD800;", "&#99999999;"])
def test_a_bad_character_reference_costs_no_entry(reference: str) -> None:
    parsed = read(RSS.format(f"{ITEM.format(1)}<item><title>Odd {reference} one</title></item>"))
    assert len(parsed.entries) == 2
    assert parsed.lost == 0


def test_an_entry_that_nothing_can_be_made_of_costs_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever feedparser gives up on is read without it, and what is left out is counted."""

    def faulty(body: bytes, content_type: str) -> object:
        if b"Story 2" in body:
            raise ValueError("whatever feedparser raises")
        return original(body, content_type)

    original = rss._feedparser
    monkeypatch.setattr(rss, "_feedparser", faulty)
    broken = "".join(ITEM.format(n) for n in range(4)).replace("</item>", "", 1)
    parsed = read(RSS.format(broken))
    assert titles(parsed) == ["Story 0", "Story 1", "Story 3"]
    assert (parsed.lost, parsed.language, parsed.title) == (1, "en-US", "T")
    assert parsed.remarks == ("a broken feed, read entry by entry",)
    with pytest.raises(NotAFeedError, match="a feed too broken to read"):
        read(RSS.format(ITEM.format(2)))


def test_only_so_many_entries_are_read_and_the_rest_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rss, "MOST_ENTRIES", 10)
    parsed = read(RSS.format("".join(ITEM.format(n) for n in range(25))))
    assert titles(parsed) == [f"Story {n}" for n in range(10)]
    assert parsed.remarks[0].startswith("15 entries beyond the first")


def test_an_author_without_end_takes_no_time() -> None:
    name = "a." * 50_000
    for author in (name, f"<![CDATA[{name}]]>", f"{name}@x.example ({name})"):
        item = f"<item><title>A</title><author>{author}</author></item>"
        assert titles(read(RSS.format(item + ITEM.format(1)))) == ["A", "Story 1"]


def test_a_feed_cut_in_the_middle_gives_what_came() -> None:
    whole = RSS.format("".join(ITEM.format(n) for n in range(10)))
    assert len(read(whole[: whole.index("Story 7")]).entries) >= 7


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("windows-1252", "windows-1252"), ("utf-8", "utf-8"), ("iso-8859-1", "iso-8859-1")],
)
def test_encodings_are_read_as_declared(declared: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>' + RSS.format(
        "<item><title>Dépêches</title></item>"
    )
    assert titles(read(text.encode(encoding))) == ["Dépêches"]


KHMER = "<item><title>កម្ពុជា និងសហរដ្ឋអាមេរិក</title></item>"
LIES = [
    (RSS.format(KHMER).encode(), "text/xml; charset=iso-8859-1"),
    (b'<?xml version="1.0" encoding="windows-1252"?>' + RSS.format(KHMER).encode(), ""),
    (RSS.format(KHMER).encode() + b"<!-- \xff\xfe -->", "text/xml; charset=utf-8"),
    (RSS.format(KHMER).encode("utf-16"), "text/xml; charset=utf-8"),
    (RSS.format(KHMER).encode(), "text/xml; charset=no-such-thing"),
]


@pytest.mark.parametrize(("body", "content_type"), LIES)
def test_an_encoding_that_lies_is_seen_through(body: bytes, content_type: str) -> None:
    assert titles(read(body, content_type)) == ["កម្ពុជា និងសហរដ្ឋអាមេរិក"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("koi8-r", "Министерство обороны опровергло сообщения на переговорах. " * 4),
        ("cp874", "กองทัพไทยและกัมพูชาหารือเรื่องชายแดน ที่กรุงพนมเปญเมื่อวันจันทร์ " * 4),
        ("gb18030", "外交部发言人周二在北京表示，双方将继续就此事保持沟通。" * 4),
        ("cp1252", "El gobierno aprobó hoy el acuerdo, según dijo el ministro en la reunión. " * 6),
        ("cp1252", "Die Regierung hat das Übungsgelände für größere Truppen geräumt. " * 6),
        ("cp1252", "Le ministère a annoncé la reprise des manœuvres à Phnom Penh cet été. " * 6),
    ],
)
def test_an_encoding_that_is_not_told_is_guessed(encoding: str, text: str) -> None:
    (entry,) = read(RSS.format(f"<item><title>{text}</title></item>").encode(encoding)).entries
    assert entry.title == text.strip()


def test_no_file_is_opened_and_no_address_fetched(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A body that is a path or a URL is text like any other."""
    there = tmp_path_factory.mktemp("feed") / "feed.xml"
    there.write_text(RSS.format(ITEM.format(1)))
    for body in (str(there), "http://127.0.0.1:9/feed.xml", f"file://{there}"):
        with pytest.raises(NotAFeedError):
            read(body)


def test_entities_are_not_expanded_without_end() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
        + "".join(
            f'<!ENTITY a{n} "{f"&a{n - 1 or chr(0)};".replace(chr(0), "") * 10}">'
            for n in range(1, 10)
        )
        + "]>"
        + RSS.format("<item><title>&a9;</title></item>")
    )
    try:
        parsed = read(bomb)
    except NotAFeedError:
        return
    assert sum(len(entry.title) for entry in parsed.entries) < 10_000


@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_read_or_named(junk: bytes) -> None:
    whole = RSS.format(ITEM.format(1)).encode()
    for body in (junk, whole[:60] + junk + whole[60:]):
        assert outcome(body)


def outcome(body: bytes) -> str:
    """Say what comes of a body; any other error than the one for this is a failure."""
    try:
        return f"{len(read(body, '').entries)} entries"
    except NotAFeedError as error:
        return str(error)


@pytest.mark.parametrize("broken", [b"", b"<nowhere"])
def test_a_counted_link_is_the_same_in_a_broken_feed(broken: bytes) -> None:
    feed = (
        b'<rss version="2.0" xmlns:f="http://rssnamespace.org/feedburner/ext/1.0"><channel>'
        b"<title>C</title><item><title>One</title><link>https://count.example/1</link>"
        b"<f:origLink>https://c.example/a?sid=1&amp;from=rss</f:origLink></item>%s</channel></rss>"
    )
    (entry,) = read(feed % broken).entries
    assert entry.link == "https://c.example/a?sid=1&from=rss"


@pytest.mark.parametrize(
    "document",
    [
        'garbage <rss version="2.0"> and more',
        '<rss version="2.0"><channel><title>cut in the mid',
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>&',
        '<p>Not here.</p><rss version="2.0"></rss>',
        "<?a?>" * 3_000 + '<rss version="2.0">',
    ],
)
def test_what_only_looks_like_a_feed_and_has_no_entry_is_no_empty_feed(document: str) -> None:
    with pytest.raises(NotAFeedError, match="not well-formed"):
        read(document)


@pytest.mark.parametrize(
    "document",
    [
        '<rss version="2.0"><channel><title>Ups & downs</title></channel></rss>',
        '<!DOCTYPE rss [<!ENTITY a "b">]> <!-- a --><rss>&c;</rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom"/>',
    ],
)
def test_a_feed_that_is_whole_may_be_empty(document: str) -> None:
    assert read(document).entries == ()
