"""The tagger as a whole: the story wirewatch was born from, its look-alikes, and any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.model.story import Story
from streams.model.tags import CountryTag, PairTag, Relation, Span, Tags, TopicRole, TopicTag
from streams.model.watch import Watch
from streams.tagging import shipped, tag
from tests.support.samples import WATCH, sample_story, why

VISIT = sample_story(
    headline="US defense secretary in Phnom Penh for talks on resuming joint exercises",
    body=(
        "PHNOM PENH, June 4 (Mekong Wire) - The American defense secretary and Cambodian leaders "
        "spoke on Tuesday of resuming the drills that were called off years ago.\n"
        "The thaw is strained by Cambodia's closeness to China, which paid for works at a naval "
        "base on the Gulf of Thailand.\n"
        "Rights groups asked the visitor to raise the country's human rights record."
    ),
)
MISSPELT = sample_story(
    headline="U.S. defence secretary tours Combodia as army drills with Pnom Penh are mooted",
    body="Cambodai and the United States may hold a joint exercise again, officials said.",
)


@pytest.mark.parametrize("story", [VISIT, MISSPELT], ids=["as filed", "misspelt"])
def test_the_story_it_was_born_from_fits_the_shipped_watch(story: Story) -> None:
    tags = tag(story)
    first = tags.pairs[0]
    assert (first.name, first.relation) == ("KH-US", Relation.BETWEEN)
    assert why(story, tags, WATCH)


def test_china_stands_beside_and_all_three_topics_are_there() -> None:
    tags = tag(VISIT)
    assert "CN-KH" in [pair.name for pair in tags.pairs[1:3]]
    roles = {topic.slug: topic.role for topic in tags.topics}
    assert roles.keys() == {"defense", "china-ties", "human-rights"} < set(shipped().topics)
    assert roles["defense"] is roles["china-ties"] is TopicRole.MAIN
    assert "TH" not in [country.code for country in tags.countries]


@pytest.mark.parametrize(
    ("headline", "body"),
    [
        (
            "US and Cambodia sign trade deal",
            "American and Cambodian officials cut tariffs on bags.",
        ),
        ("Army beat Crown in Phnom Penh derby", "The Cambodian football club Army won 2-1."),
        ("US and Thailand open Cobra Gold drills", "American troops joined Thai soldiers."),
        ("China and Cambodia hold Golden Dragon drills", "Chinese and Cambodian troops trained."),
        (
            "Cambodian-American wins council seat in Long Beach",
            "Voters chose the army veteran, whose parents fled Cambodia, an American success.",
        ),
        (
            "Japan and Australia agree on navy drills",
            "PHNOM PENH, May 3 (Wire) - The defense ministers met in Phnom Penh.",
        ),
        (
            "US and Indian defense ministers meet in Cambodia",
            "They spoke for an hour in Siem Reap, Cambodia, about joint military exercises.",
        ),
        (
            "Cambodia and China open military drills, adding to US unease",
            "Washington suspects that the naval base in Cambodia is meant for China's warships.",
        ),
        (
            "Thailand tells US and Cambodia that its troops will stay on the border",
            "The Thai army said so.",
        ),
        (
            "Former US Army cook of Cambodian descent opens a bakery near the naval base",
            "The American soldier fled Cambodia as a boy.",
        ),
        ("CAMBODIAN ARMY CHIEF: NOBODY CAN SCARE US", "TROOPS CHEERED THE GENERAL."),
    ],
)
def test_look_alikes_do_not_fit_it(headline: str, body: str) -> None:
    story = sample_story(headline=headline, body=body)
    assert not why(story, tag(story), WATCH)


def test_another_watch_reads_the_same_tags() -> None:
    watch = Watch(
        id="cn-kh", title="China–Cambodia", pairs=("CN-KH",), topics=("china-ties", "defense")
    )
    story = sample_story(
        headline="China and Cambodia open joint naval exercise",
        body="Chinese warships called at the Cambodian port.",
    )
    assert why(story, tag(story), watch)


def test_no_text_gives_no_tags() -> None:
    tags = tag(sample_story(headline="", body=""))
    assert (tags.countries, tags.pairs, tags.topics) == ((), (), ())
    assert tags.tagger == shipped().version


def spans(tags: Tags) -> list[Span]:
    every: list[CountryTag | PairTag | TopicTag] = [*tags.countries, *tags.pairs, *tags.topics]
    return [span for found in every for span in found.spans]


PIECES = st.sampled_from(
    [
        *("Cambodia", "US", "U.S.", "the Pentagon", "China's", "Jordan", "Michael", ", Tex."),
        *(
            "joint exercises",
            "naval base",
            "human rights",
            "PHNOM PENH, June 4 (Wire) -",
            "\n",
            ". ",
        ),
        *("İstanbul", "Türkiye", "ﬁnance", "‘quoted’", "ការ", "北京", "\u200b", "\ud800"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=8)).map(" ".join), st.lists(PIECES).map("".join))
def test_every_span_is_the_text_it_says_it_is(body: str, headline: str) -> None:
    story = sample_story(headline=headline, body=body)
    tags = tag(story)
    for span in spans(tags):
        assert getattr(story, span.field)[span.start : span.end] == span.surface
    scores = [pair.score for pair in tags.pairs] + [topic.score for topic in tags.topics]
    assert all(0 <= score <= 1 for score in scores)
    assert all(0 <= country.salience <= 1 for country in tags.countries)
    assert tag(story) == tags
