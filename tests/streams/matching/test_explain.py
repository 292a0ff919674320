"""An explanation agrees with the match, names the nearest miss first, and its advice helps."""

import tomllib

import msgspec
import pytest
from hypothesis import given

from streams.matching.explain import Check, Explanation, explain, nearest_first
from streams.matching.match import Watches
from streams.model.story import Story
from streams.model.tags import Relation, Stance, Tags, TopicRole, TopicTag
from streams.model.watch import Watch
from tests.streams.matching.test_match import any_tagged, any_watch
from tests.support.samples import WATCH, sample_story, sample_tags, why

STORY = sample_story()
TAGS = sample_tags(STORY)


def told(watch: Watch, story: Story = STORY, tags: Tags = TAGS) -> Explanation:
    return explain(Watches([watch]).see(story, tags), watch)


def change(**fields: object) -> Watch:
    return msgspec.structs.replace(WATCH, **fields)


def test_a_pair_in_another_relation_is_told_with_what_would_take_it() -> None:
    pair = msgspec.structs.replace(TAGS.pairs[0], relation=Relation.CO_MENTION, score=0.417)
    explanation = told(WATCH, tags=msgspec.structs.replace(TAGS, pairs=(pair,)))
    first, second = explanation.checks
    assert not explanation.fits
    assert first == Check(
        part="pairs",
        passed=False,
        found="KH-US co_mention, actual 0.42",
        wanted="KH-US between >= 0.50",
        margin=pair.score - 0.5,
        changes=('relations = ["between", "co_mention"]', "min_pair_score = 0.41"),
        spans=pair.spans,
    )
    assert (second.part, second.passed, second.found) == ("topics", True, "defense 0.70")


@pytest.mark.parametrize(
    ("watch", "found", "changes"),
    [
        (change(pairs=("CN-KH",)), "only KH-US between, actual 0.80", ()),
        (
            change(stances=(Stance.DENIED,)),
            "KH-US between, actual 0.80",
            ('stances = ["denied", "actual"]',),
        ),
        (change(topics=("trade",)), "only defense 0.70", ()),
        (change(min_topic_score=0.9), "defense 0.70", ("min_topic_score = 0.70",)),
        (change(topics_none=("defense",)), "defense 0.70", ('topics_none without "defense"',)),
        (change(topics_all=("defense", "trade")), "defense 0.70, no trade", ()),
        (change(countries=("VN",)), "only KH 0.90, US 0.90", ()),
        (change(words=("navy", "ships")), "none of them", ()),
        (change(words_none=("drill*",)), '"drill*"', ('words_none without "drill*"',)),
        (change(words_near=("drills", "host")), '"drills", "host", not in one sentence', ()),
        (change(words_near=("drills", "navy")), '"drills", no "navy"', ()),
        (
            change(outlets=("Gulf Wire",)),
            "Mekong Courier",
            ('outlets = ["Gulf Wire", "Mekong',),
        ),
        (change(languages=("km",)), "en", ('languages = ["km", "en"]',)),
        (change(languages_none=("en-GB",)), "en", ('languages_none without "en-GB"',)),
    ],
)
def test_each_miss_says_what_was_found(watch: Watch, found: str, changes: tuple[str, ...]) -> None:
    (missed,) = told(watch).missed
    assert missed.found == found
    assert len(missed.changes) == len(changes)
    assert all(map(str.startswith, missed.changes, changes))


def test_a_watch_for_nothing_says_so() -> None:
    assert told(Watch(id="w", title="W")).checks[0].found == "nothing that the watch asks for"
    assert told(Watch(id="w", title="W", everything=True)).fits


def test_the_nearest_comes_first() -> None:
    watches = [
        change(id="other pair", pairs=("CN-VN",)),
        change(id="far", min_topic_score=0.95),
        change(id="near", min_topic_score=0.75),
        change(id="fits"),
    ]
    order = [one.watch for one in nearest_first(map(told, watches))]
    assert order == ["fits", "near", "far", "other pair"]


@given(any_watch(), any_tagged())
def test_it_agrees_with_the_match(watch: Watch, tagged: tuple[Story, Tags]) -> None:
    story, tags = tagged
    assert told(watch, story, tags).fits == (why(story, tags, watch) is not None)


@given(any_watch(), any_tagged())
def test_what_would_help_helps(watch: Watch, tagged: tuple[Story, Tags]) -> None:
    story, tags = tagged
    for check in told(watch, story, tags).missed:
        if check.changes:
            mended = told(changed(watch, check.changes), story, tags)
            assert check.part not in [missed.part for missed in mended.missed]


def changed(watch: Watch, lines: tuple[str, ...]) -> Watch:
    """Do what the advice says."""
    for line in lines:
        key, _, name = line.partition(" without ")
        if name:
            kept = tuple(one for one in getattr(watch, key) if f'"{one}"' != name)
            watch = msgspec.structs.replace(watch, **{key: kept})
        else:
            for named, value in tomllib.loads(line).items():
                kept = tuple(value) if isinstance(value, list) else value
                watch = msgspec.structs.replace(watch, **{named: kept})
    return watch


def test_a_topic_in_the_background_is_called_so() -> None:
    passing = TopicTag(slug="trade", score=0.4, role=TopicRole.BACKGROUND, spans=())
    tags = msgspec.structs.replace(TAGS, topics=(*TAGS.topics, passing))
    (missed,) = told(change(topics=("trade",)), tags=tags).missed
    assert missed.found == "trade 0.40 (background)"
    assert missed.changes == ("min_topic_score = 0.40",)
    assert told(change(topics=("trade",), min_topic_score=0.25), tags=tags).fits
