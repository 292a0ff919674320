"""Match: which watches does a tagged story fit, and why.

Fails closed: a story without the pair, the relation or the topic never matches. Only a `Notice`
goes out for it, if it corrects or takes back what may have matched before.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from streams.story import Status
from streams.tags import PairTag, TaggedStory, Tags, TopicTag
from streams.watch import Match, Notice, Watch, Why

NOTICE_CHARACTERS = 2_000
TAKEN_BACK = frozenset({Status.WITHHELD, Status.CANCELED})


def match(
    tagged: TaggedStory, watches: Iterable[Watch], now: datetime, *, backfill: bool = False
) -> list[Match]:
    """Give a `Match` for each watch that the story fits.

    What a feed already held when it was first fetched is old news: it matches only if `backfill`
    says so. What its outlet took back matches nothing.
    """
    if tagged.story.backfill and not backfill:
        return []
    if tagged.story.status in TAKEN_BACK:
        return []
    times = msgspec.structs.replace(tagged.times, matched=now)
    return [
        Match(
            watch=watch.id,
            title=watch.title,
            story=tagged.story,
            tags=tagged.tags,
            why=why,
            times=times,
        )
        for watch in watches
        if (why := fits(tagged.tags, watch)) is not None
    ]


def notice(tagged: TaggedStory, now: datetime) -> list[Notice]:
    """Give a `Notice` of a story that was corrected, held back or killed.

    It has just so much of the text as it takes to find the story that it is about.
    """
    story = tagged.story
    if story.status is Status.USABLE or story.backfill:
        return []
    return [
        Notice(
            story=msgspec.structs.replace(
                story,
                body=story.body[:NOTICE_CHARACTERS],
                summary=story.summary[:NOTICE_CHARACTERS],
            ),
            tags=msgspec.structs.replace(tagged.tags, countries=(), pairs=(), topics=()),
            times=msgspec.structs.replace(tagged.times, matched=now),
        )
    ]


def fits(tags: Tags, watch: Watch) -> Why | None:
    """Say why the tags fit the watch, or `None` if they don't."""
    if watch.pair is None:
        return Why(
            pair=None,
            topics=tags.topics,
            min_pair_score=watch.min_pair_score,
            min_topic_score=watch.min_topic_score,
        )
    pair = _pair(tags, watch)
    topics = _topics(tags, watch)
    if pair is None or not topics:
        return None
    return Why(
        pair=pair,
        topics=topics,
        min_pair_score=watch.min_pair_score,
        min_topic_score=watch.min_topic_score,
    )


def _pair(tags: Tags, watch: Watch) -> PairTag | None:
    for pair in tags.pairs:
        if (
            (pair.a, pair.b) == watch.pair
            and pair.relation in watch.relations
            and pair.stance in watch.stances
            and pair.score >= watch.min_pair_score
        ):
            return pair
    return None


def _topics(tags: Tags, watch: Watch) -> tuple[TopicTag, ...]:
    return tuple(
        topic
        for topic in tags.topics
        if topic.slug in watch.topics and topic.score >= watch.min_topic_score
    )
