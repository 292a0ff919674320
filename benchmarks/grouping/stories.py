"""What the measurements of grouping share: stories, an everything-watch, and scores."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from streams.grouping import Gathering
from streams.model.alert import Grouping
from streams.model.story import Status, Story, story_version
from streams.model.tags import Tags
from streams.model.timestamps import Timestamps
from streams.model.watch import Match, Why
from streams.tagging import tag

EVERYTHING = Why(pair=None, topics=(), min_pair_score=0.5, min_topic_score=0.5)


def story_of(
    name: str,
    headline: str,
    body: str,
    at: datetime,
    *,
    seen: datetime | None = None,
    source: str = "Bench Wire",
    status: Status = Status.USABLE,
) -> Story:
    """Make a story of what a data set has."""
    return Story(
        id=name,
        version=story_version(headline=headline, body=body, status=status),
        feed="bench",
        source=source,
        headline=headline,
        body=body,
        published=at,
        first_seen=seen or at,
        status=status,
    )


def matched(story: Story) -> Match:
    """Match a story to a watch that takes everything."""
    return Match(
        watch="everything",
        title="Everything",
        story=story,
        tags=_tags(story),
        why=EVERYTHING,
        times=Timestamps(published=story.published, first_seen=story.first_seen),
    )


@cache
def _tags(story: Story) -> Tags:
    return tag(story)


class Gathered(NamedTuple):
    """The alert of each story, why it is there, and how many stories a second that took."""

    alert: dict[str, str]
    why: dict[str, Grouping]
    rate: float


def gather(stories: Sequence[Story]) -> Gathered:
    """Gather stories in their order, tagged beforehand."""
    matches = [matched(story) for story in stories]
    gathering, alert, why = Gathering(), dict[str, str](), dict[str, Grouping]()
    began = time.process_time()
    for match in matches:
        outcome = gathering.step(match, match.story.first_seen)
        for name, grouping in outcome.groupings.items():
            alert[match.story.id], why[match.story.id] = name, grouping
    return Gathered(alert, why, len(matches) / (time.process_time() - began))


def precision_recall(
    found: Mapping[str, object], pairs: Iterable[tuple[str, str, bool]]
) -> tuple[float, float]:
    """Judge a grouping by pairs that are said to be of one event, or not."""
    same = [(found[a] == found[b], truth) for a, b, truth in pairs]
    right = sum(said and truth for said, truth in same)
    return right / (sum(said for said, _ in same) or 1), right / (sum(t for _, t in same) or 1)


def b_cubed_recall(found: Mapping[str, object], truth: Mapping[str, object]) -> float:
    """Return how much of a story's true cluster is with it, in the mean."""
    groups, clusters = _inverted(found), _inverted(truth)
    shares = [
        len(groups[found[name]] & clusters[truth[name]]) / len(clusters[truth[name]])
        for name in truth
    ]
    return sum(shares) / len(shares)


def _inverted(labels: Mapping[str, object]) -> dict[object, set[str]]:
    groups: defaultdict[object, set[str]] = defaultdict(set)
    for name, label in labels.items():
        groups[label].add(name)
    return groups
