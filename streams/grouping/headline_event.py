"""What an alert is headed by: its last event, in the language that the watch likes best. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import msgspec

from streams.model.alert import AlertEvent, AlertState, Change, Face, Kind
from streams.model.editorial_signals import MOST_CHARACTERS
from streams.model.story import Story
from streams.model.tags import CountryTag, PairTag, Tags, TopicTag
from streams.model.watch import Match, Why

FACE_CHARACTERS = 300
TagT = TypeVar("TagT", CountryTag, PairTag, TopicTag)


def after_event(face: Face, event: AlertEvent, match: Match) -> Face:
    """Return what heads an alert after an event that was told of it.

    A report in a language that the watch names later leaves the story that heads it.
    """
    found = face_of(event)
    whole = event.kind is Kind.WITHDRAWN or event.story.id == face.story.id
    if whole or _rank(found.tags, match) <= _rank(face.tags, match):
        return found
    return msgspec.structs.replace(found, story=face.story, tags=face.tags, why=face.why)


def with_story(face: Face, match: Match) -> Face:
    """Return what heads an alert once a story joined in silence: the one in the better language."""
    if _rank(match.tags, match) >= _rank(face.tags, match):
        return face
    return msgspec.structs.replace(
        face,
        story=_short(match.story),
        tags=tags_without_evidence(match.tags),
        why=why_without_evidence(match.why),
    )


def _rank(tags: Tags, match: Match) -> int:
    """Return the place of a language among those that the watch names, the first being best."""
    named = match.languages
    language = (tags.language or "").partition("-")[0]
    return named.index(language) if language in named else len(named)


def face_of(event: AlertEvent) -> Face:
    """Return an event without its texts and evidence: they were told, and would be told again."""
    return Face(
        title=event.title,
        story=_short(event.story),
        tags=tags_without_evidence(event.tags),
        why=why_without_evidence(event.why),
        times=event.times,
        severity=event.severity,
        shadow=event.shadow,
    )


def event_of(
    alert: AlertState,
    face: Face,
    kind: Kind,
    event: str,
    reason: str,
    now: datetime,
    *,
    related: tuple[str, ...] = (),
    changes: tuple[Change, ...] = (),
) -> AlertEvent:
    """Return an event that no story brings: it rests on what heads an alert."""
    return AlertEvent(
        alert=alert.alert,
        event=event,
        kind=kind,
        reason=reason,
        watch=alert.watch,
        title=face.title,
        story=face.story,
        tags=face.tags,
        why=face.why,
        outlets=alert.outlets,
        times=msgspec.structs.replace(face.times, raised=now),
        stories=alert.story_ids,
        related=related,
        changes=changes,
        severity=face.severity,
        shadow=face.shadow,
    )


def tags_without_evidence(tags: Tags) -> Tags:
    """Return tags without the pieces of text that they rest on."""
    return msgspec.structs.replace(
        tags,
        countries=_bare(tags.countries),
        pairs=_bare(tags.pairs),
        topics=_bare(tags.topics),
    )


def why_without_evidence(why: Why) -> Why:
    """Return why a story fits without the pieces of text of its tags."""
    pair = why.pair and msgspec.structs.replace(why.pair, spans=())
    countries, topics = _bare(why.countries), _bare(why.topics)
    return msgspec.structs.replace(why, pair=pair, countries=countries, topics=topics)


def _short(story: Story) -> Story:
    return msgspec.structs.replace(
        story,
        headline=story.headline[:MOST_CHARACTERS],
        body="",
        summary=story.summary[:FACE_CHARACTERS],
    )


def _bare(tags: Iterable[TagT]) -> tuple[TagT, ...]:
    return tuple(msgspec.structs.replace(tag, spans=()) for tag in tags)
