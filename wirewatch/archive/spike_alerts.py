"""Which watches are told of a day's spike, and what they are told. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from heapq import nlargest

from connectors.delivery.frame.spikes import spike_line
from connectors.polling.title_likeness import likeness
from streams.matching.handover import for_gather
from streams.model.alert import AlertEvent, Kind, event_id
from streams.model.spike import DaySpike, TellingStory
from streams.model.story import TAKEN_BACK, Story, digest
from streams.model.tags import PairTag, Relation, TaggedStory, TopicTag
from streams.model.timestamps import Timestamps
from streams.model.watch import Match, Severity, Watch, Why
from wirewatch.archive.spikes import spike_over, usual_range

MOST_TELLING = 3
"""Stories that are named."""
MOST_COMPARED = 100
"""Stories that are looked through for these, the surest: each is held against each."""
ONE_MATTER = 0.35
"""Headlines that are as alike as that tell of the same."""


@dataclass(frozen=True, kw_only=True)
class PairDay:
    """The stories of a pair on a day so far, or only those with a topic; and the days before.

    `past` are the stories of each of these days, yesterday's last. `stories` are read only once.
    """

    pair: str
    topic: str
    day: date
    past: tuple[int, ...]
    stories: Iterable[TaggedStory]


@dataclass(frozen=True, kw_only=True)
class FoundSpike:
    """A day's spike, the story that tells most of it, and who had stories."""

    spike: DaySpike
    shown: TaggedStory
    outlets: tuple[str, ...]


def asked_of(watches: Iterable[Watch]) -> Iterator[tuple[Watch, str, str]]:
    """Return each watch that asks for spikes with each pair and topic of it; `""` is any topic."""
    for watch in watches:
        topics = (watch.topics or watch.topics_all or ("",)) if watch.spikes else ()
        for pair in watch.pairs:
            for topic in topics:
                yield watch, pair, topic


def spike_alert(watch: str, pair: str, day: date) -> str:
    """Return the id of the alert of a spike: there is one for a watch, a pair and a day."""
    return digest(("spike", watch, pair, day.isoformat()))


def spike_event_id(watch: str, pair: str, day: date) -> str:
    """Return the id of the one event that such an alert has."""
    alert = spike_alert(watch, pair, day)
    return event_id(alert=alert, kind=Kind.SPIKE, version=day.isoformat())


def found_spike(one: PairDay, now: datetime) -> FoundSpike | None:
    """Return the spike that a day is, if it is one; judged by what is news.

    What a feed held already when it was first polled, what was taken back and what is under embargo
    isn't.
    """
    count, outlets, surest = 0, dict[str, None](), list[TaggedStory]()
    sureness = partial(_sureness, pair=one.pair, topic=one.topic)
    for told in one.stories:
        if _is_news(told.story, now):
            count += 1
            outlets.setdefault(told.story.source)
            surest.append(told)
        if len(surest) > 2 * MOST_COMPARED:  # a day may have thousands
            surest = nlargest(MOST_COMPARED, surest, key=sureness)
    expected = spike_over(one.past, count)
    if expected is None:
        return None
    telling = most_telling(nlargest(MOST_COMPARED, surest, key=sureness))
    low, high = usual_range(one.past)
    spike = DaySpike(
        pair=one.pair,
        topic=one.topic,
        day=one.day,
        stories=count,
        usual_low=low,
        usual_high=high,
        expected=round(expected, 2),
        telling=tuple(_named(told.story) for told in telling),
    )
    first = dict.fromkeys(told.story.source for told in telling)
    return FoundSpike(spike=spike, shown=telling[0], outlets=tuple(first | outlets))


def most_telling(surest: Iterable[TaggedStory]) -> tuple[TaggedStory, ...]:
    """Return a few stories that show what many are about, each of another matter.

    That which most outlets tell comes first; of each matter the story that stood first.
    """
    matters: list[list[TaggedStory]] = []
    for told in surest:
        headline = told.story.headline.casefold()
        for matter in matters:
            if likeness(headline, matter[0].story.headline.casefold()) >= ONE_MATTER:
                matter.append(told)
                break
        else:
            matters.append([told])
    most = sorted(matters, key=_weight, reverse=True)
    return tuple(matter[0] for matter in most[:MOST_TELLING])


def _weight(matter: Sequence[TaggedStory]) -> tuple[int, int]:
    """Return how many outlets tell of a matter, and in how many stories."""
    return len({told.story.source for told in matter}), len(matter)


def spike_event(watch: Watch, found: FoundSpike, now: datetime) -> AlertEvent:
    """Return what a watch's subscribers are told: never as critical, for no story is."""
    spike, shown = found.spike, found.shown
    topic = _topic(shown, spike.topic)
    match = for_gather(
        Match(
            watch=watch.id,
            title=watch.title,
            story=shown.story,
            tags=shown.tags,
            why=Why(
                pair=_pair(shown, spike.pair),
                topics=() if topic is None else (topic,),
                min_pair_score=watch.min_pair_score,
                min_topic_score=watch.min_topic_score,
            ),
            times=Timestamps(raised=now),
        )
    )
    return AlertEvent(
        alert=spike_alert(watch.id, spike.pair, spike.day),
        event=spike_event_id(watch.id, spike.pair, spike.day),
        kind=Kind.SPIKE,
        reason=spike_line(spike),
        watch=watch.id,
        title=watch.title,
        story=match.story,
        tags=match.tags,
        why=match.why,
        outlets=found.outlets,
        times=match.times,
        severity=min(watch.severity, Severity.HIGH, key=lambda one: one.rank),
        shadow=watch.shadow,
        spike=spike,
    )


def _is_news(story: Story, now: datetime) -> bool:
    free = story.embargo is None or story.embargo <= now
    return free and not story.backfill and story.status not in TAKEN_BACK


def _sureness(told: TaggedStory, pair: str, topic: str) -> tuple[bool, float]:
    """Return how surely a story tells of a pair, and of a topic: what ties the two goes first."""
    tag, about = _pair(told, pair), _topic(told, topic)
    if tag is None:
        return False, 0.0
    return tag.relation is Relation.BETWEEN, tag.score * (1.0 if about is None else about.score)


def _pair(told: TaggedStory, name: str) -> PairTag | None:
    return next((one for one in told.tags.pairs if one.name == name), None)


def _topic(told: TaggedStory, slug: str) -> TopicTag | None:
    return next((one for one in told.tags.topics if one.slug == slug), None)


def _named(story: Story) -> TellingStory:
    return TellingStory(story=story.id, headline=story.headline, source=story.source, url=story.url)
