"""The steps of the three agents: bytes in, records out. Pure, and free of Faust."""

from datetime import datetime

from streams.contract.codec import decode
from streams.contract.headers import kind_of
from streams.contract.messages import ON_MATCHES
from streams.grouping import Gathering
from streams.matching.match import Watches, match, notice
from streams.model.alert import AlertEvent
from streams.model.canary import WATCH as CANARY_WATCH
from streams.model.canary import is_canary
from streams.model.story import Story
from streams.model.tags import TaggedStory
from streams.model.timestamps import Timestamps
from streams.model.verdict import ON_GROUPING, Ruling, Verdict
from streams.model.watch import Match, Notice
from streams.tagging import Tagger
from streams.worker.batch import Record
from streams.worker.open_alerts import OpenAlerts

CANARY_WATCHES = Watches((CANARY_WATCH,))


def tag_step(tagger: Tagger, record: Record, now: datetime) -> list[TaggedStory]:
    """Tag a story."""
    story = decode(record.value, Story)
    times = Timestamps(
        published=story.published,
        first_seen=story.first_seen,
        produced=record.produced,
        tagged=now,
    )
    return [TaggedStory(story=story, tags=tagger.tag(story), times=times)]


def match_step(
    watches: Watches, record: Record, now: datetime, *, backfill: bool
) -> list[Match | Notice]:
    """Match a tagged story against the watches."""
    tagged = decode(record.value, TaggedStory)
    if is_canary(tagged.story):
        return [*match(tagged, CANARY_WATCHES, now)]
    # Matches first: the notice then finds the version known where it matched.
    return [*match(tagged, watches, now, backfill=backfill), *notice(tagged, now)]


def rule_step(record: Record, _: datetime) -> list[Ruling]:
    """Hand on to gather what a person said of its grouping."""
    if record.value is None:
        return []
    verdict = decode(record.value, Verdict)
    return [Ruling(verdict=verdict)] if verdict.said in ON_GROUPING else []


def gather_step(memory: OpenAlerts, record: Record, now: datetime) -> list[AlertEvent]:
    """Gather a match into its alert; a notice and a tick go to all alerts of the partition."""
    kind = ON_MATCHES.get(kind_of(record.headers) or "", Match)
    given = decode(record.value, kind)
    if isinstance(given, Match) and is_canary(given.story):
        # Each opens an alert in a memory of its own, which nothing is to remember.
        return Gathering().step(given, now).events
    return memory.step(record.partition, given, now)
