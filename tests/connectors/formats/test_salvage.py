"""A feed is taken apart into entries that are whole again, and read in as few parts as it takes."""

import re

import pytest

from connectors.formats.salvage import apart, read_apart

HEAD = b'<rss version="2.0"><channel><title>T</title>'
TAIL = b"</channel></rss>"


@pytest.mark.parametrize(
    ("entries", "parts"),
    [
        (b"<item>1</item><item>2</item>", [b"<item>1</item>", b"<item>2</item>"]),
        (b"<item a='b'>1</item >\n", [b"<item a='b'>1</item>"]),
        (b"<item>1<item>2</item>", [b"<item>1</item>", b"<item>2</item>"]),
        (b"<item>1</item>2</item>", [b"<item>1</item>", b"<item>2</item>"]),
        (b"<item>1</item>2", [b"<item>1</item>"]),
        (b"<item>1", [b"<item>1</channel></rss></item>"]),
        (b"<ITEM>1</ITEM>", [b"<ITEM>1</ITEM>"]),
        (
            b"<item><![CDATA[</item>]]>1</item><item>2</item>",
            [b"<item><![CDATA[</item>]]>1</item>", b"<item>2</item>"],
        ),
        (b"<item><![CDATA[1</item><item>2</item>", [b"<item><![CDATA[1</item>", b"<item>2</item>"]),
        (b"<item>&#0;1</item>", [b"<item>1</item>"]),
        (b"<items/><item>1</item>", [b"<item>1</item>"]),
    ],
)
def test_each_entry_is_whole(entries: bytes, parts: list[bytes]) -> None:
    found = apart(HEAD + entries + TAIL)
    assert found is not None
    assert list(found.entries) == parts
    assert found.tail == TAIL


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        (b"<feed xmlns='a'>", b"</feed>"),
        (b"<rdf:RDF xmlns='a'><channel>T</channel>", b"</rdf:RDF>"),
        (b"", b""),
    ],
)
def test_what_is_open_before_the_entries_is_closed_behind_them(head: bytes, tail: bytes) -> None:
    found = apart(head + b"<entry>1</entry>")
    assert found is not None
    assert (found.head, found.tail) == (head, tail)


def test_without_an_entry_there_is_nothing_to_take_apart() -> None:
    assert apart(HEAD + TAIL) is None


def test_one_bad_entry_costs_few_readings() -> None:
    entries = b"".join(b"<item>%d</item>" % number for number in range(1_000))
    reads = []

    def read(part: bytes) -> list[bytes]:
        reads.append(part)
        if b">700<" in part:
            raise ValueError("whatever feedparser raises")
        return re.findall(rb"<item>(\d+)", part)

    parts = apart(HEAD + entries + TAIL)
    assert parts is not None
    found, lost = read_apart(parts, read)
    assert found == [b"%d" % number for number in range(1_000) if number != 700]
    assert lost == 1
    assert len(reads) < 30
