"""A list of wire files names each file once, whatever kind of list it is."""

import pytest

from connectors.formats.entry import NotAFeedError
from connectors.formats.wire_list import addresses

BASE = "https://wire.example/out/list"
A, B = "https://wire.example/out/a.xml", "https://wire.example/out/b.json"
INDEX = """<html><body><h1>Index of /out</h1><a href="?C=N;O=D">Name</a><a href="../">Up</a>
<a href="a.xml">a.xml</a> <a href="/out/b.json#top">b</a> <a href="sub/">sub</a>
<a href="https://other.example/c.xml">c</a><a href="list">self</a><a>none</a></body></html>"""


@pytest.mark.parametrize(
    "body",
    [
        INDEX,
        "<a href='a.xml'>a</a><a href='b.json'>b</a>",
        '["a.xml", "b.json", 7, null, "a.xml"]',
        '{"files": [{"url": "a.xml"}, {"name": "b.json"}, {}]}',
        "# all of today\na.xml\n\n  b.json  \nnot a name\nfile:///etc/passwd\n",
        "https://wire.example/out/a.xml\r\nb.json#x\r\nhttps://[\r\n",
    ],
)
def test_a_list_names_its_files(body: str) -> None:
    assert addresses(body.encode(), BASE) == (A, B)


@pytest.mark.parametrize("body", ["", "{}", "[]", "<html></html>", "\n"])
def test_a_list_may_be_empty(body: str) -> None:
    assert addresses(body.encode(), BASE) == ()


@pytest.mark.parametrize("body", ["<rss/>", "[1, ", "<?xml version='1.0'?><x/>"])
def test_what_is_no_list_is_told(body: str) -> None:
    with pytest.raises(NotAFeedError):
        addresses(body.encode(), BASE)
