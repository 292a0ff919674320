"""What agencies send, and what publishers list: JSON Feed, sitemaps, ninjs, NewsML-G2, NITF."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources.entry import Entry, NotAFeedError, Parsed
from connectors.sources.formats import parse
from streams.story import Status


def read(document: object) -> Parsed:
    body = document if isinstance(document, str) else json.dumps(document)
    return parse(body.encode(), "https://x.example/wire/", "")


def one(document: object) -> Entry:
    (entry,) = read(document).entries
    return entry


def test_a_json_feed_is_read_in_full() -> None:
    parsed = read(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Delta Post",
            "language": "km",
            "feed_url": "https://x.example/feed.json",
            "hubs": [{"type": "WebSub", "url": "https://hub.example/"}, "not a hub"],
            "authors": [{"name": "The desk"}],
            "items": [
                {
                    "id": 7,
                    "url": "seven",
                    "title": "Ports < roads",
                    "content_html": "<p>Long</p>",
                    "content_text": "Long",
                    "summary": "Short",
                    "date_published": "2026-11-24T10:00:00Z",
                    "date_modified": "2026-11-24T11:00:00Z",
                    "authors": [{"name": "Dara Vann"}, {"url": "https://x.example/"}],
                },
                {"id": "8", "content_text": "a < b", "language": "en"},
                "not an item",
            ],
        }
    )
    assert parsed == Parsed(
        entries=(
            Entry(
                guid="7",
                link="https://x.example/wire/seven",
                title="Ports &lt; roads",
                summary="Short",
                content="<p>Long</p>",
                authors=("Dara Vann",),
                published_raw="2026-11-24T10:00:00Z",
                updated_raw="2026-11-24T11:00:00Z",
            ),
            Entry(guid="8", content="a &lt; b", language="en", authors=("The desk",)),
        ),
        language="km",
        lost=1,
        format="JSON Feed",
        title="Delta Post",
        hubs=("https://hub.example/",),
        address="https://x.example/feed.json",
    )


def test_a_field_of_the_wrong_type_counts_as_not_given() -> None:
    item = {
        "id": 1.5,
        "title": ["a"],
        "url": {},
        "summary": True,
        "authors": "Dara",
        "author": {"name": "Vann"},
        "date_published": 20261124,
    }
    entry = one({"version": 1, "title": {}, "language": [], "hubs": 3, "items": [item]})
    assert entry == Entry(guid="1.5", authors=("Vann",), published_raw="20261124")


NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def test_a_news_sitemap_gives_stories_and_names_the_rest() -> None:
    parsed = read(
        f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {NEWS}>
        <url><loc> https://x.example/1 </loc><lastmod>2026-11-24T11:00:00Z</lastmod><news:news>
          <news:publication><news:name>Delta Post</news:name><news:language>en</news:language>
          </news:publication><news:publication_date>2026-11-24</news:publication_date>
          <news:title>Ports &amp; roads</news:title></news:news></url>
        <url><loc>https://x.example/about</loc></url></urlset>"""
    )
    assert parsed.entries == (
        Entry(
            guid="https://x.example/1",
            link="https://x.example/1",
            title="Ports &amp; roads",
            published_raw="2026-11-24",
            updated_raw="2026-11-24T11:00:00Z",
            language="en",
        ),
    )
    assert (parsed.title, parsed.language) == ("Delta Post", "en")
    assert parsed.files == ("https://x.example/about",)


def test_a_sitemap_index_names_its_sitemaps() -> None:
    parsed = read("<sitemapindex><sitemap><loc>https://x.example/s1</loc></sitemap></sitemapindex>")
    assert (parsed.entries, parsed.files) == ((), ("https://x.example/s1",))


