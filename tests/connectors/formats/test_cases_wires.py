"""Wire formats as agencies write them: ids, status, references, links, by-lines, pictures."""

import json
import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.parsing.parser_pool import ParserPool
from connectors.polling.feed import FeedKind
from streams.model.alert import Kind
from streams.model.story import Status, Story
from tests.support.folders import DATA
from tests.support.polled import FEED, Answer, polled_files, polled_site, raised
from tests.support.wire_documents import NINJS_1, NINJS_3, newsml, nitf

CASES = DATA / "cases" / "wires"
WIRE = replace(FEED, kind=FeedKind.WIRE, url="/list")


def told(parser: ParserPool, folder: Path, *documents: object) -> list[Story]:
    """Return the stories of documents that come into a folder one after another."""
    return polled_files(parser, *map(written, documents), folder=folder).stories


def written(document: object) -> bytes:
    if isinstance(document, bytes):
        return document
    return (document if isinstance(document, str) else json.dumps(document)).encode()


@pytest.mark.parametrize(
    ("case", "names", "statuses"),
    [
        ("05-superdesk-guid", ("1.json", "2-kill.json"), (Status.USABLE, Status.CANCELED)),
        ("06-g2-status-by-uri", ("1.xml", "2-kill.xml"), (Status.USABLE, Status.CANCELED)),
        ("07-kill-by-reference", ("1.xml", "2-kill.xml"), (Status.USABLE, Status.CANCELED)),
        ("07-kill-by-reference", ("3.xml", "4-correction.xml"), (Status.USABLE, Status.CORRECTED)),
    ],
)
def test_a_later_version_is_of_the_same_story_and_says_how_it_is(
    case: str,
    names: tuple[str, ...],
    statuses: tuple[Status, ...],
    parser: ParserPool,
    tmp_path: Path,
) -> None:
    stories = told(parser, tmp_path, *((CASES / case / name).read_bytes() for name in names))
    assert tuple(story.status for story in stories) == statuses
    assert len({story.id for story in stories}) == 1


@pytest.mark.parametrize(
    ("case", "names", "kinds"),
    [
        ("05-superdesk-guid", ("1.json", "2-kill.json"), [Kind.OPENED, Kind.WITHDRAWN]),
        ("06-g2-status-by-uri", ("1.xml", "2-kill.xml"), [Kind.OPENED, Kind.WITHDRAWN]),
        ("07-kill-by-reference", ("1.xml", "2-kill.xml"), [Kind.OPENED, Kind.WITHDRAWN]),
        ("07-kill-by-reference", ("3.xml", "4-correction.xml"), [Kind.OPENED, Kind.CORRECTED]),
    ],
)
def test_the_alert_of_a_story_hears_of_its_kill_or_correction(
    case: str, names: tuple[str, ...], kinds: list[Kind], parser: ParserPool, tmp_path: Path
) -> None:
    stories = told(parser, tmp_path, *((CASES / case / name).read_bytes() for name in names))
    assert raised(stories) == kinds


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"/>', Status.CANCELED),
        ('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/withheld/"/>', Status.WITHHELD),
        ('<pubStatus qcode="stat:cancelled"/>', Status.CANCELED),
        ('<pubStatus literal="Canceled"/>', Status.CANCELED),
        (
            '<pubStatus qcode="stat:usable"/>'
            '<signal uri="http://cv.iptc.org/newscodes/signal/correction"/>',
            Status.CORRECTED,
        ),
    ],
)
def test_newsml_writes_a_code_in_many_ways(
    status: str, expected: Status, parser: ParserPool, tmp_path: Path
) -> None:
    (story,) = told(parser, tmp_path, newsml(status))
    assert story.status is expected


def notice(own: str, attributes: str = "", docdata: str = "", status: str = "usable") -> str:
    """Return a document in NITF that is about another one."""
    return (
        f'<nitf><head><docdata management-status="{status}" {attributes}>'
        f'<doc-id id-string="{own}"/>{docdata}</docdata></head>'
        f"<body><body.head><hedline><hl1>Of {own}</hl1></hedline></body.head>"
        f"<body.content><p>About {own}.</p></body.content></body></nitf>"
    )


def kill_of(other: str, status: str = "canceled") -> str:
    return f'management-doc-idref="{other}" management-idref-status="{status}"'


