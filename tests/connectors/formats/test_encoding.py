"""Bytes that aren't what they are said to be become UTF-8; honest ones stay as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.encoding import honest, sane, utf8

KHMER = "<a>ខ្មែរ</a>"
FRENCH = "<a>été à Phnom Penh</a>"
DECLARED = '<?xml version="1.0" encoding="{}"?>'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<a>plain</a>", "text/xml; charset=koi8-r"),
        (KHMER.encode(), ""),
        (KHMER.encode(), "text/xml; charset=UTF-8"),
        (KHMER.encode("utf-8-sig"), "text/xml; charset=iso-8859-1"),
        (FRENCH.encode("iso-8859-1"), "text/xml; charset=iso-8859-1"),
        (FRENCH.encode("iso-8859-1"), "text/xml; charset=utf-8"),  # too little to guess by
    ],
)
def test_what_is_honest_stays_as_it_is(body: bytes, content_type: str) -> None:
    assert honest(body, content_type) == (body, content_type)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (KHMER.encode(), "text/xml; charset=iso-8859-1"),
        (KHMER.encode() + b"\xff", "text/xml; charset=utf-8"),
        (KHMER.encode("utf-16"), "text/xml"),
        (KHMER.encode("utf-32"), "text/xml; charset=utf-8"),
    ],
)
def test_what_lies_is_made_utf_8_and_says_so(body: bytes, content_type: str) -> None:
    told, told_type = honest(body, content_type)
    assert KHMER in told.decode()
    assert told_type == "text/xml; charset=utf-8"


def test_two_characters_that_are_utf_8_by_chance_are_what_they_are_said_to_be() -> None:
    told, _ = honest((DECLARED.format("gbk") + "<a>联通</a>").encode("gbk"), "")
    assert told.decode() == DECLARED.format("utf-8") + "<a>联通</a>"


def test_the_declaration_in_the_document_is_put_right_too() -> None:
    body = (DECLARED.format("windows-1252") + KHMER).encode()
    assert honest(body, "") == ((DECLARED.format("utf-8") + KHMER).encode(), "")


@given(
    st.binary(max_size=80),
    st.sampled_from(["", "koi8-r", "utf-8", "utf-16", "hex", "idna", "utf-7", "cp037"]),
)
def test_xml_of_any_bytes_becomes_utf_8(junk: bytes, declared: str) -> None:
    utf8(DECLARED.format(declared).encode() + junk).decode()


@pytest.mark.parametrize(
    ("reference", "kept"),
    [
        ("&#233;", True),
        ("&#xE9;", True),
        ("&#x10FFFF;", True),
        ("&#x110000;", False),
        ("&#xD800;", False),
        ("&#0;", False),
        (f"&#{'9' * 5_000};", False),
    ],
)
def test_references_to_no_character_go(reference: str, *, kept: bool) -> None:
    assert sane(reference.encode()) == (reference.encode() if kept else b"")
