"""What an alert is headed by: its last event, in the language that the watch likes best. Pure."""

import msgspec

from streams.model.alert import AlertEvent, Kind
from streams.model.editorial_signals import MOST_CHARACTERS
from streams.model.tags import Tags
from streams.model.watch import Match

FACE_CHARACTERS = 300


def after_event(face: AlertEvent, event: AlertEvent, match: Match) -> AlertEvent:
    """Return what heads an alert after an event that was told of it.

    A report in a language that the watch names later leaves the story that heads it.
    """
    found = face_of(event)
    whole = event.kind is Kind.WITHDRAWN or event.story.id == face.story.id
    if whole or _rank(found.tags, match) <= _rank(face.tags, match):
        return found
    return msgspec.structs.replace(found, story=face.story, tags=face.tags, why=face.why)


def with_story(face: AlertEvent, match: Match) -> AlertEvent:
    """Return what heads an alert once a story joined in silence: the one in the better language."""
    if _rank(match.tags, match) >= _rank(face.tags, match):
        return face
    return face_of(msgspec.structs.replace(face, story=match.story, tags=match.tags, why=match.why))


def _rank(tags: Tags, match: Match) -> int:
    """Return the place of a language among those that the watch names, the first being best."""
    named = match.languages
    language = (tags.language or "").partition("-")[0]
    return named.index(language) if language in named else len(named)


def face_of(event: AlertEvent) -> AlertEvent:
    """Return an event without its texts and evidence: they were told, and would be told again."""
    story, why = event.story, event.why
    return msgspec.structs.replace(
        event,
        story=msgspec.structs.replace(
            story,
            headline=story.headline[:MOST_CHARACTERS],
            body="",
            summary=story.summary[:FACE_CHARACTERS],
        ),
        tags=_bare_tags(event.tags),
        why=msgspec.structs.replace(
            why,
            pair=why.pair and msgspec.structs.replace(why.pair, spans=()),
            topics=tuple(msgspec.structs.replace(topic, spans=()) for topic in why.topics),
        ),
        outlets=(),
        stories=(),
        related=(),
        grouping=None,
        changes=(),
    )


def _bare_tags(tags: Tags) -> Tags:
    return msgspec.structs.replace(
        tags,
        countries=tuple(msgspec.structs.replace(tag, spans=()) for tag in tags.countries),
        pairs=tuple(msgspec.structs.replace(tag, spans=()) for tag in tags.pairs),
        topics=tuple(msgspec.structs.replace(tag, spans=()) for tag in tags.topics),
    )
