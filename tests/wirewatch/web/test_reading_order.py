"""Names that are read from right to left: each turns itself round, and nothing beside it."""

from collections.abc import Iterator

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from streams.model.alert import AlertEvent, Kind
from tests.support.web_site import STORIES, Served, fill, gathered, served, told
from wirewatch.web.wording import listed, names

OUTLETS = ("صحيفة النيل", "הארץ", "بريد الخليج")
ARABIC = STORIES[-1]
ALONE = frozenset({"bdi", "option", "title"})
"""Elements in which a text stands by itself, with or without `dir`."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, list[AlertEvent]]]:
    folder = tmp_path_factory.mktemp("order")
    copies = [
        told(one, ARABIC.headline, ARABIC.body, 300 + at, "ar") for at, one in enumerate(OUTLETS)
    ]
    events = fill(folder / "data", gathered((*STORIES, *copies)))
    with served(folder) as page:
        yield page, events


def by_themselves(node: LexborNode, name: str) -> bool:
    """Say whether a name's own element, or one around it alone, keeps the reading order apart."""
    one: LexborNode | None = node.parent
    while one is not None and one.text(strip=True) == name:
        if one.tag in ALONE or "dir" in one.attributes:
            return True
        one = one.parent
    return False


def together(html: str) -> list[str]:
    """Return the texts with one of the names in it that stand in one element with others."""
    body = LexborHTMLParser(html).body
    assert body is not None
    found = []
    for node in body.traverse(include_text=True):
        text = (node.text_content or "").strip() if node.tag == "-text" else ""
        count = sum(one in text for one in OUTLETS)
        if count > 1 or (count and not by_themselves(node, text)):
            found.append(text)
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/alerts",
        "/stories",
        "/pairs/KH-US",
        "/sources",
        "/watches/cambodia",
        "/alerts/{alert}",
        "/stories/{story}",
    ],
)
def test_each_name_of_an_outlet_stands_by_itself(
    site: tuple[Served, list[AlertEvent]], path: str
) -> None:
    page, events = site
    (last,) = [one for one in events if one.kind is Kind.OPENED and one.story.language == "ar"][:1]
    answer = page.get(path.format(alert=last.alert, story=last.story.id))
    assert answer.status == 200
    assert any(one in answer.text for one in OUTLETS) == (path != "/sources")
    assert together(answer.text) == []


@pytest.mark.parametrize(
    ("outlets", "said"),
    [
        ((), ""),
        (("أ",), "<bdi>أ</bdi>"),
        (("أ", "B"), "<bdi>أ</bdi> and <bdi>B</bdi>"),
        (("أ", "B", "<c>"), "<bdi>أ</bdi>, <bdi>B</bdi> and <bdi>&lt;c&gt;</bdi>"),
        (("أ", "B", "C", "D"), "<bdi>أ</bdi>, <bdi>B</bdi>, <bdi>C</bdi> and 1 other"),
    ],
)
def test_names_in_a_row_keep_their_order_and_are_escaped(
    outlets: tuple[str, ...], said: str
) -> None:
    assert listed(outlets) == said


def test_what_stands_between_names_is_escaped_too() -> None:
    assert names(("a", "b"), " & ") == "<bdi>a</bdi> &amp; <bdi>b</bdi>"
