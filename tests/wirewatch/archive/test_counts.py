"""What the archive counts: facets of a search, timelines, pairs, feeds, watches."""

import itertools
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest

from streams.model.alert import Kind
from streams.model.feed_health import FeedHealth, FeedState
from streams.model.story import story_version
from streams.model.tags import PairTag, Relation, TaggedStory, TopicRole, TopicTag
from tests.support.archived import archive, contents
from tests.support.samples import NOON, sample_alert, sample_story, sample_tagged, sample_tags
from wirewatch.archive import queries, story_search
from wirewatch.archive.count_rows import FacetCount
from wirewatch.archive.counting import Counted, Step, hour_of
from wirewatch.archive.overview import sources, watch_counts
from wirewatch.archive.rows import StoryQuery
from wirewatch.archive.story_search import story_facets
from wirewatch.archive.timelines import (
    pair_counts,
    pair_topic_timeline,
    sums,
    timeline,
    topics_of_pair,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(
    name: str, at: datetime = NOON, *, relation: Relation = Relation.BETWEEN, **story: object
) -> TaggedStory:
    one = msgspec.structs.replace(sample_story(name), **{"first_seen": at, **story})
    return msgspec.structs.replace(
        sample_tagged(), story=one, tags=sample_tags(sample_story(name), relation=relation)
    )


def reworded(tagged: TaggedStory, at: datetime, **tags: object) -> TaggedStory:
    """Return a later version of a story, with other words and other tags."""
    headline = f"{tagged.story.headline}, again"
    story = msgspec.structs.replace(
        tagged.story,
        headline=headline,
        version=story_version(headline=headline),
        first_seen=at,
        edited=True,
        backfill=False,
    )
    new = msgspec.structs.replace(tagged.tags, **tags)
    return msgspec.structs.replace(tagged, story=story, tags=new)


def per_hour(data: Path, kind: Counted, name: str, hours: int = 6) -> list[int]:
    with queries.reading(data) as db:
        found = timeline(db, kind, name, NOON, NOON + hours * HOUR, Step.HOUR)
    assert [one.at for one in found] == [NOON + hour * HOUR for hour in range(hours)]
    return [one.stories for one in found]


def test_each_count_of_a_facet_is_what_a_search_for_it_finds(tmp_path: Path) -> None:
    other = sample_tags(sample_story(), relation=Relation.SETTING)
    stories = [
        told("1"),
        told("2", source="Delta Post", language="km"),
        told("3", relation=Relation.CO_MENTION, language="en-GB"),
        reworded(told("4"), NOON + HOUR, topics=(), pairs=(*other.pairs, *other.pairs)),
        reworded(
            told("5"),
            NOON + HOUR,
            topics=(TopicTag(slug="trade", score=0.5, role=TopicRole.BACKGROUND, spans=()),),
        ),
    ]
    archive(tmp_path, stories)
    for words in ("", "joint drills", "again"):
        with queries.reading(tmp_path) as db:
            found = story_facets(db, StoryQuery(words=words))
            hits = len(story_search.stories(db, StoryQuery(words=words)))
            assert (found.hits, found.complete) == (hits, True)
            for kind in ("language", "outlet", "topic", "pair", "country"):
                counts = getattr(found, kind)
                assert counts
                for one in counts:
                    query = StoryQuery(words=words, **{kind: one.value})
                    assert len(story_search.stories(db, query)) == one.stories, (kind, one)
    with queries.reading(tmp_path) as db:
        found = story_facets(db, StoryQuery(words="again"))
    assert FacetCount(value="trade", stories=1) in found.topic, "in the background too"


def test_facets_count_no_more_than_the_newest_and_say_so(tmp_path: Path) -> None:
    archive(
        tmp_path,
        [told(str(n), NOON + n * HOUR, source="Old" if n < 5 else "New") for n in range(8)],
    )
    for words in ("", "drills"):
        with queries.reading(tmp_path) as db:
            found = story_facets(db, StoryQuery(words=words, limit=1), newest=3)
        assert (found.hits, found.complete) == (3, False)
        assert found.outlet == (FacetCount(value="New", stories=3),)


def test_a_watch_with_few_stories_and_one_with_many_are_searched_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts = [sample_alert(sample_story(str(n))) for n in range(4)]
    archive(tmp_path, [*(told(str(n), NOON + n * HOUR) for n in range(9)), *alerts])
    wanted = [sample_story(str(n)).id for n in (3, 2, 1, 0)]
    for few in (100, 2):
        monkeypatch.setattr(story_search, "FEW", few)
        for words in ("", "drills"):
            query = StoryQuery(watch="us-cambodia-defense", words=words)
            with queries.reading(tmp_path) as db:
                assert [row.id for row in story_search.stories(db, query)] == wanted
                assert story_facets(db, query).hits == 4


def test_a_story_counts_once_in_the_hour_it_was_seen_first_by_what_it_says_now(
    tmp_path: Path,
) -> None:
    first = told("1", NOON + HOUR)
    edited = reworded(first, NOON + 3 * HOUR, topics=(), pairs=())
    archive(tmp_path, [first, told("2", NOON + HOUR), told("3", NOON + 2 * HOUR)])
    assert per_hour(tmp_path, Counted.PAIR, "KH-US") == [0, 2, 1, 0, 0, 0]
    archive(tmp_path, [edited, edited, first])
    assert per_hour(tmp_path, Counted.PAIR, "KH-US") == [0, 1, 1, 0, 0, 0]
    assert per_hour(tmp_path, Counted.ALL, "") == [0, 2, 1, 0, 0, 0]
    assert per_hour(tmp_path, Counted.FEED, "courier") == [0, 2, 1, 0, 0, 0]
    assert per_hour(tmp_path, Counted.COUNTRY, "KH") == [0, 2, 1, 0, 0, 0]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_counts_do_not_depend_on_the_order_of_records(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    first = told("1", NOON, published=NOON - 3 * DAY, backfill=True)
    versions = [
        first,
        reworded(first, NOON + HOUR, topics=()),
        reworded(reworded(first, NOON), NOON + 2 * HOUR, pairs=()),
    ]
    archive(tmp_path / "in order", versions)
    archive(tmp_path / "other", [versions[number] for number in order])
    counted = slice(1, 3)
    ours, wanted = (contents(tmp_path / name)[counted] for name in ("other", "in order"))
    assert ours == wanted
    assert wanted[1]


def test_what_a_new_feed_held_already_counts_when_it_was_published(tmp_path: Path) -> None:
    old = told("1", NOON + 5 * HOUR, published=NOON + HOUR, backfill=True)
    undated = told("2", NOON + 5 * HOUR, published=None, backfill=True)
    ahead = told("3", NOON + 5 * HOUR, published=NOON + 9 * DAY, backfill=True)
    late = told("4", NOON + 4 * HOUR, published=NOON + HOUR)
    archive(tmp_path, [old, undated, ahead, late])
    assert per_hour(tmp_path, Counted.PAIR, "KH-US") == [0, 1, 0, 0, 1, 2]


def test_a_topic_in_the_background_and_a_loose_pair_are_no_part_of_the_narrow_counts(
    tmp_path: Path,
) -> None:
    background = TopicTag(slug="defense", score=0.3, role=TopicRole.BACKGROUND, spans=())
    loose = told("2", relation=Relation.CO_MENTION)
    tags = msgspec.structs.replace(loose.tags, topics=(background,))
    archive(tmp_path, [told("1"), msgspec.structs.replace(loose, tags=tags)])
    assert per_hour(tmp_path, Counted.PAIR, "KH-US", 1) == [2]
    assert per_hour(tmp_path, Counted.BETWEEN, "KH-US", 1) == [1]
    assert per_hour(tmp_path, Counted.TOPIC, "defense", 1) == [1]


def test_a_pair_with_a_topic_has_a_timeline_of_its_own(tmp_path: Path) -> None:
    without = told("3", NOON + HOUR)
    archive(
        tmp_path,
        [
            told("1", NOON - 9 * DAY),
            told("2", NOON),
            msgspec.structs.replace(without, tags=msgspec.structs.replace(without.tags, topics=())),
            told("4", NOON + HOUR),
            reworded(told("4", NOON + HOUR), NOON + 3 * DAY),
        ],
    )
    with queries.reading(tmp_path) as db:
        days = pair_topic_timeline(db, "KH-US", "defense", NOON, NOON + 2 * DAY, Step.DAY)
        hours = pair_topic_timeline(db, "KH-US", "defense", NOON, NOON + 2 * HOUR, Step.HOUR)
        none = pair_topic_timeline(db, "KH-TH", "defense", NOON, NOON + HOUR, Step.HOUR)
    midnight = NOON.replace(hour=0)
    assert [(one.at, one.stories) for one in days] == [
        (midnight, 2),
        (midnight + DAY, 0),
        (midnight + 2 * DAY, 0),
    ]
    assert [one.stories for one in hours] == [1, 1]
    assert [one.stories for one in none] == [0]


def test_the_topics_of_a_pair_are_those_of_its_stories_of_a_time(tmp_path: Path) -> None:
    def about(name: str, at: datetime, *slugs: str) -> TaggedStory:
        one = told(name, at)
        topics = tuple(
            TopicTag(slug=slug, score=0.5, role=TopicRole.BACKGROUND, spans=()) for slug in slugs
        )
        return msgspec.structs.replace(one, tags=msgspec.structs.replace(one.tags, topics=topics))

    records = [about("1", NOON, "trade", "courts"), about("2", NOON, "trade")]
    archive(tmp_path, [*records, *(about(f"old {n}", NOON - 2 * DAY, "health") for n in range(3))])
    with queries.reading(tmp_path) as db:
        assert topics_of_pair(db, "KH-US", NOON, NOON + HOUR, 9) == ("trade", "courts")
        assert topics_of_pair(db, "KH-US", NOON - 2 * DAY, NOON + HOUR, 1) == ("health",)
        assert topics_of_pair(db, "KH-TH", NOON, NOON + HOUR, 9) == ()


@pytest.mark.parametrize("hours", [1, 5, 24, 30, 48, 71, 73])
def test_hours_of_several_days_are_summed_as_one_by_one(tmp_path: Path, hours: int) -> None:
    begun = NOON.replace(hour=5)
    archive(tmp_path, [told(str(n), begun + n * HOUR) for n in range(-50, 120)])
    first = hour_of(begun)
    with queries.reading(tmp_path) as db:
        found = sums(db, Counted.PAIR, Step.HOUR, first, first + hours)
    assert found == {"KH-US": hours}


@pytest.mark.parametrize("length", [HOUR, DAY, 7 * DAY])
def test_pairs_are_counted_beside_what_is_usual_for_them(tmp_path: Path, length: timedelta) -> None:
    begun = NOON.replace(hour=0)
    thai = PairTag(a="KH", b="TH", relation=Relation.SETTING, score=0.5, spans=())
    stories = [told(f"now {n}", begun) for n in range(3)]
    stories += [told(f"before {n}", begun - (n % 4 + 1) * length) for n in range(6)]
    stories += [reworded(told(f"thai {n}", begun), begun, pairs=(thai,)) for n in range(4)]
    archive(tmp_path, [*stories, told("long before", begun - 9 * length)])
    with queries.reading(tmp_path) as db:
        found = pair_counts(db, begun, begun + length)
        assert [(one.pair, one.stories, one.usual) for one in found] == [
            ("KH-TH", 4, 0.0),
            ("KH-US", 3, 1.5),
        ]
        between = pair_counts(db, begun, begun + length, Counted.BETWEEN)
        assert [one.pair for one in between] == ["KH-US"]
        first = pair_counts(db, begun - 9 * length, begun - 8 * length)
        assert [(one.stories, one.usual) for one in first] == [(1, None)]


def health(feed: str, source: str) -> FeedHealth:
    return FeedHealth(
        feed=feed,
        source=source,
        state=FeedState.OK,
        detail="",
        polled=NOON,
        last_ok=NOON,
        entries=1,
        stories=1,
    )


def test_feeds_come_with_their_part_in_stories_and_alerts(tmp_path: Path) -> None:
    delta = partial(told, source="Delta Post", feed="delta")
    archive(
        tmp_path,
        [
            *(told(str(n)) for n in range(3)),
            delta("3"),
            delta("old", NOON - 9 * DAY),
            sample_alert(),
            health("courier", "Mekong Courier"),
            health("delta", "Delta Post"),
            health("empty", "Empty"),
        ],
    )
    with queries.reading(tmp_path) as db:
        rows = sources(db, NOON - DAY, NOON + DAY)
    assert [
        (row.health.feed, row.stories, row.story_share, row.alerts, row.alert_share) for row in rows
    ] == [("courier", 3, 0.75, 1, 1.0), ("delta", 1, 0.25, 0, 0.0), ("empty", 0, 0.0, 0, 0.0)]


def test_alerts_are_counted_by_watch_and_by_how_they_stand(tmp_path: Path) -> None:
    opened = [sample_alert(sample_story(str(n))) for n in range(4)]
    shadow = msgspec.structs.replace(opened[3], shadow=True, watch="shadow")
    ended = [
        msgspec.structs.replace(opened[n], event=f"e{n}", kind=kind)
        for n, kind in ((0, Kind.CLOSED), (1, Kind.WITHDRAWN))
    ]
    archive(tmp_path, [*opened[:3], shadow, *ended])
    with queries.reading(tmp_path) as db:
        second, first = watch_counts(db, NOON - DAY)
        assert watch_counts(db, NOON + DAY) == ()
    assert (first.open, first.withdrawn, first.closed, first.shadow) == (1, 1, 1, 0)
    assert (second.watch, second.open, second.shadow) == ("shadow", 0, 1)
    assert first.last == NOON + timedelta(seconds=4)
