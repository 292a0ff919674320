"""How a draft's alerts differ from those of the watches in force, each with its reason. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from streams.matching.explain import Check, explain
from streams.matching.match import Watches
from streams.model.alert import AlertEvent, Kind
from streams.model.tags import TaggedStory
from streams.model.verdict import Opinion, opinion
from streams.model.watch import Severity
from wirewatch.history.pipeline import Came
from wirewatch.history.verdicts import Feedback, Voice

SILENCE = Feedback()
MOST_REASONS = 2
"""Parts of a watch named in a reason, the nearest miss first."""


class DifferenceKind(StrEnum):
    """How an alert differs."""

    GAINED = "gained"
    LOST = "lost"
    CHANGED = "changed"


class AlertDifference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An alert that the draft raises and the watches in force don't, or that isn't the same.

    `verdict` is what people said of it, `voices` who said what; neither is there if nobody did.
    """

    difference: DifferenceKind
    alert: str
    watch: str
    headline: str
    at: datetime
    because: str
    verdict: Opinion | None = None
    voices: tuple[Voice, ...] = ()


@dataclass
class Alert:
    """An alert as a replay saw it: what opened it, and the stories that came to be in it."""

    watch: str
    headline: str
    at: datetime
    severity: Severity
    stories: dict[str, None] = field(default_factory=dict)


@dataclass
class AlertSet:
    """The alerts of one set of watches."""

    alerts: dict[str, Alert] = field(default_factory=dict)

    def enter(self, story: str, came: Came) -> None:
        """Take in what a story came to."""
        for event in came.events:
            if event.kind is Kind.OPENED:
                self.alerts.setdefault(event.alert, _alert(event))
        for name in came.alerts:
            if name in self.alerts:
                self.alerts[name].stories[story] = None


class SideResult(NamedTuple):
    """A story as one side tagged it, and what it came to there."""

    tagged: TaggedStory
    came: Came


class Comparison:
    """Two sets of watches over the same stories."""

    def __init__(self, draft: Watches, current: Watches) -> None:
        """Start with no stories."""
        self.draft, self.current = AlertSet(), AlertSet()
        self._draft, self._current = draft, current
        self._reasons: dict[tuple[str, str], str] = {}

    def enter(self, draft: SideResult, current: SideResult) -> None:
        """Take in what a story came to with each."""
        story = draft.tagged.story.id
        self.draft.enter(story, draft.came)
        self.current.enter(story, current.came)
        new = {match.watch for match in draft.came.matches}
        old = {match.watch for match in current.came.matches}
        for watch in new - old:
            self._note(watch, current.tagged, self._current, "the watches in force have")
        for watch in old - new:
            self._note(watch, draft.tagged, self._draft, "the draft has")

    def differences(self, feedback: Feedback = SILENCE) -> Iterator[AlertDifference]:
        """Return the alerts that differ and what was said of them, in the order they opened in."""
        gained = [
            (name, alert, DifferenceKind.GAINED)
            for name, alert in self.draft.alerts.items()
            if name not in self.current.alerts
        ]
        lost = [
            (name, alert, DifferenceKind.LOST)
            for name, alert in self.current.alerts.items()
            if name not in self.draft.alerts
        ]
        changed = [
            (name, alert, DifferenceKind.CHANGED)
            for name, alert in self.draft.alerts.items()
            if name in self.current.alerts and self._changes(name)
        ]
        found = sorted((*gained, *lost, *changed), key=lambda one: (one[1].at, one[0]))
        return (self._difference(name, alert, change, feedback) for name, alert, change in found)

    def _difference(
        self, name: str, alert: Alert, change: DifferenceKind, feedback: Feedback
    ) -> AlertDifference:
        raised = change is not DifferenceKind.GAINED
        voices = feedback.on(name, alert.watch, self._stories(name), raised=raised)
        return AlertDifference(
            difference=change,
            alert=name,
            watch=alert.watch,
            headline=alert.headline,
            at=alert.at,
            because=self._changes(name) if change is DifferenceKind.CHANGED else self._why(alert),
            verdict=opinion([voice.said for voice in voices]),
            voices=voices,
        )

    def _stories(self, name: str) -> tuple[str, ...]:
        """Return the stories of an alert, on either side."""
        sides = (self.draft.alerts.get(name), self.current.alerts.get(name))
        return tuple(dict.fromkeys(story for side in sides if side for story in side.stories))

    def _note(self, watch: str, tagged: TaggedStory, other: Watches, whose: str) -> None:
        """Keep why a story that fits a watch here doesn't fit its like there."""
        there = next((one for one in other.all if one.id == watch), None)
        if there is None:
            reason = f"{whose} no watch {watch}"
        else:
            explanation = explain(other.see(tagged.story, tagged.tags), there)
            reason = "; ".join(map(reason_of, explanation.missed[:MOST_REASONS]))
        self._reasons[watch, tagged.story.id] = reason

    def _why(self, alert: Alert) -> str:
        """Say why an alert is on one side only."""
        for story in alert.stories:
            if reason := self._reasons.get((alert.watch, story)):
                return reason
        return "its stories are in another alert there"

    def _changes(self, name: str) -> str:
        """Say how an alert that both raise differs; nothing if it doesn't."""
        draft, current = self.draft.alerts[name], self.current.alerts[name]
        said = []
        if draft.severity != current.severity:
            said.append(f"{current.severity} becomes {draft.severity}")
        for sign, here, there in (("more", draft, current), ("fewer", current, draft)):
            if moved := [story for story in here.stories if story not in there.stories]:
                because = self._reasons.get((draft.watch, moved[0]), "grouped otherwise")
                plural = "story" if len(moved) == 1 else "stories"
                said.append(f"{len(moved)} {plural} {sign}: {because}")
        return "; ".join(said)


def reason_of(check: Check) -> str:
    """Put a part that failed into a line."""
    part = check.part.replace("_", " ")
    said = f"{part}: found {check.found}, wants {check.wanted}"
    return f"{said}; {help_of(check)}" if check.changes else said


def help_of(check: Check) -> str:
    """Say with what a part would have held."""
    return f"would match with {' and '.join(check.changes)}"


def _alert(event: AlertEvent) -> Alert:
    return Alert(
        watch=event.watch,
        headline=event.story.headline,
        at=event.times.raised or event.story.first_seen,
        severity=event.severity,
    )
