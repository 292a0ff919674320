"""What agencies send, and what publishers list: JSON Feed, sitemaps, ninjs, NewsML-G2, NITF."""

from collections.abc import Callable

import pytest

from connectors.formats.entry import RawEntry, RawFeed
from connectors.plain_text import plain
from streams.model.story import Status
from tests.support.wire_documents import NEWS, NINJS_1, NINJS_2, NINJS_3, nitf, one, read

ALTIDS = {"itemid": "a1b2", "etag": "a1b2_0"}


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
    assert parsed == RawFeed(
        entries=(
            RawEntry(
                guid="7",
                link="https://x.example/wire/seven",
                title="Ports &lt; roads",
                summary="Short",
                content="<p>Long</p>",
                authors=("Dara Vann",),
                published_raw="2026-11-24T10:00:00Z",
                updated_raw="2026-11-24T11:00:00Z",
            ),
            RawEntry(guid="8", content="a &lt; b", language="en", authors=("The desk",)),
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
    assert entry == RawEntry(guid="1.5", authors=("Vann",), published_raw="20261124")


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
        RawEntry(
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


@pytest.mark.parametrize("item", [NINJS_1, NINJS_2, NINJS_3], ids=["1.x", "2.x", "3.x"])
@pytest.mark.parametrize(
    "shape", [lambda one: one, lambda one: [one], lambda one: {"items": [one]}]
)
def test_ninjs_of_all_versions_says_the_same(item: object, shape: object) -> None:
    assert callable(shape)
    assert one(shape(item)) == RawEntry(
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


@pytest.mark.parametrize("odd", ["headline______", "Headline", "_headline"])
def test_a_key_of_ninjs_spelt_oddly_does_not_take_the_place_of_the_right_one(odd: str) -> None:
    assert one({"uri": "1", "headline": "A", odd: "B"}).title == "A"
    assert one({"uri": "1", odd: "B", "headline": "A"}).title == "A"


def test_what_is_no_item_in_a_list_of_ninjs_is_counted() -> None:
    parsed = read([{"uri": "1", "headline": "A"}, {"pubstatus": "usable"}, "text"])
    assert (len(parsed.entries), parsed.lost) == (1, 2)


@pytest.mark.parametrize(
    "around",
    [
        lambda item: {"total": 1, "item": [item]},
        lambda item: {"data": {"items": [item]}},
        lambda item: {"data": {"items": [{"meta": {}, "item": item}]}},
        lambda item: {"data": {"meta": {}, "item": item}},
    ],
    ids=["a list under item", "data with items", "each in an object", "one in an object"],
)
def test_ninjs_is_read_out_of_what_services_put_around_it(
    around: Callable[[object], object],
) -> None:
    assert one(around(NINJS_1)) == one(NINJS_1)


def test_an_item_of_ap_keeps_its_id_when_its_address_changes() -> None:
    told = [
        one({"data": {"item": {**NINJS_1, "uri": f"https://ap.example/{n}", "altids": ALTIDS}}})
        for n in range(2)
    ]
    assert {(entry.guid, entry.link) for entry in told} == {("a1b2", "")}


def test_another_id_of_ninjs_does_not_stand_in_for_its_uri() -> None:
    assert one({**NINJS_1, "altids": ALTIDS}).guid == "http://wire.example/1"


@pytest.mark.parametrize(
    "body",
    [
        {"body_nitf": nitf()},
        {"bodies": [{"role": "nitf", "contentType": "text/vnd.IPTC.NITF", "value": nitf()}]},
    ],
    ids=["1.x", "3.x"],
)
def test_a_body_of_ninjs_in_nitf_is_its_text_alone(body: dict[str, object]) -> None:
    entry = one({"uri": "1", "headline": "A", **body})
    assert plain(entry.content) == "One two\nSub\nthree"


def test_a_body_said_to_be_nitf_that_is_none_is_read_as_text() -> None:
    assert one({"uri": "1", "headline": "A", "body_nitf": "a < b"}).content == "a &lt; b"


@pytest.mark.parametrize("signals", [["correction"], "sig:correction", [{"qcode": "sig:corr"}]])
def test_a_signal_of_ninjs_is_an_object_or_a_word(signals: object) -> None:
    told = one({**NINJS_1, "pubstatus": "usable", "signals": signals})
    assert told.status is Status.CORRECTED
