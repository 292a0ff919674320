"""Which of the countries that a story names are its main ones."""

import pytest

from streams.tagging import tag
from tests.support.samples import sample_story

FILLER = "The clerk then read out the rest of the report to those who had stayed. " * 16


def main_countries(body: str) -> set[str]:
    return {one.code for one in tag(sample_story(headline="", body=body)).countries if one.main}


@pytest.mark.parametrize(
    "aside",
    [
        "A similar rule holds in Portugal.",
        "One of the guests, a Portuguese banker, left early.",
    ],
)
def test_a_country_named_once_far_down_is_not_a_main_one(aside: str) -> None:
    body = f"Chile opens a port. {FILLER}{aside}"
    assert main_countries(body) == {"CL"}
    assert "PT" in {one.code for one in tag(sample_story(headline="", body=body)).countries}


def test_a_country_far_down_is_a_main_one_where_there_is_no_other_or_much_is_said_of_it() -> None:
    assert main_countries(f"{FILLER}A similar rule holds in Portugal.") == {"PT"}
    assert "PT" in main_countries(f"Chile votes. {FILLER}{'Portugal holds back. ' * 3}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "The Libyan House of Representatives fell out with the United States.",
            {"United States"},
        ),
        (
            "The House of Representatives passed a bill on the debts of the United States.",
            {"House of Representatives", "United States"},
        ),
    ],
)
def test_a_parliament_is_of_the_country_whose_name_it_bears(text: str, words: set[str]) -> None:
    countries = tag(sample_story(headline="", body=text)).countries
    assert {s.surface for one in countries if one.code == "US" for s in one.spans} == words


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ohio elects an Iraq War veteran as mayor", "IQ"),
        ("New plant in Spain saves nine million US gallons of water", "US"),
    ],
)
def test_wars_of_veterans_and_measures_name_no_country_of_the_story(text: str, code: str) -> None:
    assert code not in {one.code for one in tag(sample_story(headline=text, body="")).countries}
