"""The address of a story is that of its own page, whatever other links its entry has."""

import pytest

from connectors.parsing.parser_pool import ParserPool
from tests.support.folders import DATA
from tests.support.polled import polled

CASES = DATA / "cases" / "13-links"
PAGE = "http://x.example/1"
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{}"><title>T</title><id>f</id>'
    "<entry><id>1</id><title>A</title>{}</entry></feed>"
)
RSS = (
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title>'
    "<item><guid isPermaLink='false'>1</guid><title>A</title>{}</item></channel></rss>"
)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("hreflang.xml", "http://x.example/p/1"),
        ("enclosure-text.xml", "http://x.example/p/1"),
        ("rss-amp.xml", PAGE),
        ("origlink.xml", PAGE),
    ],
)
def test_links_of_case_13(parser: ParserPool, name: str, address: str) -> None:
    (story,) = polled(parser, (CASES / name).read_bytes()).stories
    assert story.url == address


@pytest.mark.parametrize(
    "links",
    [
        '<link href="{0}"/><link rel="alternate" hreflang="fr" href="http://x.example/fr/1"/>',
        '<link rel="alternate" hreflang="fr" href="http://x.example/fr/1"/><link href="{0}"/>',
        '<link hreflang="fr" href="http://x.example/fr/1"/><link hreflang="km-KH" href="{0}"/>',
        '<link rel="alternate" type="application/json" href="http://x.example/1.json"/>'
        '<link rel="alternate" type="text/html" href="{0}"/>',
        '<link href="{0}"/><link rel="replies" type="text/html">http://x.example/talk</link>',
        '<link href="{0}"/><link rel="related" href="http://elsewhere.example/"/>',
        '<link href="{0}"/><link href="http://x.example/amp/1"/>',
    ],
)
def test_the_first_alternate_in_the_entrys_language_is_its_page(
    parser: ParserPool, links: str
) -> None:
    (story,) = polled(parser, ATOM.format("km", links.format(PAGE)).encode()).stories
    assert story.url == PAGE


@pytest.mark.parametrize(
    "links",
    [
        '<link>{0}</link><atom:link href="http://x.example/amp/1"/>',
        '<atom:link href="http://x.example/amp/1"/><link>{0}</link>',
        '<link>{0}</link><atom:link rel="enclosure">http://x.example/1.jpg</atom:link>',
        '<link>{0}</link><enclosure url="http://x.example/1.mp3">http://x.example/2</enclosure>',
        "<link>{0}</link><image><link>http://x.example/picture</link></image>",
        "<atom:link href='{0}'/>",
    ],
)
def test_the_link_of_rss_goes_before_those_of_atom(parser: ParserPool, links: str) -> None:
    (story,) = polled(parser, RSS.format(links.format(PAGE)).encode()).stories
    assert story.url == PAGE


def test_a_guid_that_is_an_address_stands_for_a_link(parser: ParserPool) -> None:
    body = RSS.replace("isPermaLink='false'>1<", f">{PAGE}<").format("")
    (story,) = polled(parser, body.encode()).stories
    assert story.url == PAGE


def visited(number: int, entries: int, parameter: str) -> bytes:
    """Return a feed whose links carry the number of a visit."""
    items = "".join(
        f"<item><title>Tide at pier {at}</title>"
        f"<link>http://x.example/p{at}{parameter.format(number)}</link></item>"
        for at in range(entries)
    )
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


@pytest.mark.parametrize("entries", [1, 3, 8])
@pytest.mark.parametrize(
    "parameter",
    [
        "?PHPSESSID=9{}",
        ";jsessionid={}.node1",
        "?a=1&amp;ASPSESSIONIDAB=KLMN{}",
        "/(S(lit3py55t21z5v55vlm25s5{}))/a",
        "?PHPSESSID=0a1b2c3d4e5f60718293a4b5c6d7e8f{}",
        ";jsessionid=0A1B2C3D4E5F60718293A4B5C6D7E8F{}",
        "?sid=0a1b2c3d4e5f60718293a4b5c6d7e8f{}",
        "?visit=0a1b2c3d4e5f60718293a4b5c6d7e8f{}",
    ],
)
def test_links_with_the_number_of_a_visit_make_no_story_new(
    parser: ParserPool, parameter: str, entries: int
) -> None:
    polls = polled(parser, *(visited(number, entries, parameter) for number in range(3)))
    assert len(polls.stories) == entries
    assert [health.stories for health in polls.health] == [entries, 0, 0]
    assert not any(health.gap or health.detail for health in polls.health)


@pytest.mark.parametrize("entries", [2, 5])
@pytest.mark.parametrize("parameter", ["?sid=4f2a91c{}", "?k=1048{}", "?a=1&amp;s={}"])
def test_a_short_number_that_all_links_of_a_document_have_makes_no_story_new(
    parser: ParserPool, parameter: str, entries: int
) -> None:
    polls = polled(parser, *(visited(number, entries, parameter) for number in range(3)))
    assert len(polls.stories) == entries
    assert [health.stories for health in polls.health] == [entries, 0, 0]


@pytest.mark.parametrize("name", ["sid", "session", "id"])
def test_a_short_number_is_a_storys_even_under_the_same_title(
    parser: ParserPool, name: str
) -> None:
    item = "<item><title>News of the day</title><link>http://x.example/a?{}={}</link></item>"
    body = '<rss version="2.0"><channel><title>T</title>{}</channel></rss>'
    first, second = (body.format(item.format(name, number)).encode() for number in (1, 2))
    assert len({story.id for story in polled(parser, first, second).stories}) == 2
