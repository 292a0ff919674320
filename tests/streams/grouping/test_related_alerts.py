"""A story that may be of an open alert's event, or not, opens its own and says so."""

import msgspec
import pytest

from streams.grouping.acts import acts_of
from streams.matching.match import Watches
from streams.model.alert import AlertEvent, Kind
from streams.model.story import Story
from streams.tagging import Tagger
from tests.support.samples import NOON, WATCH, sample_story
from wirewatch.history.pipeline import ArrivedStory, Pipeline, tagged

TAGGER = Tagger()
PAIR = msgspec.structs.replace(WATCH, topics=())
SHIP = "US Navy ship docks at Sihanoukville, Cambodian navy band plays"
DOCKED = (
    "Flowers and a brass band met the American warship at the Cambodian pier. Cadets will play"
    " football against her crew before she leaves on Friday, said the embassy."
)
FUNDS = "Pentagon cuts demining funds for Cambodia by half, embassy confirms"
TO_DOCK = "US Navy destroyer to dock in Cambodian port of Sihanoukville"
PLANNED = (
    "A destroyer of the US Navy is expected at Sihanoukville with some 300 sailors, the Cambodian"
    " defence ministry said. It is the first in eight years."
)


def alerts(*stories: Story) -> list[AlertEvent]:
    pipeline = Pipeline(Watches([PAIR]))
    return [
        event
        for story in stories
        for event in pipeline.step(tagged(ArrivedStory(story, NOON), TAGGER), NOON).events
    ]


def test_what_shares_only_the_pair_and_the_usual_words_is_neither_joined_nor_related() -> None:
    first, second = alerts(
        sample_story("1", headline=SHIP, body=""), sample_story("2", headline=FUNDS, body="")
    )
    assert (first.kind, second.kind) == (Kind.OPENED, Kind.OPENED)
    assert second.related == ()


def test_what_is_announced_and_what_is_done_are_two_alerts_that_name_each_other() -> None:
    first, second = alerts(
        sample_story("1", headline=TO_DOCK, body=PLANNED),
        sample_story("2", headline=SHIP, body=DOCKED),
    )
    assert second.kind is Kind.OPENED
    assert second.related == (first.alert,)
    assert second.grouping is not None
    assert second.grouping.evidence


CONTRARIES = (
    (
        "US general visits Cambodia to inspect Ream naval base",
        "A US general visited Cambodia and inspected Ream naval base with Cambodian officers.",
        "US sanctions Cambodian defense minister over naval base",
        "The United States imposed sanctions on Cambodia's defense minister over Ream naval base.",
    ),
    (
        "Pentagon resumes demining aid for Cambodia, embassy confirms",
        "The Pentagon will pay for demining in Cambodia again, the US embassy said.",
        "Pentagon cuts demining aid for Cambodia, embassy confirms",
        "The Pentagon pays less for demining in Cambodia, the US embassy said.",
    ),
)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("gift", "gift_body", "end", "end_body"), CONTRARIES)
def test_what_is_given_and_what_is_taken_are_two_alerts_whatever_words_they_share(
    gift: str, gift_body: str, end: str, end_body: str, *, turned: bool
) -> None:
    stories = [
        sample_story("1", headline=gift, body=gift_body),
        sample_story("2", headline=end, body=end_body),
    ]
    first, second = alerts(*reversed(stories) if turned else stories)
    assert second.kind is Kind.OPENED
    assert second.related == (first.alert,)


def test_a_standing_headline_ties_nothing() -> None:
    brief = "Cambodia morning brief"
    first, second = alerts(
        sample_story("1", headline=brief, body=f"{SHIP}."),
        sample_story("2", headline=brief, body=f"{FUNDS}."),
    )
    assert (first.kind, second.kind) == (Kind.OPENED, Kind.OPENED)


@pytest.mark.parametrize(
    ("headline", "other", "same"),
    [
        ("US lifts arms embargo on Cambodia", "Washington ends its arms ban", True),
        ("US lifts arms embargo on Cambodia", "US slaps arms embargo on Cambodia", False),
        ("US lifts sanctions on general", "US sanctions general", False),
        ("Austin visits Phnom Penh", "Austin to visit Phnom Penh", False),
        ("Austin visits Phnom Penh", "Austin holds talks in Phnom Penh", True),
        ("Austin visits Phnom Penh", "Visite d'Austin à Phnom Penh", True),
        ("Austin visits Phnom Penh", "奧斯汀抵金邊", True),
        ("Austin visits Phnom Penh", "奧斯汀將訪問金邊", False),
        ("Austin to visit Phnom Penh", "奧斯汀將訪問金邊", True),
        ("Destroyer docks at Ream", "Destructor atraca en Ream", True),
        ("Morning brief", "Morning brief", False),
    ],
)
def test_headlines_say_what_is_done(headline: str, other: str, *, same: bool) -> None:
    assert acts_of(headline).same(acts_of(other)) is same
