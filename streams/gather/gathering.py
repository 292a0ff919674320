"""Gather: from matches to alerts, one for each event. Pure: time comes with the records."""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from streams.alert import AlertEvent, AlertState, Grouping, alert_id
from streams.gather.choice import Choice, Look
from streams.gather.index import Index
from streams.gather.joining import Joining, time_of
from streams.gather.life import closed, joined, opened
from streams.gather.likeness import Asked, Likeness, compare, crowded, usual_threshold
from streams.gather.news import WITHDRAWN
from streams.gather.signature import Signature, signature
from streams.gather.weights import BUSY
from streams.story import GONE, Status, Story
from streams.watch import Match, Notice, Tick


class Outcome(NamedTuple):
    """What a record came to: events to tell, alerts to remember as they are now, and to forget.

    `groupings` says for each alert that the record's story is in why it is there.
    """

    events: list[AlertEvent]
    changed: dict[str, AlertState]
    dropped: list[str]
    groupings: dict[str, Grouping]


class Gathering:
    """The alerts of some watches, open ones and those closed not long ago."""

    def __init__(self, alerts: Iterable[AlertState] = ()) -> None:
        """Start from the alerts that are remembered."""
        self._watches: dict[str, Index] = {}
        for alert in sorted(alerts, key=lambda alert: (alert.active, alert.alert)):
            self._index(alert.watch).put(alert)

    def __len__(self) -> int:
        """Count the open alerts."""
        return sum(map(len, self._watches.values()))

    def step(self, record: Match | Notice | Tick, now: datetime) -> Outcome:
        """Take a record in. `now` only dates the events: what is decided depends on the records."""
        outcome = Outcome([], {}, [], {})
        match record:
            case Match():
                index = self._index(record.watch)
                _close(index, record.story.first_seen, outcome, now)
                _take(index, record, outcome, now)
            case Notice():
                if indices := self._that_may_hear(record.story):
                    known = signature(record.story, record.tags)
                    for index in indices:
                        _hear(index, record, known, outcome, now)
            case Tick():
                for index in self._watches.values():
                    _close(index, record.at, outcome, now)
        return outcome

    def _that_may_hear(self, story: Story) -> list[Index]:
        """Give the alerts that a notice may be for.

        An edit and a page that is gone are for those with the very story: they say nothing of
        others' copies.
        """
        indices = list(self._watches.values())
        if story.status is Status.USABLE or GONE in story.flags:
            return [index for index in indices if index.of_story(story.id) is not None]
        return indices

    def _index(self, watch: str) -> Index:
        return self._watches.setdefault(watch, Index())


def _close(index: Index, clock: datetime, outcome: Outcome, now: datetime) -> None:
    """Close what was quiet for the window, forget what was closed long ago."""
    for alert in index.due(clock):
        if alert.closed:
            index.drop(alert)
            outcome.changed.pop(alert.alert, None)
            outcome.dropped.append(alert.alert)
        else:
            state = msgspec.structs.replace(alert, closed=True)
            index.put(state)
            outcome.changed[alert.alert] = state
            outcome.events.append(closed(alert, now))


def _take(index: Index, match: Match, outcome: Outcome, now: datetime) -> None:
    """Put a match's story into the alert of its event, or open one."""
    story = match.story
    known = signature(story, match.tags)
    look = _look(index, story, known, everything=match.why.pair is None)
    choice = look.same_story() or look.copy() or look.report()
    if choice is None and story.status is not Status.USABLE:
        choice = look.headline()
    if choice is not None:
        _join(index, match, look, choice, outcome, now)
    elif story.status not in WITHDRAWN:
        joining = Joining(match, known, look.asked.terms, look.nothing())
        state, event = opened(alert_id(watch=match.watch, story=story.id), joining, now)
        _keep(index, state, joining, outcome)
        outcome.events.append(event)


def _hear(index: Index, notice: Notice, known: Signature, outcome: Outcome, now: datetime) -> None:
    """Take a notice to the alert that its story is in, if there is one."""
    look = _look(index, notice.story, known, everything=False)
    choice = look.same_story() or look.copy() or look.headline()
    if choice is None:
        return
    if notice.story.status is Status.USABLE:
        choice = choice._replace(like=_beside_its_own(choice.like, notice.story.source))
    face = choice.like.alert.face
    match = Match(
        watch=face.watch,
        title=face.title,
        story=notice.story,
        tags=notice.tags,
        why=face.why,
        times=notice.times,
        severity=face.severity,
        window_hours=choice.like.alert.window_hours,
        shadow=face.shadow,
    )
    _join(index, match, look, choice, outcome, now, fits=False)


def _beside_its_own(like: Likeness, source: str) -> Likeness:
    """Hold an edit against what its outlet itself said before, if that is known."""
    own = [text for text in like.alert.texts if text.source == source]
    text = like.text if like.text in own else None
    return like._replace(text=own[0] if text is None and len(own) == 1 else text)


def _join(
    index: Index,
    match: Match,
    look: Look,
    choice: Choice,
    outcome: Outcome,
    now: datetime,
    *,
    fits: bool = True,
) -> None:
    like = choice.like
    joining = Joining(
        match, look.asked.known, look.asked.terms, choice.grouping, like.text, like.frame, fits
    )
    state, events = joined(like.alert, joining, now)
    outcome.events.extend(events)
    if state != like.alert:
        _keep(index, state, joining, outcome)


def _keep(index: Index, state: AlertState, joining: Joining, outcome: Outcome) -> None:
    index.put(state)
    outcome.changed[state.alert] = state
    outcome.groupings[state.alert] = joining.grouping


def _look(index: Index, story: Story, known: Signature, *, everything: bool) -> Look:
    """Compare a story with the alert that it is in, else with those that it may belong to."""
    terms = index.weighed(known)
    own = index.of_story(story.id)
    asked = Asked(
        known=known,
        terms=terms,
        length=math.hypot(*terms.values()),
        at=time_of(story),
        usual=BUSY if everything else usual_threshold(index.near(time_of(story))),
        closely=own is not None or story.status is not Status.USABLE,
    )
    alerts = index.candidates(known, terms) if own is None else [own]
    found = [compare(asked, alert) for alert in alerts]
    return Look(asked, crowded(found), own is not None)
