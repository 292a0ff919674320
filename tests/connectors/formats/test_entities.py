"""Of the entities that a document declares, those that can't grow stay."""

import pytest

from connectors.formats.entities import tame

TAME = b"""<!ENTITY copy "&#169;"><!ENTITY who 'The desk'><!ENTITY who.2 "A">"""


@pytest.mark.parametrize(
    "wild",
    [
        b'<!ENTITY a "&b;&b;">',
        b'<!ENTITY a "' + b"x" * 101 + b'">',
        b'<!ENTITY a SYSTEM "file:///etc/passwd">',
        b'<!ENTITY % p SYSTEM "http://127.0.0.1:9/">%p;',
        b'<!ENTITY a "&#37;p;">',
        b'<!ATTLIST a b CDATA "c">',
    ],
)
def test_only_entities_that_cannot_grow_stay(wild: bytes) -> None:
    whole = b"<?xml version='1.0'?><!DOCTYPE rss [%s]\n><rss>&a;</rss>"
    assert tame(whole % (wild + TAME)) == whole % TAME


@pytest.mark.parametrize(
    "body",
    [
        b"<rss/>",
        b"<!DOCTYPE rss><rss/>",
        b"<!DOCTYPE rss [<rss/>",
        b'<rss><![CDATA[ <!ENTITY a "&b;"> ]]></rss>',
    ],
)
def test_what_declares_none_stays_as_it_is(body: bytes) -> None:
    assert tame(body) == body
