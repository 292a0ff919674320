"""What an alert is headed by: its last event, in the language that the watch likes best. Pure."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

import msgspec

from streams.model.alert import AlertEvent, AlertState, Change, Face, Kind
from streams.model.correction_notes import notes
from streams.model.editorial_signals import MOST_CHARACTERS
from streams.model.story import GATHER_CHARACTERS, Story, WholeText
from streams.model.tags import FIELDS, CountryTag, PairTag, Span, Stretch, Tags, TopicTag
from streams.model.watch import Match, Why

FACE_CHARACTERS = 300
"""Characters of a summary that are kept in any case."""
FACE_SPANS = 8
"""Words kept of each tag that decided: as many as a reader wants marked."""
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
    return face_with(face, match)


def face_with(face: Face, match: Match) -> Face:
    """Return what would head an alert by another story."""
    story, why = _short(match.story, match.why)
    return msgspec.structs.replace(
        face, story=story, tags=tags_without_evidence(match.tags), why=why
    )


def _rank(tags: Tags, match: Match) -> int:
    """Return the place of a language among those that the watch names, the first being best."""
    named = match.languages
    language = (tags.language or "").partition("-")[0]
    return named.index(language) if language in named else len(named)


def face_of(event: AlertEvent) -> Face:
    """Return an event with no more of its story than shows what it is and by which words."""
    story, why = _short(event.story, event.why)
    return Face(
        title=event.title,
        story=story,
        tags=tags_without_evidence(event.tags),
        why=why,
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


def why_in(story: Story, face: Face) -> Why:
    """Return why an alert's story fits, by those words that stand in another one at their place."""

    def stands(place: Span | Stretch) -> bool:
        if place.field not in FIELDS:
            return False
        known: str = getattr(face.story, place.field)
        text: str = getattr(story, place.field)
        same = text[place.start : place.end] == known[place.start : place.end]
        return same and place.end <= len(known)

    sentence = face.why.sentence
    return _filtered(
        face.why,
        lambda spans: tuple(filter(stands, spans)),
        sentence if sentence is not None and stands(sentence) else None,
    )


def _short(story: Story, why: Why) -> tuple[Story, Why]:
    """Return a story's texts as far as what decided stands in them, and why it fits by that.

    Of what decided that is what stands in the sentence that ties the pair, in the headline or at
    the beginning of the summary; of a tag that has nothing there, its first word.
    """
    limits = {"headline": MOST_CHARACTERS, "summary": GATHER_CHARACTERS, "body": GATHER_CHARACTERS}
    reach = {"headline": MOST_CHARACTERS, "summary": FACE_CHARACTERS, "body": 0}
    sentence = why.sentence
    if sentence is not None and sentence.end > limits[sentence.field]:
        sentence = None

    def rank(span: Span) -> int:
        if sentence is not None and sentence.holds(span):
            return 0
        return 1 if span.end <= reach[span.field] else 2

    def kept(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        known = sorted((one for one in spans if one.end <= limits.get(one.field, 0)), key=rank)
        return tuple(one for one in known if rank(one) < 2)[:FACE_SPANS] or tuple(known[:1])

    short = _filtered(why, kept, sentence)
    until = dict(reach)
    for place in (*short.spans, *(() if sentence is None else (sentence,))):
        until[place.field] = max(until[place.field], place.end)
    texts = {field: getattr(story, field)[:end] for field, end in until.items()}
    cut = any(text != getattr(story, field) for field, text in texts.items())
    if cut and story.whole is None:
        texts["whole"] = WholeText(characters=story.size, notes=notes(story))
    return msgspec.structs.replace(story, **texts), short


def _filtered(
    why: Why, kept: Callable[[tuple[Span, ...]], tuple[Span, ...]], sentence: Stretch | None
) -> Why:
    """Return why a story fits by those of its words that are kept."""
    pair = why.pair
    if pair is not None:
        pair = msgspec.structs.replace(pair, spans=kept(pair.spans), sentence=sentence)
    replace = msgspec.structs.replace
    return replace(
        why,
        pair=pair,
        countries=tuple(replace(one, spans=kept(one.spans)) for one in why.countries),
        topics=tuple(replace(one, spans=kept(one.spans)) for one in why.topics),
        words=kept(why.words),
    )


def _bare(tags: Iterable[TagT]) -> tuple[TagT, ...]:
    return tuple(msgspec.structs.replace(tag, spans=()) for tag in tags)
