"""The stories of an alert, each with what tied it there: those that joined in silence too. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from streams.model.alert import AlertEvent, Grouping, Kind
from streams.model.alert_reasons import JOINED, PARTED, named_alerts


class AlertStory(msgspec.Struct, frozen=True, kw_only=True):
    """A story that is in an alert, or was: `left` says that a person parted it from there.

    `at` is when it came, `reason` what that event was told for, `grouping` what tied it there. Of a
    story whose events Kafka has no more only the id is known.
    """

    story: str
    headline: str = ""
    source: str = ""
    url: str | None = None
    at: datetime | None = None
    reason: str = ""
    grouping: Grouping | None = None
    left: bool = False


def joined_alerts(alert: str, events: Iterable[AlertEvent]) -> set[str]:
    """Return the alerts that people joined to an alert, by what was told of both."""
    joined: set[str] = set()
    for event in events:
        if not event.reason.startswith(f"{JOINED} "):
            continue
        if event.alert == alert and event.kind is Kind.UPDATED:
            joined.update(named_alerts(event))
        elif event.kind is Kind.CLOSED and alert in named_alerts(event):
            joined.add(event.alert)
    return joined


def holds_now(alert: str, story: str, events: Iterable[AlertEvent]) -> bool:
    """Say whether a story is in an alert still, by what was told of all alerts that it was in.

    It isn't if a person parted it from there, itself or with what it came with, or if the whole
    alert is part of another one now.
    """
    every = sorted(events, key=_when)
    last = [event for event in every if event.alert == alert][-1:]
    joined = any(one.kind is Kind.CLOSED and one.reason.startswith(f"{JOINED} ") for one in last)
    return not joined and story in _here(alert, every)


def alert_stories(alert: str, events: Iterable[AlertEvent]) -> tuple[AlertStory, ...]:
    """Return the stories of an alert in the order in which they came.

    `events` are its own, those of the alerts that were joined to it, and of those that were parted.
    """
    every = sorted(events, key=_when)
    here = _here(alert, every)
    named = dict.fromkeys((*(name for name, _ in _entries(alert, every)), *here))
    told = dict(reversed(list(_entries(None, every))))  # of each the first
    return tuple(_story(name, told.get(name), left=name not in here) for name in named)


def _entries(alert: str | None, events: Iterable[AlertEvent]) -> Iterator[tuple[str, AlertEvent]]:
    """Return the events that brought a story, of one alert or of all, that say why."""
    for event in events:
        if alert in {None, event.alert} and event.grouping is not None and _brings(event):
            yield event.story.id, event


def _brings(event: AlertEvent) -> bool:
    """Say whether an event is about its story, and not about its alert."""
    by_hand = event.reason.startswith((f"{JOINED} ", f"{PARTED} "))
    return event.kind is Kind.OPENED or not (event.kind is Kind.CLOSED or by_hand)


def _here(alert: str, events: Iterable[AlertEvent]) -> dict[str, None]:
    """Return the stories that are in an alert now."""
    here: dict[str, None] = {}
    for event in events:
        if event.alert == alert and event.stories:
            here = dict.fromkeys(event.stories)
        elif event.alert == alert and event.kind is not Kind.SPIKE:  # that holds no story
            here[event.story.id] = None
        elif event.kind is Kind.OPENED and event.reason.startswith(f"{PARTED} "):
            for name in event.stories if alert in event.related else ():
                here.pop(name, None)
    return here


def _story(name: str, event: AlertEvent | None, *, left: bool) -> AlertStory:
    if event is None:
        return AlertStory(story=name, left=left)
    return AlertStory(
        story=name,
        headline=event.story.headline,
        source=event.story.source,
        url=event.story.url,
        at=event.times.raised,
        reason=event.reason,
        grouping=event.grouping,
        left=left,
    )


def _when(event: AlertEvent) -> tuple[bool, float]:
    raised = event.times.raised
    return raised is not None, raised.timestamp() if raised is not None else 0.0
