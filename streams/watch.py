"""What a newsroom watches for, and a story that fits it."""

import msgspec

from streams.ledger import Ledger, Time
from streams.story import Story
from streams.tags import PairTag, Relation, Score, Span, Stance, Tags, TopicTag


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of countries and topics to watch. It fails closed: what isn't tagged never matches.

    `pair` is sorted; any one of `topics` is enough; scores are 0..1. A watch whose pair is `None`
    takes everything: any story, whatever its topics.
    """

    id: str
    title: str
    pair: tuple[str, str] | None
    topics: tuple[str, ...]
    relations: tuple[Relation, ...] = (Relation.BETWEEN,)
    stances: tuple[Stance, ...] = tuple(Stance)
    min_pair_score: Score = 0.5
    min_topic_score: Score = 0.5


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """The tags that made a story fit a watch, beside the thresholds they had to reach.

    No pair: the watch takes everything.
    """

    pair: PairTag | None
    topics: tuple[TopicTag, ...]
    min_pair_score: Score
    min_topic_score: Score

    @property
    def spans(self) -> tuple[Span, ...]:
        """The very words that decided."""
        pair = self.pair.spans if self.pair else ()
        return (*pair, *(span for topic in self.topics for span in topic.spans))


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One story that fits one watch, and why."""

    watch: str
    title: str
    story: Story
    tags: Tags
    why: Why
    times: Ledger


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """News of a story that may be in an alert, though it fits no watch any more.

    Sent to all partitions of `matches`: a correction or a kill often comes as a story of its own,
    and nobody knows beforehand which alerts hold the story it is about.
    """

    story: Story
    tags: Tags
    times: Ledger


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """The time, told to all partitions of `matches`: what has been quiet can be closed."""

    at: Time
