"""What a newsroom watches for, and a story that fits it."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from streams.encoder import Embedding
from streams.model.open_enum import OpenEnum
from streams.model.story import Story
from streams.model.tags import (
    FIELDS,
    CountryTag,
    PairTag,
    Relation,
    Score,
    Span,
    Stance,
    Stretch,
    Tags,
    TopicTag,
)
from streams.model.timestamps import Time, Timestamps

WINDOW_HOURS = 72
"""How long an alert stays open without a new report of its event, unless the watch says otherwise:
three days hold a weekend and a follow-up."""


class Severity(OpenEnum):
    """How much an alert matters to who watches, least first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """The higher, the more it matters; one of a later release ranks as normal."""
        return list(Severity).index(self if self.known else Severity.NORMAL)


class Condition(OpenEnum):
    """What makes an alert critical; any one is enough."""

    HEADLINE = "headline"
    """Something that decided stands in the headline."""
    SURE = "sure"
    """The pair and every topic that decided score at least `SURE_SCORE`."""
    ACTUAL = "actual"
    """The story tells what the pair does or did, not plans, talk or history."""
    WORDS = "words"
    """The text holds one of `critical_words`."""


SURE_SCORE = 0.8


class Watch(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What to watch for. It fails closed: what isn't tagged never matches.

    Each list that isn't empty must hold: of a bare name (`topics`) any one item is enough, of
    `..._all` each is needed, of `..._none` none may be there, and `words_near` must all stand in
    one sentence. A watch without pairs, countries, topics or words matches nothing, unless it says
    `everything`. `pairs` are names such as `KH-US`, the codes in order; scores are 0..1; `outlets`
    are names of outlets or ids of feeds. A `shadow` only records: its alerts reach nobody. With
    `spikes` a day with many more stories of a pair than usual is told too.
    """

    id: str
    title: str
    pairs: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    countries_all: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    topics_all: tuple[str, ...] = ()
    topics_none: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    words_none: tuple[str, ...] = ()
    words_near: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    outlets_none: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    languages_none: tuple[str, ...] = ()
    everything: bool = False
    relations: tuple[Relation, ...] = (Relation.BETWEEN,)
    stances: tuple[Stance, ...] = tuple(Stance)
    min_pair_score: Score = 0.5
    min_topic_score: Score = 0.5
    min_country_score: Score = 0.4
    severity: Severity = Severity.NORMAL
    critical_when: tuple[Condition, ...] = ()
    critical_words: tuple[str, ...] = ()
    window_hours: int = WINDOW_HOURS
    shadow: bool = False
    spikes: bool = False

    @property
    def asks(self) -> bool:
        """Whether it says what to watch for; what only leaves stories out doesn't count."""
        named = (self.pairs, self.countries, self.countries_all, self.topics, self.topics_all)
        return self.everything or any((*named, self.words, self.words_near))


class Why(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What made a story fit a watch, beside the thresholds it had to reach.

    What the watch didn't ask for is empty. `critical` names the conditions that held.
    """

    pair: PairTag | None = None
    topics: tuple[TopicTag, ...] = ()
    countries: tuple[CountryTag, ...] = ()
    words: tuple[Span, ...] = ()
    everything: bool = False
    min_pair_score: Score
    min_topic_score: Score
    critical: tuple[Condition, ...] = ()

    def pairs_of(self, tags: Tags) -> tuple[PairTag, ...]:
        """Return the pairs of a story, the one that decided first."""
        first = () if self.pair is None else (self.pair,)
        decided = None if self.pair is None else self.pair.name
        return (*first, *(pair for pair in tags.pairs if pair.name != decided))

    @property
    def sentence(self) -> Stretch | None:
        """The sentence that ties the pair, if it stands in a text that we know."""
        found = None if self.pair is None else self.pair.sentence
        return found if found is not None and found.field in FIELDS else None

    @property
    def who(self) -> tuple[Span, ...]:
        """The words of that sentence that name the countries."""
        tags = (*(() if self.pair is None else (self.pair,)), *self.countries)
        return self._in_sentence(span for tag in tags for span in tag.spans)

    @property
    def what(self) -> tuple[Span, ...]:
        """The words of that sentence that tell the topics, or are the watch's own."""
        spans = (span for topic in self.topics for span in topic.spans)
        return self._in_sentence((*spans, *self.words))

    @property
    def spans(self) -> tuple[Span, ...]:
        """The very words that decided; those of the sentence that ties the pair come first."""
        pair = () if self.pair is None else (self.pair,)
        tags = (*pair, *self.countries, *self.topics)
        every = (*(span for tag in tags for span in tag.spans), *self.words)
        return tuple(dict.fromkeys((*self.who, *self.what, *every)))

    def _in_sentence(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        if (sentence := self.sentence) is None:
            return ()
        inside = {span for span in spans if sentence.holds(span)}
        return tuple(sorted(inside, key=lambda span: (span.start, -span.end)))


class Match(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One story that fits one watch, and why; beside it what the watch wants of its alerts.

    `story` and `tags` are no more than gather reads: the beginning of the text, as far as what
    decided stands in it, and no evidence of tags but the words for countries.
    `embedding` stands for the story's text, if an encoder read it. `languages` are the watch's, the
    one to head an alert by first.
    """

    watch: str
    title: str
    story: Story
    tags: Tags
    why: Why
    times: Timestamps
    severity: Severity = Severity.NORMAL
    window_hours: int = WINDOW_HOURS
    shadow: bool = False
    embedding: Embedding | None = None
    languages: tuple[str, ...] = ()


class Notice(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """News of a story that may be in an alert, though it fits no watch any more.

    Sent to all partitions of `matches`: a correction or a kill often comes as a story of its own,
    and nobody knows beforehand which alerts hold the story it is about.
    """

    story: Story
    tags: Tags
    times: Timestamps


TICK_EVERY = timedelta(minutes=5)
"""How often alerts that have become quiet are looked for."""


class Tick(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """The time, told to all partitions of `matches`: what has been quiet can be closed.

    All stories seen before `at` have been matched, as far as they are in the named `partitions`
    of the log. There are `of` partitions; 0: it is the time of all.
    """

    at: Time
    partitions: tuple[int, ...] = ()
    of: int = 0