NINJS_1 = {
    "uri": "http://wire.example/1",
    "type": "text",
    "versioncreated": "2026-11-24T11:00:00Z",
    "firstcreated": "2026-11-24T10:00:00Z",
    "embargoed": "2026-11-24T12:00:00Z",
    "pubstatus": "withheld",
    "version": 3,
    "language": "en",
    "byline": "By Dara Vann",
    "located": "PHNOM PENH",
    "slugline": "KH-PORTS",
    "headline": "Ports & roads",
    "description_text": "In short",
    "body_text": "plain",
    "body_xhtml": "<p>marked</p>",
}
NINJS_2 = {
    **{key: value for key, value in NINJS_1.items() if "_" not in key and key != "headline"},
    "by": "By Dara Vann",
    "headlines": [{"role": "short", "value": "Ports"}, {"role": "main", "value": "Ports & roads"}],
    "descriptions": [{"role": "summary", "value": "In short"}],
    "bodies": [{"role": "main", "contenttype": "body_xhtml", "value": "<p>marked</p>"}],
}
CAMEL = {"firstcreated": "firstCreated", "versioncreated": "versionCreated"}
CAMEL |= {"pubstatus": "pubStatus"}
NINJS_3 = {
    **{CAMEL.get(key, key): value for key, value in NINJS_2.items()},
    "standard": {"name": "ninjs", "version": "3.1"},
    "bodies": [{"role": "main", "contentType": "application/xhtml+xml", "value": "<p>marked</p>"}],
}


@pytest.mark.parametrize("item", [NINJS_1, NINJS_2, NINJS_3], ids=["1.x", "2.x", "3.x"])
@pytest.mark.parametrize(
    "shape", [lambda one: one, lambda one: [one], lambda one: {"items": [one]}]
)
def test_ninjs_of_all_versions_says_the_same(item: object, shape: object) -> None:
    assert callable(shape)
    assert one(shape(item)) == Entry(
        guid="http://wire.example/1",
        link="http://wire.example/1",
        title="Ports &amp; roads",
        summary="In short",
        content="<p>marked</p>",
        authors=("By Dara Vann",),
        published_raw="2026-11-24T10:00:00Z",
        updated_raw="2026-11-24T11:00:00Z",
        language="en",
        status=Status.WITHHELD,
        version="3",
        embargo_raw="2026-11-24T12:00:00Z",
        dateline="PHNOM PENH",
    )


@pytest.mark.parametrize("junk", [None, 7, "text", [], ["x"], [{"value": []}], {"value": {}}, True])
@pytest.mark.parametrize("key", ["headlines", "bodies", "pubStatus", "by", "version", "people"])
def test_ninjs_with_a_field_of_the_wrong_type_is_read(key: str, junk: object) -> None:
    assert one({"uri": "1", "headline": "A", "bodies": [], key: junk}).title == "A"


def test_what_is_no_item_in_a_list_of_ninjs_is_counted() -> None:
    parsed = read([{"uri": "1", "headline": "A"}, {"pubstatus": "usable"}, "text"])
    assert (len(parsed.entries), parsed.lost) == (1, 2)