def test_a_document_that_takes_the_place_of_another_is_a_story_too(
    parser: ParserPool, tmp_path: Path
) -> None:
    first, killed, instead = told(parser, tmp_path, notice("a"), notice("b", kill_of("a")))
    assert (first.id, first.status) == (killed.id, Status.USABLE)
    assert killed.status is Status.CANCELED
    assert instead.id != first.id
    assert (instead.status, instead.headline) == (Status.USABLE, "Of b")


def test_a_chain_of_corrections_is_of_one_story(parser: ParserPool, tmp_path: Path) -> None:
    chain = [
        notice("a"),
        notice("b", docdata='<correction id-string="a"/>'),
        notice("c", docdata='<correction id-string="b"/>'),
        notice("d", kill_of("c"), status="canceled"),
    ]
    stories = told(parser, tmp_path, *chain)
    assert len({story.id for story in stories}) == 1
    assert [story.status for story in stories] == [
        Status.USABLE,
        Status.CORRECTED,
        Status.CORRECTED,
        Status.CANCELED,
    ]


def test_a_kill_counts_after_a_version_with_a_number_in_one_turn(
    parser: ParserPool, tmp_path: Path
) -> None:
    numbered = notice("a", docdata='<du-key version="7" key="K"/>')
    kill = notice("b", kill_of("a"), status="canceled")
    (tmp_path / "0.nitf").write_text(numbered)
    os.utime(tmp_path / "0.nitf", (0, 0))
    stories = told(parser, tmp_path, kill)
    assert [story.status for story in stories][-1] is Status.CANCELED


@pytest.mark.parametrize("own", ["correction", "management"])
def test_a_document_that_refers_to_itself_is_its_own_story(
    own: str, parser: ParserPool, tmp_path: Path
) -> None:
    correction = '<correction id-string="a"/>' if own == "correction" else ""
    attributes = kill_of("a", "usable") if own == "management" else ""
    (story,) = told(parser, tmp_path, notice("a", attributes, correction))
    assert story.status is (Status.CORRECTED if correction else Status.USABLE)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ('<link rel="irel:seeAlso" href="https://elsewhere.example/a"/>', None),
        (
            '<link rel="irel:associatedWith" href="https://p.example/1" contenttype="image/jpeg"/>',
            None,
        ),
        ('<link href="https://elsewhere.example/a"/>', None),
        ('<link rel="canonical" href="https://agency.example/a"/>', "https://agency.example/a"),
        ('<link rel="canonical" href="https://p.example/1" contenttype="image/jpeg"/>', None),
    ],
)
def test_a_story_of_newsml_links_to_its_own_page_or_none(
    link: str, url: str | None, parser: ParserPool, tmp_path: Path
) -> None:
    (story,) = told(parser, tmp_path, newsml('<pubStatus qcode="stat:usable"/>' + link))
    assert story.url == url


def test_a_picture_beside_the_story_is_not_its_address(parser: ParserPool, tmp_path: Path) -> None:
    body = (CASES / "08-g2-link-is-a-picture" / "1.xml").read_bytes()
    assert told(parser, tmp_path, body)[0].url is None


def test_nitf_keeps_titles_and_dates_out_of_names_and_places(
    parser: ParserPool, tmp_path: Path
) -> None:
    body = (CASES / "13-nitf-byline-dateline-lang" / "1.xml").read_bytes()
    (story,) = told(parser, tmp_path, body)
    assert (story.authors, story.dateline, story.language) == (("ANA ROTH",), "", "fr")


BYLINES = [
    ("By <person>Dara Vann</person> and <person>Ana Roth</person>", ("Dara Vann", "Ana Roth")),
    ("By <person>Dara Vann</person><byttl>Editor</byttl>", ("Dara Vann",)),
    ("By Dara Vann<byttl>Editor</byttl>", ("Dara Vann",)),
    ("Dara Vann,", ("Dara Vann",)),
    ("By <person><x>Dara</x><x>Vann</x></person>", ("Dara Vann",)),
]
DATELINES = [
    ("<location><city>PARIS</city><country>France</country></location>", "PARIS France"),
    ("PARIS, <story.date norm='20261126'>Nov 26</story.date> (X) -", "PARIS, (X) -"),
    ("<story.date>20261126T100000Z</story.date>", ""),
]
HEAD = (
    "<nitf><body><body.head>{}<hedline><hl1>L<em>in</em>e</hl1></hedline></body.head></body></nitf>"
)


