"""Where a record goes: into the alert of its event, or into one of its own."""

import math
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from streams.encoder import Embedding
from streams.grouping.acts import acts_of
from streams.grouping.choice import Choice, Look
from streams.grouping.credit import names_of
from streams.grouping.headline_event import why_in
from streams.grouping.held_facts import is_due, told_late
from streams.grouping.index import Index
from streams.grouping.joining import Joining, time_of
from streams.grouping.part_and_merge import parted_story
from streams.grouping.rewritten_entry import tells_of_another, without_its_entry
from streams.grouping.signature import Signature, signature
from streams.grouping.similarity import ComparedStory, Likeness, compare, crowded
from streams.grouping.told_again import brings_back_what_is_over, joining_of
from streams.grouping.transitions import NEW_STORY, OLD_ENTRY, closed, joined, opened
from streams.grouping.weights import MOST_RELATED
from streams.model.alert import AlertEvent, AlertState, Bond, Grouping, Version, alert_id
from streams.model.alert_reasons import PARTED
from streams.model.editorial_signals import bare
from streams.model.heard import Heard
from streams.model.ruled import Ruled
from streams.model.story import ON_OTHERS, TAKEN_BACK, Story
from streams.model.verdict import Verdict
from streams.model.watch import Match, Notice

NOBODY: Mapping[str, Verdict] = MappingProxyType({})


class StepResult(NamedTuple):
    """What a record came to: events to tell, alerts to remember as they are now, and to forget.

    `groupings` says for each alert that the record's story is in why it is there. `heard` are the
    stories that notices told of, to be remembered, `None` for those to be forgotten; `ruled` the
    same of what people said of the grouping.
    """

    events: list[AlertEvent]
    changed: dict[str, AlertState]
    dropped: list[str]
    groupings: dict[str, Grouping]
    heard: dict[str, Heard | None]
    ruled: dict[str, Ruled | None]


def close(index: Index, clock: datetime, outcome: StepResult, now: datetime) -> None:
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


def tell_held(index: Index, clock: datetime, outcome: StepResult, now: datetime) -> None:
    """Tell what came too soon to be told, where that is over."""
    for alert in [one for one in index.alerts.values() if is_due(one, clock)]:
        state, event = told_late(alert, clock, now)
        index.put(state)
        outcome.changed[state.alert] = state
        if event is not None:
            outcome.events.append(event)


def take(
    index: Index,
    match: Match,
    known: Signature,
    before: tuple[Version, ...],
    outcome: StepResult,
    now: datetime,
    *,
    parted: Mapping[str, Verdict] = NOBODY,
    first: datetime,
) -> str | None:
    """Put a match's story into the alert of its event, or open one and return its id.

    `parted` are the alerts that people said it isn't of, `first` is when it was told first.
    """
    story = match.story
    look = _look(index, story, known, narrow=match.why.pair is not None, embedding=match.embedding)
    opens, reason = story.id, NEW_STORY
    was: tuple[str, ...] = ()
    if look.own and tells_of_another(look.found[0], known, story):
        was = (_leave(index, look.found[0].alert, story.id, outcome),)
        opens, reason, first = f"{story.id} {story.version}", OLD_ENTRY, time_of(story)
        look = _look(
            index, story, known, narrow=match.why.pair is not None, embedding=match.embedding
        )
    look = look.without(parted)
    choice = look.same_story() or look.copy() or look.report()
    if choice is not None and brings_back_what_is_over(choice, match, look, before, first, now):
        was = (choice.like.alert.alert, *was)
        look = look.without(was)
        choice = look.copy() or look.report()
    if choice is None and story.status in ON_OTHERS:
        choice = look.told_by(names_of(story)).headline(story)
    if choice is not None:
        _join(index, match, look, choice, outcome, now, before=before, first=first)
        return None
    if story.status in TAKEN_BACK:
        return None
    grouping = look.nothing()
    for alert, verdict in parted.items():
        opens, reason = parted_story(story.id), f"{PARTED} {verdict.by}"
        grouping = Grouping(bond=Bond.RULING, nearest=alert, by=verdict.by)
        was = (alert, *was)
    joining = Joining(
        match=match,
        known=known,
        terms=look.asked.terms,
        grouping=grouping,
        related=tuple(dict.fromkeys((*was, *look.related())))[:MOST_RELATED],
        first=first,
        before=before,
    )
    state, event = opened(alert_id(watch=match.watch, story=opens), joining, now, reason=reason)
    _keep(index, state, joining, outcome)
    outcome.events.append(event)
    return state.alert


