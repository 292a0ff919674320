"""How the countries of a text meet."""

from itertools import combinations

import pytest

from streams.model.tags import PairTag, Relation, Stance
from streams.tagging import tag
from streams.tagging.lexicon import all_words
from tests.support.samples import sample_story


def pairs(headline: str, body: str = "") -> dict[str, PairTag]:
    return {pair.name: pair for pair in tag(sample_story(headline=headline, body=body)).pairs}


@pytest.mark.parametrize(
    ("headline", "body", "relation"),
    [
        ("US and Cambodia resume drills", "", Relation.BETWEEN),
        ("US-Cambodia drills resume", "", Relation.BETWEEN),
        ("Pentagon presses the Cambodian army", "", Relation.BETWEEN),
        (
            "Pentagon chief lands in Phnom Penh",
            "He will see the Cambodian defense minister.",
            Relation.BETWEEN,
        ),
        ("US drills open", "Cambodia held its own parade.", Relation.CO_MENTION),
        ("US admiral speaks at forum in Phnom Penh", "The US admiral flew home.", Relation.SETTING),
    ],
)
def test_cambodia_and_the_united_states(headline: str, body: str, relation: Relation) -> None:
    assert pairs(headline, body)["KH-US"].relation == relation


def test_a_tie_to_a_third_country_is_told_by_the_third() -> None:
    found = pairs(
        "US warns Cambodia over China", "The US said Cambodia must explain. The US will wait."
    )
    assert found["KH-US"].score > found["CN-KH"].score
    assert found["KH-US"].relation == Relation.BETWEEN
    assert found["CN-KH"].relation == Relation.THIRD_PARTY


def test_who_speaks_of_a_tie_between_two_is_no_party_to_it() -> None:
    found = pairs("Trump says he ended the war between Thailand and Cambodia")
    assert found["KH-TH"].relation is Relation.BETWEEN
    assert found["KH-US"].relation is Relation.THIRD_PARTY
    assert pairs("Drills between the US and Cambodia")["KH-US"].relation is Relation.BETWEEN


def test_a_dateline_is_only_a_setting_until_the_text_says_more() -> None:
    dateline = "PHNOM PENH, June 4 (Wire) - "
    found = pairs("Japan opens forum", dateline + "Japan spoke of rivers.")
    assert found["JP-KH"].relation is Relation.SETTING
    more = pairs("Japan opens forum", dateline + "Japan thanked Cambodia for its welcome.")
    assert more["JP-KH"].relation is Relation.BETWEEN


def test_what_two_speak_about_makes_no_third_party() -> None:
    body = "The leaders of Japan and Peru spoke about Kenya. Kenya has voted. Kenyans wait."
    assert pairs("Kenya counts", body)["JP-PE"].relation is Relation.BETWEEN


def test_those_in_a_list_speak_with_each_other() -> None:
    body = "Japan met with Peru, Kenya and Chile. Peru hosts. Peru pays. Lima is glad."
    found = pairs("Ministers meet", body)
    assert {found[name].relation for name in ("JP-PE", "JP-KE", "CL-JP")} == {Relation.BETWEEN}


def test_a_deed_that_comes_after_another_is_between_its_own_two() -> None:
    found = pairs("US lifts arms embargo on Cambodia after peace deal with Thailand")
    assert found["KH-US"].relation is Relation.BETWEEN


def test_two_who_meet_score_higher_than_two_of_many() -> None:
    two = pairs("Cambodia and Japan sign")["JP-KH"]
    many = pairs("Cambodia, Japan, Laos, Peru, Chile and Kenya sign")["JP-KH"]
    assert two.score >= 0.5 > many.score


def test_a_communique_of_many_does_not_tie_all_of_them() -> None:
    names = "Japan, Laos, Peru, Chile, Kenya, Ghana, France, Spain, Italy, Poland and Norway"
    found = pairs("Leaders sign", f"The text was signed by {names}.")
    assert len(found) <= 15 < len(list(combinations(range(11), 2)))
    assert all(pair.score < 0.5 for pair in found.values())


def test_a_pair_shows_the_words_that_made_it() -> None:
    pair = pairs("American troops land in Cambodia")["KH-US"]
    assert {span.surface for span in pair.spans} == {"American", "Cambodia"}
    assert pair.a < pair.b


def test_a_pair_names_the_sentence_that_ties_it() -> None:
    body = "Rain fell on Sunday. On Monday Peru sold Chile two boats. Chile paid."
    story = sample_story(headline="A deal at sea", body=body)
    (found,) = (one for one in tag(story).pairs if one.name == "CL-PE")
    assert found.sentence is not None
    assert found.sentence.field == "body"
    told = body[found.sentence.start : found.sentence.end]
    assert told == "On Monday Peru sold Chile two boats."
    assert all(found.sentence.holds(span) for span in found.spans[:2])


def test_countries_that_nothing_ties_have_no_such_sentence() -> None:
    found = pairs("US drills open", "The US waits. It rains. It pours. Cambodia held a parade.")
    assert all(pair.sentence is None for pair in found.values())


@pytest.mark.parametrize(
    ("headline", "stance"),
    [
        ("US and Cambodia hold joint drills", Stance.ACTUAL),
        ("US and Cambodia agree to hold joint drills next year", Stance.PLANNED),
        ("US may resume drills with Cambodia", Stance.HYPOTHETICAL),
        ("US talks about resuming drills that Cambodia ended years ago", Stance.HYPOTHETICAL),
        ("Cambodia denies that US troops will come", Stance.DENIED),
        ("Cambodia recalls US bombs that fell decades ago", Stance.HISTORICAL),
    ],
)
def test_how_the_text_puts_it_is_told(headline: str, stance: Stance) -> None:
    assert pairs(headline)["KH-US"].stance is stance


@pytest.mark.parametrize(
    ("headline", "relation"),
    [
        ("US defense secretary arrives in Phnom Penh", Relation.BETWEEN),
        ("American warship docks at Sihanoukville", Relation.BETWEEN),
        ("INDOPACOM commander back home, Blinken in Phnom Penh", Relation.BETWEEN),
        ("Americans in Phnom Penh", Relation.SETTING),
        ("Japan and Australia sign pact at Phnom Penh meeting", Relation.SETTING),
    ],
)
def test_a_visit_makes_a_host(headline: str, relation: Relation) -> None:
    found = pairs(headline)
    assert {pair.relation for name, pair in found.items() if "KH" in name} == {relation}


def test_a_list_of_all_the_world_ties_nobody_and_costs_little() -> None:
    line = " ".join(
        sorted({word.text for word in all_words([]) if getattr(word, "kind", "") == "name"})
    )
    found = pairs("", f"{line}\n" * 10)
    assert all(pair.score < 0.5 for pair in found.values())
