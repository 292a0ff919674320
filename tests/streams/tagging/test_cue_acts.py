"""Agreements and acts by name, services for networks, and clubs that are called after the army."""

import pytest

from streams.tagging import tag
from tests.support.samples import sample_story

ACTS = [
    "Japan and Korea renew GSOMIA",
    "US and Cambodia sign ACSA in Phnom Penh",
    "India and US sign LEMOA, a logistics accord",
    "US and Cambodia sign General Security of Military Information Agreement",
    "Congress passes NDAA with a clause on Laos",
    "Le Japon et le Royaume-Uni signent un ACSA à Londres",
    "Cambodia removed from ITAR list",
    "US and Laotian cyber commands sign a data pact",
    "Manila and Canberra ratify SOVFA",
    "Tonga and US agree on shiprider patrols",
]
MATCHES = [
    "Kenyan women beat Uganda 3-0 as army side's defense holds firm",
    "Army side win 2-1 in Lusaka to reach the final",
]


@pytest.mark.parametrize("headline", ACTS)
def test_an_agreement_or_act_by_its_short_name_is_defense(headline: str) -> None:
    main = {
        topic.slug
        for topic in tag(sample_story(headline=headline, body="")).topics
        if not topic.background
    }
    assert "defense" in main


@pytest.mark.parametrize("headline", MATCHES)
def test_a_match_of_an_army_side_is_not(headline: str) -> None:
    main = {
        topic.slug
        for topic in tag(sample_story(headline=headline, body="")).topics
        if not topic.background
    }
    assert "defense" not in main


def test_who_acts_with_the_support_of_others_meets_them() -> None:
    body = (
        "In response to attacks by rebels from Chad, the air force of Kenya and Uganda, "
        "with support from Rwanda and Burundi, struck two camps."
    )
    pairs = {p.name: str(p.relation) for p in tag(sample_story(headline="", body=body)).pairs}
    assert pairs["KE-RW"] == pairs["BI-UG"] == "between"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("JP", "Kobe Bryant's old school retires his number"),
        ("JO", "Police named the man as Sudesh Amman, 20, of Harrow"),
    ],
)
def test_a_town_in_a_person_s_name_is_no_town(code: str, text: str) -> None:
    assert code not in {c.code for c in tag(sample_story(headline=text, body="")).countries}


def test_a_college_called_after_its_town_says_little_of_the_country() -> None:
    named = tag(sample_story(headline="A study by King's College London finds water", body=""))
    town = tag(sample_story(headline="A study carried out in London finds water", body=""))
    assert named.countries[0].spans[0].weight < town.countries[0].spans[0].weight / 2
