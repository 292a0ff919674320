"""A headline alone says enough: feeds without a text are as good as others to be alerted by."""

import pytest

from streams.model.tags import Relation, Stance, TopicRole
from streams.tagging import tag
from tests.support.samples import sample_story


@pytest.mark.parametrize(
    "headline",
    [
        "Washington lifts arms curbs on Phnom Penh",
        "Cambodia welcomes easing of US restrictions on arms",
        "US to sell Cambodia patrol craft",
        "Cambodia denies US request to inspect base",
        "US warns Cambodia over Chinese base",
        "US envoy urges Cambodia to be open about Ream",
        "Cambodia, US sign logistics pact",
        "Washington and Phnom Penh deepen security cooperation",
        "US drone crashes in Cambodia's Mondulkiri",
        "Cambodia hands over remains believed to be of US airmen",
        "Hegseth meets Hun Manet",
        "Tea Seiha calls on US ambassador",
        "Phnom Penh scraps drills with Americans",
        "Cambodian general at US Army War College",
        "US defence attache summoned in Phnom Penh",
        "Cambodia refuses to let US inspect naval base",
        "Cambodia to join US drills",
        "Cambodian fears about US drills grow",
        "Cambodian army gets US trucks",
        "US soldiers teach Cambodian medics",
        "US destroyer due in Sihanoukville next week",
        "US admiral meets Hun Manet",
        "Green Berets school Cambodian anti-terror unit",
        "Estados Unidos venderá radares a Camboya",
        "Mỹ trừng phạt tướng lĩnh Campuchia",
        "สหรัฐคว่ำบาตรนายพลกัมพูชา",
    ],
)
def test_defense_between_the_two_is_known_by_a_headline(headline: str) -> None:
    assert _tells_of_defense_between_the_two(headline)


@pytest.mark.parametrize(
    "headline",
    [
        "Cambodia and US sign pact on customs data",
        "American tourists on drones' hills: Cambodia opens a park",
        "US firm wins customer base in Cambodia",
        "Phnom Penh resort popular with Americans",
        "US reporter summoned as witness in Cambodian land case",
        "US Army veteran opens a bakery in Cambodia",
        "US soldiers learn Cambodian",
        "US truck crash kills five in Cambodia",
    ],
)
def test_what_only_looks_like_it_stays_silent(headline: str) -> None:
    assert not _tells_of_defense_between_the_two(headline)


@pytest.mark.parametrize("menu", ["About US", "Contact US", "Cambodia Daily | Follow US"])
def test_the_pronoun_of_a_sites_menu_is_no_country(menu: str) -> None:
    assert not [
        one for one in tag(sample_story("1", headline=menu, body="")).countries if one.code == "US"
    ]


@pytest.mark.parametrize(
    "headline",
    [
        "Declassified: what Kissinger told the US air force about Cambodia",
        "Looking back at Lon Nol's army and its US advisers in Cambodia",
        "Le jour où les États-Unis ont envahi le Cambodge, en 1970",
    ],
)
def test_what_lies_back_is_told_as_history(headline: str) -> None:
    pairs = tag(sample_story("1", headline=headline, body="")).pairs
    assert {pair.stance for pair in pairs if pair.name == "KH-US"} == {Stance.HISTORICAL}


def test_the_spaced_short_name_of_the_united_states_ends_no_sentence() -> None:
    headline = "EE. UU. enviará instructores militares a Camboya"
    (pair,) = tag(sample_story("1", headline=headline, body="")).pairs
    assert (pair.name, pair.stance) == ("KH-US", Stance.PLANNED)


def _tells_of_defense_between_the_two(headline: str) -> bool:
    tags = tag(sample_story("1", headline=headline, body=""))
    main = {topic.slug for topic in tags.topics if topic.role is TopicRole.MAIN}
    pairs = {pair.name for pair in tags.pairs if pair.relation is Relation.BETWEEN}
    return "defense" in main and "KH-US" in pairs
