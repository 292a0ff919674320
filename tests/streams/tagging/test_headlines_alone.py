"""A headline alone says enough: feeds without a text are as good as others to be alerted by."""

import pytest

from streams.model.tags import Relation, TopicRole
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
    ],
)
def test_what_only_looks_like_it_stays_silent(headline: str) -> None:
    assert not _tells_of_defense_between_the_two(headline)


def _tells_of_defense_between_the_two(headline: str) -> bool:
    tags = tag(sample_story("1", headline=headline, body=""))
    main = {topic.slug for topic in tags.topics if topic.role is TopicRole.MAIN}
    pairs = {pair.name for pair in tags.pairs if pair.relation is Relation.BETWEEN}
    return "defense" in main and "KH-US" in pairs
