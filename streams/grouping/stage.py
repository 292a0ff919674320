"""Gather: from matches to alerts, one for each event. Pure: time comes with the records."""

from collections.abc import Iterable
from datetime import datetime

from streams.grouping.assignment import StepResult, close, hear, hear_again, take, tell_held, undo
from streams.grouping.editorial_notices import Hearing
from streams.grouping.index import Index
from streams.grouping.known_verdicts import Rulings
from streams.grouping.member_story import brought_over, is_newest
from streams.grouping.signature import signature
from streams.grouping.silent_joins import joined_in_silence
from streams.grouping.verdict_decision import obey
from streams.grouping.versions import merged, newest, version_of
from streams.model.alert import AlertState
from streams.model.editorial_signals import is_advisory
from streams.model.heard import Heard
from streams.model.ruled import Ruled
from streams.model.story import GONE, ON_OTHERS, TAKEN_BACK, Story
from streams.model.verdict import Ruling, Verdict
from streams.model.watch import Match, Notice, Tick


def in_order(alert: AlertState) -> tuple[datetime, str]:
    """Return what alerts are sorted by when they are read back: when they last got a story."""
    return alert.active, alert.alert


def nothing_yet() -> StepResult:
    """Return what a record comes to at first."""
    return StepResult([], {}, [], {}, {}, {})


class Gathering:
    """The alerts of some watches, open ones and those closed not long ago."""

    def __init__(
        self,
        alerts: Iterable[AlertState] = (),
        heard: Iterable[Heard] = (),
        ruled: Iterable[Ruled] = (),
    ) -> None:
        """Start from what is remembered."""
        self._watches: dict[str, Index] = {}
        self._hearing = Hearing(heard)
        self._rulings = Rulings(ruled)
        self._clocks: dict[int, datetime] = {}
        for alert in sorted(alerts, key=in_order):
            self.remember(alert)

    def remember(self, alert: AlertState) -> None:
        """Take in an alert from before. They are to come `in_order`: the later has its stories."""
        self._index(alert.watch).put(brought_over(alert))

    def __len__(self) -> int:
        """Count the open alerts."""
        return sum(map(len, self._watches.values()))

    def step(self, record: Match | Notice | Tick | Ruling, now: datetime) -> StepResult:
        """Take a record in. `now` only dates the events: what is decided depends on the records."""
        outcome = nothing_yet()
        match record:
            case Match():
                self._take(record, outcome, now)
            case Notice():
                self._hear(record, outcome, now)
            case Tick():
                self._tick(record, outcome, now)
            case Ruling():
                self._rule(record.verdict, outcome, now)
        outcome.heard.update(self._hearing.changed)
        self._hearing.changed.clear()
        outcome.ruled.update(self._rulings.changed)
        self._rulings.changed.clear()
        return outcome

    def _take(self, match: Match, outcome: StepResult, now: datetime) -> None:
        """Put a match's story into the alert of its event, or open one."""
        index, story = self._index(match.watch), match.story
        known = signature(story, match.tags)
        before = self._hearing.versions(story.id)
        versions = merged(before, version_of(story, fits=True))
        if index.of_story(story.id) is None and not is_newest(versions, story.version):
            if (end := self._hearing.told(story)) is not None:
                hear_again(index, end, outcome, now)
            return
        parted = self._rulings.parted(match.watch, story.id)
        first = self._hearing.first(story)
        opened = take(index, match, known, before, outcome, now, parted=parted, first=first)
        last = newest(versions)
        seen = story.first_seen if last is None else last.seen
        ends = self._hearing.ends_for(story, seen, known)
        for end in ends:
            self._hear_again(index, end, outcome, now)
        if opened is not None and index.alerts[opened].withdrawn:
            undo(index, opened, outcome)
            self._hearing.wait(match, known, ends)
            return
        if opened is not None:
            for verdict in self._rulings.joined(opened):
                self._obey(verdict, None, outcome, now)
        for waiting in self._hearing.told_again(match, known):
            self._take_again(waiting, outcome, now)

    def _hear_again(self, index: Index, end: Heard, outcome: StepResult, now: datetime) -> None:
        """Hold what was taken back before against an alert; `outcome` is another record's.

        If it was told itself it is a story of that alert from now on, and so that is recorded.
        """
        own = nothing_yet()
        hear_again(index, end, own, now)
        told = [] if end.notice is None else joined_in_silence(end.notice, own, now)
        outcome.events.extend((*own.events, *told))
        outcome.changed.update(own.changed)

    def _take_again(self, match: Match, outcome: StepResult, now: datetime) -> None:
        """Take a match that waited for its words to be told again; `outcome` is another record's.

        So what it joins in silence is told of here.
        """
        own = nothing_yet()
        self._take(match, own, now)
        outcome.events.extend((*own.events, *joined_in_silence(match, own, now)))
        outcome.changed.update(own.changed)
        for alert in own.dropped:
            outcome.changed.pop(alert, None)
            outcome.dropped.append(alert)

    def _rule(self, verdict: Verdict, outcome: StepResult, now: datetime) -> None:
        """Obey what a person said of the grouping, unless they said something else since."""
        known = self._rulings.of(verdict)
        if known is None or known.verdict.at < verdict.at:
            self._obey(verdict, known, outcome, now)

    def _obey(
        self, verdict: Verdict, known: Ruled | None, outcome: StepResult, now: datetime
    ) -> None:
        index = self._index(verdict.watch)
        ends = obey(index, self._rulings, verdict, known, now)
        self._rulings.put(verdict, ends.dropped)
        if ends.dropped is not None:
            index.drop(ends.dropped)
            outcome.changed.pop(ends.dropped.alert, None)
            outcome.dropped.append(ends.dropped.alert)
        for state in ends.states:
            index.put(state)
            outcome.changed[state.alert] = state
        outcome.events.extend(ends.events)

    def _hear(self, notice: Notice, outcome: StepResult, now: datetime) -> None:
        """Take a notice to the alerts that it may be for."""
        indices = self._that_may_hear(notice.story)
        is_note = is_advisory(notice.story)
        if not indices and (is_note or notice.story.status not in TAKEN_BACK):
            self._hearing.hear(notice, None)
            return
        known = signature(notice.story, notice.tags)
        if not self._hearing.hear(notice, None if is_note else known):
            # An alert that has the story may know its newest version better.
            indices = [one for one in indices if one.of_story(notice.story.id) is not None]
        before = self._hearing.versions(notice.story.id)
        for index in indices:
            hear(index, notice, known, before, outcome, now)

    def _tick(self, tick: Tick, outcome: StepResult, now: datetime) -> None:
        """Tell what was held back, close what was quiet: up to the time that all have reached."""
        for partition in tick.partitions:
            self._clocks[partition] = max(tick.at, self._clocks.get(partition, tick.at))
        if len(self._clocks) < tick.of:
            return
        clock = min(self._clocks.values()) if tick.of else tick.at
        self._hearing.forget(clock)
        self._rulings.forget(clock)
        for index in self._watches.values():
            tell_held(index, clock, outcome, now)
            close(index, clock, outcome, now)

    def _that_may_hear(self, story: Story) -> list[Index]:
        """Return the alerts that a notice may be for.

        An edit, a page that is gone and a note to editors are for those with the very story: they
        say nothing of others' copies.
        """
        indices = list(self._watches.values())
        if story.status not in ON_OTHERS or GONE in story.flags or is_advisory(story):
            return [index for index in indices if index.of_story(story.id) is not None]
        return indices

    def _index(self, watch: str) -> Index:
        return self._watches.setdefault(watch, Index())