def _leave(index: Index, alert: AlertState, story: str, outcome: StepResult) -> str:
    """Let a story's id leave an alert, which keeps what it told; return the alert's id."""
    state = without_its_entry(alert, story)
    index.part_with(story, state)
    outcome.changed[state.alert] = state
    return state.alert


def undo(index: Index, alert: str, outcome: StepResult) -> None:
    """Take back an opening: its story was killed before it came, and nobody was told of it."""
    index.drop(index.alerts[alert])
    outcome.changed.pop(alert, None)
    outcome.groupings.pop(alert, None)
    outcome.events[:] = [event for event in outcome.events if event.alert != alert]


def hear(
    index: Index,
    notice: Notice,
    known: Signature,
    before: tuple[Version, ...],
    outcome: StepResult,
    now: datetime,
) -> None:
    """Take a notice to the alert that its story is in, if there is one.

    A kill of another id is looked for by its words, where its outlet told the event.
    """
    look = _look(index, notice.story, known, narrow=True)
    names = names_of(notice.story)
    told = look.told_by(names)
    choice = look.same_story() or told.copy_told_by(names) or told.headline(notice.story)
    if choice is None:
        return
    if notice.story.status not in ON_OTHERS:
        choice = choice._replace(like=_beside_its_own(choice.like, notice.story.source))
    _tell(index, notice, look, choice, outcome, now, before=before)


def hear_again(index: Index, heard: Heard, outcome: StepResult, now: datetime) -> None:
    """Take a notice to an alert whose story came after it.

    Where its own story was told before, all that copies its words goes with it.
    """
    if (notice := heard.notice) is None:
        return
    known = signature(notice.story, notice.tags)
    look = _look(index, notice.story, known, narrow=True)
    names = names_of(notice.story)
    copied = look.copy() if heard.first else look.copy_told_by(names)
    choice = look.same_story() or copied or look.told_by(names).headline(notice.story)
    if choice is not None:
        _tell(
            index,
            notice,
            look,
            choice,
            outcome,
            now,
            before=heard.versions,
            first=heard.first,
        )


def _tell(
    index: Index,
    notice: Notice,
    look: Look,
    choice: Choice,
    outcome: StepResult,
    now: datetime,
    *,
    before: tuple[Version, ...] = (),
    first: datetime | None = None,
) -> None:
    """Take a notice to an alert, as a match of its watch."""
    face = choice.like.alert.face
    match = Match(
        watch=choice.like.alert.watch,
        title=face.title,
        story=notice.story,
        tags=notice.tags,
        why=why_in(notice.story, face),
        times=notice.times,
        severity=face.severity,
        window_hours=choice.like.alert.window_hours,
        shadow=face.shadow,
    )
    _join(index, match, look, choice, outcome, now, fits=False, before=before, first=first)


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
    outcome: StepResult,
    now: datetime,
    *,
    fits: bool = True,
    before: tuple[Version, ...] = (),
    first: datetime | None = None,
) -> None:
    like = choice.like
    joining = joining_of(match, look, choice, fits=fits, before=before, first=first)
    state, events = joined(like.alert, joining, now)
    outcome.events.extend(events)
    if state != like.alert:
        _keep(index, state, joining, outcome)


def _keep(index: Index, state: AlertState, joining: Joining, outcome: StepResult) -> None:
    index.put(state)
    outcome.changed[state.alert] = state
    outcome.groupings[state.alert] = joining.grouping


def _look(
    index: Index,
    story: Story,
    known: Signature,
    *,
    narrow: bool,
    embedding: Embedding | None = None,
) -> Look:
    """Compare a story with the alert that it is in, else with those that it may belong to."""
    terms = index.weighed(known)
    own = index.of_story(story.id)
    asked = ComparedStory(
        known=known,
        terms=terms,
        length=math.hypot(*terms.values()),
        at=time_of(story),
        seen=story.first_seen,
        acts=acts_of(bare(story.headline)),
        embedding=embedding,
        narrow=narrow,
        closely=own is not None or story.status in ON_OTHERS,
    )
    alerts = index.candidates(known, terms, free=narrow) if own is None else [own]
    found = [compare(asked, alert) for alert in alerts]
    return Look(asked, found if narrow else crowded(found), own is not None)
