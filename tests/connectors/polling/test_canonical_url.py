"""Addresses that lead to the same page become the same text; others don't."""

import pytest

from connectors.polling.canonical_url import path_of, place_of, same_page

PAGE = "https://courier.example/2026/11/ships?id=7"


@pytest.mark.parametrize(
    "url",
    [
        "http://courier.example/2026/11/ships?id=7",
        "https://www.courier.example/2026/11/ships?id=7",
        "https://COURIER.example:443/2026/11/ships?id=7",
        "https://courier.example/2026/11/ships/?id=7",
        "https://courier.example/2026/11/ships?id=7#comments",
        "https://courier.example/2026/11/ships?utm_source=rss&id=7&fbclid=x&at_medium=RSS",
        "https://user:word@courier.example/2026/11/ships?id=7",
        " https://courier.example/2026/11/ships?id=7 ",
    ],
)
def test_the_same_page(url: str) -> None:
    assert place_of(url) == place_of(PAGE) == "courier.example/2026/11/ships?id=7"


@pytest.mark.parametrize(
    "url",
    [
        "https://courier.example/2026/11/ships?id=8",
        "https://courier.example/2026/11/Ships?id=7",
        "https://courier.example/2026/11/ships?id=7&page=2",
        "https://courier.example:8080/2026/11/ships?id=7",
        "https://courier.example/2026/11/ships?id=7#!/8",
        "https://gulf.example/2026/11/ships?id=7",
    ],
)
def test_another_page(url: str) -> None:
    assert place_of(url) != place_of(PAGE)


def test_the_order_of_parameters_says_nothing() -> None:
    assert place_of("https://c.example/a?x=1&y=2") == place_of("https://c.example/a?y=2&x=1")


@pytest.mark.parametrize("text", ["", "17", "urn:uuid:1", "tag:c.example,2026:1", "http://[", "/a"])
def test_what_is_no_address_has_no_place(text: str) -> None:
    assert place_of(text) == path_of(text) == ""


def test_a_page_that_moved_to_another_host_has_the_same_path() -> None:
    assert path_of(PAGE) == path_of(PAGE.replace("courier", "news")) != ""
    assert same_page(place_of(PAGE), place_of(PAGE.replace("courier", "news")))


def test_a_front_page_says_too_little() -> None:
    assert path_of("https://courier.example/rss") == ""
    assert not same_page("courier.example", "gulf.example")
    assert not same_page("courier.example/en", "gulf.example/en")
