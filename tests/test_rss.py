"""Feeds as they are: every entry that can be read is read, and what is no feed says so."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources.entry import NotAFeedError, Parsed
from connectors.sources.rss import parse

RSS = '<rss version="2.0"><channel><title>T</title><language>en-US</language>{}</channel></rss>'
ITEM = "<item><guid>{0}</guid><title>Story {0}</title><link>https://x.example/{0}</link></item>"


def read(text: str | bytes, content_type: str = "application/xml") -> Parsed:
    body = text if isinstance(text, bytes) else text.encode()
    return parse(body, "https://x.example/feed", content_type)


def titles(parsed: Parsed) -> list[str]:
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


def test_an_rdf_entry_is_dated_by_dublin_core() -> None:
    (entry,) = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<channel><title>T</title></channel><item><title>A</title>"
        "<dc:date>2024-06-04T02:00:00Z</dc:date></item></rdf:RDF>"
    ).entries
    assert entry.published == datetime(2024, 6, 4, 2, tzinfo=UTC)


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


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "an empty page"),
        ("   \n ", "an empty page"),
        ("<!DOCTYPE html><html><body>Just a moment</body></html>", "a web page, not a feed"),
        ("<html><body>404</body></html>", "a web page, not a feed"),
        ("hello", "no feed of a kind that is known"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: str, reason: str) -> None:
    with pytest.raises(NotAFeedError, match=reason):
        read(body)


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
