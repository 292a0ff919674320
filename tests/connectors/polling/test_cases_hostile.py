"""Values from outside that are kept and read again: none of them stops its feed."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.parsing.parser_pool import ParserPool
from connectors.polling import wire_marks
from connectors.polling.feed import FeedKind
from connectors.polling.wire_marks import WireMark
from streams.model.feed_health import FeedState
from tests.support.polled import FEED, Answer, polled_files, polled_raw, polled_site

WIRE = replace(FEED, kind=FeedKind.WIRE, url="/list")
ITEM = '{{"type": "text", "uri": "urn:x:{0}", "headline": "Story {0}", "body_text": "Words."{1}}}'


def item(name: str, more: str = "") -> bytes:
    return ITEM.format(name, more).encode()


@pytest.mark.parametrize(
    "tag",
    [
        '"a until b"',
        "a until 5",
        "a until inf",
        "a until nan",
        " until ",
        "[",
        "[1]",
        '["a", 1e999]',
        '["a", 5]',
        "\u00e9",
        "x" * 5_000,
    ],
)
def test_a_servers_name_for_a_file_may_be_anything(parser: ParserPool, tag: str) -> None:
    sites = [
        {"/list": Answer(b"a.json\n"), "/a.json": Answer(item(name), {"ETag": tag})}
        for name in ("a", "b", "b")
    ]
    polls = polled_site(parser, *sites, feed=WIRE)
    assert [health.state for health in polls.health] == [FeedState.OK] * 3
    assert polls.headlines == ["Story a", "Story b"]


@pytest.mark.parametrize(
    "address",
    ["http://[bad/", "http://a:99999/", "http://a:x/", "http:///", "http://\u2100.com/", "x://y"],
)
@pytest.mark.parametrize(
    "document",
    [
        "<urlset><url><loc>{0}</loc></url><url><loc>{1}</loc></url></urlset>",
        '<packageItem><itemRef href="{0}"/><itemRef href="{1}"/></packageItem>',
        '["{0}", "{1}"]',
        "{0}\n{1}\n",
        '<html><a href="{0}">a</a><a href="{1}">b</a></html>',
    ],
)
def test_an_address_that_is_none_leaves_the_others_of_its_list(
    parser: ParserPool, document: str, address: str
) -> None:
    site = {
        "/list": Answer(document.format(address, "/a.json").encode()),
        "/a.json": Answer(item("a")),
    }
    polls = polled_site(parser, site, site, feed=WIRE)
    assert [health.state for health in polls.health] == [FeedState.OK] * 2
    assert polls.headlines == ["Story a"]


@pytest.mark.parametrize("phrase", [b"No\xff\xfe", b"\x1b[2JGone", b"x" * 3_000])
def test_a_servers_words_may_be_of_any_bytes(parser: ParserPool, phrase: bytes) -> None:
    polls = polled_raw(parser, b"HTTP/1.1 404 " + phrase + b"\r\nContent-Length: 0\r\n\r\n")
    assert polls.health[0].state is FeedState.HTTP_ERROR
    assert polls.health[0].detail.isprintable()
    assert len(polls.health[0].detail) < 200


@pytest.mark.parametrize(
    "value", [b"\xff\xfe", b"a\xed\xa0\x80b", b"\xc3\xa9", b"\x01", b"x" * 4_000]
)
@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: text/xml; charset=%s",
        b"Content-Type: %s",
        b'ETag: "%s"',
        b"Last-Modified: %s",
        b"Cache-Control: max-age=%s",
        b"Expires: %s",
        b'Link: <http://hub.example/%s>; rel="hub", <http://self.example/%s>; rel="self"',
        b"X-Robots-Tag: %s",
        b"Content-Encoding: %s",
        b"Content-Language: %s",
    ],
)
def test_a_header_may_be_of_any_bytes(parser: ParserPool, header: bytes, value: bytes) -> None:
    body = b"<rss version='2.0'><channel><item><title>A</title></item></channel></rss>"
    line = header.replace(b"%s", value)
    answer = b"HTTP/1.1 200 OK\r\n%s\r\nContent-Length: %d\r\n\r\n%s" % (line, len(body), body)
    polls = polled_raw(parser, answer, answer)
    assert polls.headlines == ["A"]
    assert [health.state for health in polls.health] == [FeedState.OK] * 2


@pytest.mark.parametrize(
    "name", [b"\xff.json", b"a\n.json", b"[x]:.json", b"\x1b[2J.json", b"?.json"]
)
def test_a_file_may_have_any_name(parser: ParserPool, tmp_path: Path, name: bytes) -> None:
    for body, kept in ((item("a"), name), (b"junk", b"junk" + name)):
        path = os.fsencode(tmp_path) + b"/" + kept
        Path(os.fsdecode(path)).write_bytes(body)
        os.utime(path, (0, 0))
    polls = polled_files(parser, item("b"), item("c"), folder=tmp_path)
    assert [health.state for health in polls.health] == [FeedState.OK] * 2
    assert sorted(polls.headlines) == ["Story a", "Story b", "Story c"]
    assert polls.health[0].detail.isprintable()
    assert "junk" in polls.health[0].detail


def test_marks_of_the_first_release_are_read() -> None:
    assert wire_marks.read("12 34") == WireMark("12 34")
    assert wire_marks.read("12 34 until 1795514400") == WireMark("12 34", 1795514400.0)
    assert wire_marks.read('"a until b"\n') == WireMark('"a until b"\n')
    assert wire_marks.read("") == WireMark("")
