"""What a newsroom watches for, and a story that fits it."""

import msgspec

from streams.ledger import Ledger
from streams.story import Story
from streams.tags import PairTag, Relation, Score, Stance, Tags, TopicTag


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of countries and topics to watch. It fails closed: what isn't tagged never matches.

    `pair` is sorted; any one of `topics` is enough; scores are 0..1.
    """

    id: str
    title: str
    pair: tuple[str, str]
    topics: tuple[str, ...]
    relations: tuple[Relation, ...] = (Relation.BETWEEN,)
    stances: tuple[Stance, ...] = tuple(Stance)
    min_pair_score: Score = 0.5
    min_topic_score: Score = 0.5


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """The tags that made a story fit a watch, beside the thresholds they had to reach."""

    pair: PairTag
    topics: tuple[TopicTag, ...]
    min_pair_score: Score
    min_topic_score: Score


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One story that fits one watch, and why."""

    watch: str
    title: str
    story: Story
    tags: Tags
    why: Why
    times: Ledger
