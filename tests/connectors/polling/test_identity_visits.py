"""A number of a visit in the links makes no new stories; a number of a story's own does."""

import pytest

from connectors.formats.entry import Entry
from tests.connectors.polling.test_identity import TITLES, Memory, entry


@pytest.mark.parametrize("name", ["sid", "k", "s", "visit"])
@pytest.mark.parametrize("values", [("4f2a91c0", "90be17d3"), ("10482", "77313"), ("a", "b")])
@pytest.mark.parametrize("guid_is_link", [False, True])
def test_a_number_of_a_visit_that_all_links_of_a_document_have_makes_no_new_stories(
    name: str, values: tuple[str, str], *, guid_is_link: bool
) -> None:
    def polled(value: str) -> list[Entry]:
        links = [f"https://courier.example/news?id={at}&{name}={value}" for at in range(3)]
        return [
            entry(
                at, link=link, guid=link if guid_is_link else "", title=TITLES[at][:30], summary=""
            )
            for at, link in enumerate(links)
        ]

    memory = Memory()
    first = memory.identify(polled(values[0]))
    again = memory.identify(polled(values[1]))
    assert again.ids == first.ids


TITLED = ("Weather", "Markets", "Prices")


def in_folders(*folders: str) -> list[Entry]:
    """Entries without guids whose links have these folders before a name of their own."""
    links = [f"https://courier.example{one}/{at}" for at, one in enumerate(folders)]
    return [
        entry(at, link=link, guid="", title=title, summary="")
        for at, (title, link) in enumerate(zip(TITLED, links, strict=True))
    ]


@pytest.mark.parametrize("form", ["/s/{}/story", "/news;jsessionid={}", "/{}"])
def test_a_number_of_a_visit_in_the_path_of_all_links_makes_no_new_stories(form: str) -> None:
    visits = "abc123token45f", "f00d7be3c4aa91"
    memory = Memory()
    first, again = (memory.identify(in_folders(*[form.format(one)] * 3)) for one in visits)
    assert again.ids == first.ids


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["/2026-11-26"] * 3, ["/2026-11-27"] * 3),
        (["/26november2026"] * 3, ["/27november2026"] * 3),
        (
            ["/a1b2c3d4e5f6", "/b1b2c3d4e5f6", "/c1b2c3d4e5f6"],
            ["/a9b2c3d4e5f6", "/b9b2c3d4e5f6", "/c9b2c3d4e5f6"],
        ),
        (["/s/a1b2c3d4e5f6/monday"] * 3, ["/s/b9b2c3d4e5f6/tuesday"] * 3),
    ],
    ids=["day", "day in words", "number of its own", "another page"],
)
def test_stories_of_one_title_stay_apart_by_what_is_no_visit_in_the_path(
    before: list[str], after: list[str]
) -> None:
    memory = Memory()
    first, again = memory.identify(in_folders(*before)), memory.identify(in_folders(*after))
    assert not set(first.ids) & set(again.ids)


@pytest.mark.parametrize("guid_is_link", [False, True])
def test_stories_of_one_title_stay_apart_by_a_number_that_is_another_in_each_link(
    *, guid_is_link: bool
) -> None:
    """`sid` is a story's number on some sites."""

    def polled(*numbers: int) -> list[Entry]:
        titles = ("Weather", "Markets", "Prices")
        links = [f"https://courier.example/news?sid={number}&lang=en" for number in numbers]
        return [
            entry(at, link=link, guid=link if guid_is_link else "", title=title, summary="")
            for at, (title, link) in enumerate(zip(titles, links, strict=True))
        ]

    memory = Memory()
    first = memory.identify(polled(101, 102, 103))
    again = memory.identify(polled(104, 105, 106))
    assert not set(first.ids) & set(again.ids)
