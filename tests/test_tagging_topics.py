"""Which topics a text is on."""

import pytest

from streams.tagging import tag
from tests.samples import sample_story


def topics(headline: str, body: str = "") -> set[str]:
    found = tag(sample_story(headline=headline, body=body)).topics
    return {topic.slug for topic in found if topic.score >= 0.5}


@pytest.mark.parametrize(
    ("headline", "slug"),
    [
        ("Navy ships arrive for a joint exercise", "defense"),
        ("Cambodia, US navies to train together off Sihanoukville", "defense"),
        ("Hun Manet hosts US Indo-Pacific commander", "defense"),
        ("Defence minister signs arms deal", "defense"),
        ("The Pentagon lifts an arms embargo", "defense"),
        ("Cambodia leans on Chinese loans for its ports", "china-ties"),
        ("Laos in a debt trap, says report on the Belt and Road", "china-ties"),
        ("China's base in Cambodia worries neighbours", "china-ties"),
        ("Court jails opposition leader for treason", "human-rights"),
        ("Rights groups decry crackdown on journalists", "human-rights"),
    ],
)
def test_is_found(headline: str, slug: str) -> None:
    assert slug in topics(headline)


@pytest.mark.parametrize(
    "headline",
    [
        "Defense attorney rests her case",
        "Defence lawyers for the banker appeal",
        "Salvation Army opens a kitchen",
        "A title defense in straight sets",
        "Bragging rights for the derby winners",
        "Studio buys the film rights",
        "Airline wins landing rights",
        "China opens its longest bridge",
        "Chinese restaurant wins a star",
        "Bakers up in arms over flour",
    ],
)
def test_is_no_topic(headline: str) -> None:
    assert topics(headline) == set()


def test_ties_to_china_need_china_and_another_country_in_the_sentence() -> None:
    assert topics("Loans and ports, ties and influence") == set()
    assert topics("China grows its influence by ports, loans and ties") == set()
    assert topics("China grows its influence in Laos by ports, loans and ties") == {"china-ties"}


def test_the_same_cue_again_adds_less() -> None:
    def score(body: str) -> float:
        return tag(sample_story(headline="Notes", body=body)).topics[0].score

    once, twice, two_cues = (
        score("An army."),
        score("An army. The army."),
        score("An army. A navy."),
    )
    assert once < twice < two_cues


def test_a_cue_shows_the_whole_word() -> None:
    (topic,) = tag(sample_story(headline="Two airbases close", body="")).topics
    assert topic.spans[0].surface == "airbases"
    assert topic.spans[0].entry == "airbase"
