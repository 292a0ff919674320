"""Match and gather in memory: what `work` does with stories, without Kafka. Pure."""

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from streams.grouping import Gathering, joined_in_silence
from streams.matching.match import Watches, match, notice
from streams.model.alert import AlertEvent, Grouping, Kind
from streams.model.story import Story
from streams.model.tags import TaggedStory
from streams.model.timestamps import Timestamps
from streams.model.verdict import Ruling, Verdict
from streams.model.watch import TICK_EVERY, Match, Notice, Tick
from streams.tagging.reader import AnyTagger

AFTER_ALL = timedelta(days=90)
"""Longer than any alert stays open."""
END = "end of replay"


class ArrivedStory(NamedTuple):
    """A story, and when it came to the pipeline."""

    story: Story
    now: datetime


class AlertMembership(NamedTuple):
    """A story's place in an alert of a watch, and why it is there."""

    watch: str
    grouping: Grouping


class Came(NamedTuple):
    """What a story came to: the matches, its places by alert, the events, silent joins too."""

    matches: list[Match]
    alerts: dict[str, AlertMembership]
    events: list[AlertEvent]


class Pipeline:
    """Some watches and the alerts they have open."""

    def __init__(self, watches: Watches, *, backfill: bool = False) -> None:
        """Start without alerts; `backfill` lets stories match that a first poll found."""
        self.watches = watches
        self._backfill = backfill
        self._gathering = Gathering()
        self._clock: datetime | None = None

    def step(self, tagged: TaggedStory, now: datetime) -> Came:
        """Take a story in."""
        came = self.tick(now)
        came.matches.extend(match(tagged, self.watches, now, backfill=self._backfill))
        for found in came.matches:
            self._gather(found, now, came)
        for told in notice(tagged, now):
            self._gather(told, now, came)
        return came

    def rule(self, verdict: Verdict, now: datetime) -> Came:
        """Take in what a person said of the grouping."""
        came = Came([], {}, [])
        self._gather(Ruling(verdict=verdict), now, came)
        return came

    def tick(self, now: datetime) -> Came:
        """Let time pass: every few minutes alerts that have become quiet are closed."""
        came = Came([], {}, [])
        if self._clock is None:
            self._clock = now
        elif now - self._clock >= TICK_EVERY:
            self._clock = now
            self._gather(Tick(at=now), now, came)
        return came

    def end(self) -> list[AlertEvent]:
        """Close what is still open, so that each alert's last event names all its stories."""
        if self._clock is None:
            return []
        after = self._gathering.step(Tick(at=self._clock + AFTER_ALL), self._clock)
        return [msgspec.structs.replace(event, reason=END) for event in after.events]

    def _gather(self, record: Match | Notice | Tick | Ruling, now: datetime, came: Came) -> None:
        outcome = self._gathering.step(record, now)
        came.events.extend(
            msgspec.structs.replace(event, stories=outcome.changed[event.alert].story_ids)
            if event.kind is Kind.JOINED
            else event
            for event in (*outcome.events, *joined_in_silence(record, outcome, now))
        )
        for alert, grouping in outcome.groupings.items():
            came.alerts[alert] = AlertMembership(outcome.changed[alert].watch, grouping)


def tagged(dated: ArrivedStory, tagger: AnyTagger) -> TaggedStory:
    """Tag a story as `work` would have."""
    story, now = dated
    times = Timestamps(
        published=story.published, first_seen=story.first_seen, produced=now, tagged=now
    )
    return tagger.tagged(story, times)