@pytest.mark.parametrize(("byline", "authors"), BYLINES)
def test_names_in_nitf_stand_alone(
    byline: str, authors: tuple[str, ...], parser: ParserPool, tmp_path: Path
) -> None:
    (story,) = told(parser, tmp_path, HEAD.format(f"<byline>{byline}</byline>"))
    assert (story.authors, story.headline) == (authors, "Line")


@pytest.mark.parametrize(("given", "dateline"), DATELINES)
def test_datelines_in_nitf_are_places(
    given: str, dateline: str, parser: ParserPool, tmp_path: Path
) -> None:
    (story,) = told(parser, tmp_path, HEAD.format(f"<dateline>{given}</dateline>"))
    assert (story.dateline, story.headline) == (dateline, "Line")


CAPTION = "<media media-type='image'><media-caption>Soldiers in Cambodia</media-caption></media>"
G2_MEDIA = '<itemClass {}="{}"/><pubStatus qcode="stat:usable"/>'
PICTURES = {
    "ninjs": {**{k: v for k, v in NINJS_1.items() if "body" not in k}, "type": "picture"},
    "ninjs 3": {**{k: v for k, v in NINJS_3.items() if k != "bodies"}, "type": "video"},
    "NewsML": newsml(G2_MEDIA.format("qcode", "ninat:picture"), content=""),
    "NewsML by uri": newsml(
        G2_MEDIA.format("uri", "http://cv.iptc.org/newscodes/ninature/audio"), content=""
    ),
    "NITF": f"<nitf><body><body.content>{CAPTION}</body.content></body></nitf>",
}
WITH_TEXT = {
    "ninjs": {**NINJS_1, "type": "picture"},
    "NewsML": newsml(G2_MEDIA.format("qcode", "ninat:video")),
    "NITF": nitf().replace("<block>", f"<block>{CAPTION}"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_without_text_is_no_story_and_no_fault(
    name: str, parser: ParserPool, tmp_path: Path
) -> None:
    polls = polled_files(parser, written(PICTURES[name]), folder=tmp_path)
    assert polls.stories == []
    assert (polls.health[0].state, polls.health[0].detail) == ("ok", "")


@pytest.mark.parametrize("name", WITH_TEXT)
def test_a_picture_with_a_text_is_a_story_without_its_caption(
    name: str, parser: ParserPool, tmp_path: Path
) -> None:
    (story,) = told(parser, tmp_path, WITH_TEXT[name])
    assert story.body
    assert "Cambodia" not in story.body


def test_an_item_with_nothing_to_read_is_a_story_only_to_take_one_back(
    parser: ParserPool, tmp_path: Path
) -> None:
    empty = {"uri": "urn:x:1", "type": "text", "pubstatus": "usable"}
    item = '<newsItem guid="urn:x:2"><itemMeta><pubStatus qcode="stat:{}"/></itemMeta></newsItem>'
    documents = [
        empty,
        item.format("usable"),
        {**empty, "pubstatus": "canceled"},
        item.format("canceled"),
    ]
    stories = told(parser, tmp_path, *documents)
    assert [story.status for story in stories] == [Status.CANCELED] * 2


def test_captions_of_wire_formats_are_no_summaries(parser: ParserPool, tmp_path: Path) -> None:
    aside = [{"role": role, "value": "Soldiers"} for role in ("caption", "writer")]
    ninjs = {**NINJS_3, "descriptions": aside}
    g2 = newsml().replace("drol:summary", "drol:caption")
    assert [story.summary for story in told(parser, tmp_path, ninjs, g2)] == ["", ""]


def test_a_package_names_its_items_by_relative_addresses(parser: ParserPool) -> None:
    package = (CASES / "18-package-relative-href" / "pkg.xml").read_bytes()
    package = package.replace(b"http://127.0.0.1:9705/wire/n1.xml", b"../far/n1.xml")
    item = (CASES / "05-superdesk-guid" / "1.json").read_bytes()
    g2 = (CASES / "06-g2-status-by-uri" / "1.xml").read_bytes()
    site = {
        "/wire/list": Answer(package),
        "/wire/w1.json": Answer(item),
        "/far/n1.xml": Answer(g2),
    }
    polls = polled_site(parser, site, feed=replace(WIRE, url="/wire/list"))
    assert polls.headlines == [
        "US Marines, Cambodian navy to practise landings",
        "US engineers to deepen Cambodian navy harbour",
    ]
    assert polls.health[0].detail == ""