NEWSML = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:wire:1" version="3"
  xml:lang="en"><itemMeta><provider literal="Wire"/>
  <versionCreated>2026-11-24T11:00:00Z</versionCreated>
  <firstCreated>2026-11-24T10:00:00Z</firstCreated>
  <embargoed>2026-11-24T12:00:00Z</embargoed>{status}</itemMeta>
  <contentMeta><slugline>KH-PORTS</slugline><headline>Ports &amp; roads</headline>
  <by>Dara Vann</by><dateline>PHNOM PENH</dateline><language tag="en"/>
  <description role="drol:summary">In short</description></contentMeta>
  <contentSet>{content}</contentSet></newsItem>"""
XHTML = """<inlineXML contenttype="application/xhtml+xml">
  <html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head>
  <body><p>One &nbsp; two</p></body></html></inlineXML>"""
NITF = """<nitf {xmlns}><head><title>Page</title><docdata {status}>
  <doc-id id-string="urn:wire:1"/><du-key version="3" key="KH-PORTS"/>
  <date.issue norm="20261124T100000Z"/><date.release norm="20261124T120000Z"/>{docdata}
  </docdata></head><body><body.head><hedline><hl1>Ports &amp; roads</hl1><hl2>More</hl2></hedline>
  <byline>By <person>Dara Vann</person><byttl>The desk</byttl></byline>
  <dateline><location>PHNOM PENH</location></dateline><abstract>In short</abstract></body.head>
  <body.content><block><p>One &nbsp; two</p><hl2>Sub</hl2><p>three</p></block></body.content>
  </body></nitf>"""


def newsml(status: str = '<pubStatus qcode="stat:usable"/>', content: str = XHTML) -> str:
    return NEWSML.format(status=status, content=content)


def nitf(status: str = "", docdata: str = "", xmlns: str = "") -> str:
    return NITF.format(
        status=status and f'management-status="{status}"', docdata=docdata, xmlns=xmlns
    )


def test_newsml_is_read_in_full() -> None:
    entry = one(newsml())
    assert "One \u00a0 two" in entry.content
    assert entry == Entry(
        guid="urn:wire:1",
        title="Ports &amp; roads",
        summary="In short",
        content=entry.content,
        authors=("Dara Vann",),
        published_raw="2026-11-24T10:00:00Z",
        updated_raw="2026-11-24T11:00:00Z",
        language="en",
        status=Status.USABLE,
        version="3",
        embargo_raw="2026-11-24T12:00:00Z",
        dateline="PHNOM PENH",
    )


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ('<pubStatus qcode="stat:canceled"/>', Status.CANCELED),
        ('<pubStatus qcode="stat:withheld"/>', Status.WITHHELD),
        ('<pubStatus qcode="stat:usable"/><signal qcode="sig:correction"/>', Status.CORRECTED),
        ('<pubStatus qcode="stat:withheld"/><signal qcode="sig:correction"/>', Status.WITHHELD),
        ('<pubStatus qcode="odd"/>', None),
        ("", None),
    ],
)
def test_newsml_says_the_status(given: str, status: Status | None) -> None:
    assert one(newsml(given)).status is status


def test_newsml_may_hold_nitf_and_a_message_many_items() -> None:
    inner = f'<inlineXML contenttype="application/nitf+xml">{nitf()}</inlineXML>'
    message = f"<newsMessage><itemSet>{newsml(content=inner)}{newsml()}</itemSet></newsMessage>"
    first, second = read(message).entries
    assert "three" in first.content
    assert "One" in second.content


def test_a_package_names_its_items() -> None:
    package = """<packageItem><groupSet><group><itemRef href="https://x.example/a.xml"/>
      <itemRef residref="b"/></group></groupSet></packageItem>"""
    assert read(package).files == ("https://x.example/a.xml",)


@pytest.mark.parametrize("xmlns", ["", 'xmlns="http://iptc.org/std/NITF/2006-10-18/"'])
def test_nitf_is_read_in_full(xmlns: str) -> None:
    entry = one(nitf(xmlns=xmlns))
    assert "One \u00a0 two" in entry.content
    assert "<h2>Sub</h2>" in entry.content
    assert entry == Entry(
        guid="urn:wire:1",
        title="Ports &amp; roads",
        summary="In short",
        content=entry.content,
        authors=("Dara Vann",),
        published_raw="20261124T100000Z",
        version="3",
        dateline="PHNOM PENH",
    )


@pytest.mark.parametrize(
    ("management", "docdata", "status", "embargo"),
    [
        ("usable", "", Status.USABLE, None),
        ("withheld", "", Status.WITHHELD, None),
        ("canceled", "", Status.CANCELED, None),
        ("embargoed", "", None, "20261124T120000Z"),
        ("usable", '<ed-msg info="Embargoed until noon"/>', Status.USABLE, "20261124T120000Z"),
        ("usable", '<correction info="spelling"/>', Status.CORRECTED, None),
        ("", '<ed-msg msg-type="advisory"/>', Status.WITHHELD, None),
        ("", "", None, None),
    ],
)
def test_nitf_says_the_status(
    management: str, docdata: str, status: Status | None, embargo: str | None
) -> None:
    entry = one(nitf(management, docdata))
    assert (entry.status, entry.embargo_raw) == (status, embargo)


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    whole = nitf().replace("Ports &amp; roads", "Ports & roads")
    entry = one(whole[: whole.index("<abstract>")])
    assert entry.title.startswith("Ports")
    assert entry.dateline == "PHNOM PENH"


@given(st.binary(max_size=60), st.integers(0, 400), st.sampled_from([newsml(), nitf(), NINJS_3]))
def test_bytes_of_any_kind_are_read_or_named(junk: bytes, place: int, whole: object) -> None:
    body = (whole if isinstance(whole, str) else json.dumps(whole)).encode()
    with suppress(NotAFeedError):
        assert parse(body[:place] + junk + body[place:], "https://x.example/", "").format
