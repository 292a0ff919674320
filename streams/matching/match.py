"""Match: which watches does a tagged story fit, and why.

Fails closed: a story without the pair, the relation or the topic never matches. Only a `Notice`
goes out for it, if it corrects, changes or takes back what may have matched before.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from streams.matching.criteria import StoryView, asked, fits, severity
from streams.matching.handover import beginning, for_gather
from streams.matching.keywords import Terms
from streams.model.story import ON_OTHERS, TAKEN_BACK, Story
from streams.model.tags import Relation, TaggedStory, Tags
from streams.model.watch import Match, Notice, Watch, Why

Place = tuple[str, Relation] | str | None
"""What leads to a watch: a pair in a relation, a country, or nothing of the kind."""


class ReadWhich(StrEnum):
    """Which stories the second reader is asked about."""

    WATCHED = "watched"
    """Those that hold what a watch asks for."""
    ALL = "all"
    OFF = "off"


class Watches:
    """Watches, indexed by what a story must have for any of them to fit. Immutable.

    A story is held against the watches of its pairs, countries and topics, never against all.
    """

    def __init__(self, watches: Iterable[Watch] = ()) -> None:
        """Build the index."""
        self.all = tuple(watches)
        self._terms = Terms(word for watch in self.all for word in _words(watch))
        self._asked = [asked(watch) for watch in self.all]
        self._index: dict[Place, dict[str | None, list[int]]] = {}
        self._by_word: dict[str, list[int]] = {}
        for number, watch in enumerate(self.all):
            if watch.asks:
                self._enter(number, watch)
        # What scores less is nothing to any watch.
        self._least_pair = min((watch.min_pair_score for watch in self.all), default=1.0)
        self._least_topic = min((watch.min_topic_score for watch in self.all), default=1.0)

    def fitting(self, story: Story, tags: Tags) -> list[tuple[Watch, Why]]:
        """Return each watch that the story fits, in their order, and why."""
        seen = self.see(story, tags)
        return [
            (self.all[number], why)
            for number in self.candidates(seen)
            if (why := fits(seen, self.all[number], self._asked[number])) is not None
        ]

    def concerns(self, story: Story, tags: Tags) -> bool:
        """Say whether a closer look at the story's text may matter to a watch.

        It holds a pair or a country that one asks for, or cues of a topic that one asks for alone,
        or it fits one that asks for words alone: that is sure, and its alert wants the embedding.
        """
        return (
            any((pair.name, pair.relation) in self._index for pair in tags.pairs)
            or any(country.code in self._index for country in tags.countries)
            or any(topic.slug in self._index.get(None, ()) for topic in tags.topics)
            or (bool(self._by_word) and bool(self.fitting(story, tags)))
        )

    def see(self, story: Story, tags: Tags) -> StoryView:
        """Look at a story with the words of these watches."""
        return StoryView(story, tags, self._terms)

    def candidates(self, seen: StoryView) -> list[int]:
        """Return the numbers of the watches that the story may fit: of what it has, no others."""
        tags = seen.tags
        places: list[Place] = [
            (pair.name, pair.relation) for pair in tags.pairs if pair.score >= self._least_pair
        ]
        places += [country.code for country in tags.countries]
        topics = [topic.slug for topic in tags.topics if topic.score >= self._least_topic]
        numbers: set[int] = set()
        for place in dict.fromkeys((*places, None)):
            if by_topic := self._index.get(place):
                for topic in (*topics, None):
                    numbers.update(by_topic.get(topic, ()))
        if self._by_word:
            for word in seen.said:
                numbers.update(self._by_word.get(word, ()))
        return sorted(numbers)

    def _enter(self, number: int, watch: Watch) -> None:
        # `None` stands for any: of what is asked as a whole, one item leads to the watch.
        pairs = [(pair, relation) for pair in watch.pairs for relation in watch.relations]
        places = pairs or watch.countries or watch.countries_all[:1] or (None,)
        topics = watch.topics or watch.topics_all[:1] or (None,)
        words = watch.words or watch.words_near[:1]
        if words and (*places, *topics) == (None, None):
            for word in words:
                self._by_word.setdefault(word, []).append(number)
            return
        for place in places:
            for topic in topics:
                self._index.setdefault(place, {}).setdefault(topic, []).append(number)


def to_read(tagged: TaggedStory, which: ReadWhich, watches: Watches, *, backfill: bool) -> bool:
    """Say whether the second reader is to read a story, tagged by cues alone so far."""
    if which is ReadWhich.WATCHED:
        if tagged.story.backfill and not backfill:
            return False
        if tagged.story.status in TAKEN_BACK:
            return False
        return watches.concerns(tagged.story, tagged.tags)
    return which is ReadWhich.ALL


def match(
    tagged: TaggedStory, watches: Watches, now: datetime, *, backfill: bool = False
) -> list[Match]:
    """Return a `Match` for each watch that the story fits.

    What a feed already held when it was first fetched is old news: it matches only if `backfill`
    says so. What its outlet took back matches nothing.
    """
    if tagged.story.backfill and not backfill:
        return []
    if tagged.story.status in TAKEN_BACK:
        return []
    times = msgspec.structs.replace(tagged.times, matched=now)
    return [
        for_gather(
            Match(
                watch=watch.id,
                title=watch.title,
                story=tagged.story,
                tags=tagged.tags,
                why=why,
                times=times,
                severity=severity(why, watch),
                window_hours=watch.window_hours,
                shadow=watch.shadow,
                embedding=tagged.embedding,
                languages=watch.languages,
            )
        )
        for watch, why in watches.fitting(tagged.story, tagged.tags)
    ]


def notice(tagged: TaggedStory, now: datetime) -> list[Notice]:
    """Return a `Notice` of a story that was corrected, held back, killed, or edited without a word.

    Of a wire's later versions too, so that an earlier one that comes late is known as such though
    the later one fits no watch. It has just so much of the text as it takes to find the story
    that it is about.
    """
    story = tagged.story
    is_first = not story.edited and (story.revision or 1) <= 1
    if story.status not in ON_OTHERS and (story.backfill or is_first):
        return []
    if story.backfill:
        if story.status not in TAKEN_BACK:
            return []
        # Old news takes back nothing but itself: it is known by its id alone, as an edit is.
        story = msgspec.structs.replace(story, edited=True)
    return [
        Notice(
            story=beginning(story),
            tags=msgspec.structs.replace(tagged.tags, countries=(), pairs=(), topics=()),
            times=msgspec.structs.replace(tagged.times, matched=now),
        )
    ]


def _words(watch: Watch) -> tuple[str, ...]:
    return (*watch.words, *watch.words_near, *watch.words_none, *watch.critical_words)
