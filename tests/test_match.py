"""A story matches a watch only by its tags, and a tag that is missing never matches."""

import msgspec
import pytest

from streams.match import fits, match, notice
from streams.story import Status
from streams.tags import Relation, Stance, Tags
from streams.watch import Watch
from tests.samples import NOON, WATCH, sample_story, sample_tagged, sample_tags

TAGS = sample_tags(sample_story())


def change(**fields: object) -> Watch:
    return msgspec.structs.replace(WATCH, **fields)


@pytest.mark.parametrize(
    ("watch", "tags", "fit"),
    [
        (WATCH, TAGS, True),
        (change(topics=("trade", "defense")), TAGS, True),
        (change(min_pair_score=0.8, min_topic_score=0.7), TAGS, True),
        (change(min_pair_score=0.81), TAGS, False),
        (change(min_topic_score=0.71), TAGS, False),
        (change(pair=("CN", "KH")), TAGS, False),
        (change(topics=("trade",)), TAGS, False),
        (change(topics=()), TAGS, False),
        (WATCH, sample_tags(sample_story(), relation=Relation.CO_MENTION), False),
        (change(relations=(Relation.THIRD_PARTY,)), TAGS, False),
        (change(stances=(Stance.ACTUAL,)), TAGS, True),
        (change(stances=(Stance.DENIED, Stance.HISTORICAL)), TAGS, False),
        (WATCH, msgspec.structs.replace(TAGS, pairs=()), False),
        (WATCH, msgspec.structs.replace(TAGS, topics=()), False),
    ],
)
def test_fits(watch: Watch, tags: Tags, fit: bool) -> None:
    assert (fits(tags, watch) is not None) == fit


def test_a_match_says_why() -> None:
    (found,) = match(sample_tagged(), [WATCH], NOON)
    assert found.why.pair is not None
    assert found.why.pair.name == "KH-US"
    assert [topic.slug for topic in found.why.topics] == ["defense"]
    assert (found.why.min_pair_score, found.times.matched) == (0.5, NOON)


def test_backfill_is_silent_unless_asked() -> None:
    old = sample_tagged(sample_story(backfill=True))
    assert match(old, [WATCH], NOON) == []
    assert len(match(old, [WATCH], NOON, backfill=True)) == 1


def test_everything_takes_what_has_no_pair_and_no_topic() -> None:
    all_news = Watch(id="all", title="All news", pair=None, topics=())
    bare = msgspec.structs.replace(sample_tagged(), tags=msgspec.structs.replace(TAGS, pairs=()))
    (found,) = match(bare, [WATCH, all_news], NOON)
    assert (found.watch, found.why.pair) == ("all", None)


@pytest.mark.parametrize("status", [Status.CANCELED, Status.WITHHELD])
def test_what_was_taken_back_matches_nothing_and_is_noticed(status: Status) -> None:
    killed = sample_tagged(msgspec.structs.replace(sample_story(body="x" * 9_000), status=status))
    assert match(killed, [WATCH], NOON) == []
    (told,) = notice(killed, NOON)
    assert (told.story.id, told.story.status) == (killed.story.id, status)
    assert (len(told.story.body), told.times.matched) == (2_000, NOON)


def test_a_correction_matches_and_is_noticed_too() -> None:
    story = msgspec.structs.replace(sample_story(), status=Status.CORRECTED)
    assert len(match(sample_tagged(story), [WATCH], NOON)) == 1
    assert len(notice(sample_tagged(story), NOON)) == 1


def test_usable_stories_and_backfill_are_not_noticed() -> None:
    old = msgspec.structs.replace(sample_story(backfill=True), status=Status.CANCELED)
    assert notice(sample_tagged(old), NOON) == []
    assert notice(sample_tagged(), NOON) == []


def test_each_watch_has_its_own_match() -> None:
    other = change(id="other")
    assert [found.watch for found in match(sample_tagged(), [WATCH, other], NOON)] == [
        WATCH.id,
        "other",
    ]
