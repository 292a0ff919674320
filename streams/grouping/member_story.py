"""A story of an alert: its versions, whose words it has, what its outlet corrected. Pure."""

import msgspec

from streams.grouping.credit import names_of
from streams.grouping.joining import Joining
from streams.grouping.versions import merged, newest, version_of
from streams.grouping.weights import COPY
from streams.model.alert import AlertState, Bond, Member, Version, pack_stories
from streams.model.correction_notes import notes
from streams.model.editorial_signals import bare
from streams.model.story import Status, Story
from streams.tagging.passages import passages

HEADLINE_CHARACTERS = 120
OPENING_CHARACTERS = 240
SHORTEST_OPENING = 24
"""A line shorter than this is a byline or a heading: the opening goes on behind it."""


def member_of(before: Member | None, joining: Joining) -> Member:
    """Return what is known of a story once this version of it is known too."""
    story = joining.match.story
    versions = joining.before if before is None else before.versions
    versions = merged(versions, version_of(story, fits=joining.fits))
    if before is None:
        return Member(
            names=names_of(story),
            outlet=story.source,
            versions=versions,
            first=joining.first,
            text=whose_words(joining),
            headline=kept_headline(story),
            opening=opening(story),
            notes=notes(story),
        )
    first = min(before.first, joining.first)
    if not is_newest(versions, story.version):
        return msgspec.structs.replace(before, versions=versions, first=first)
    return msgspec.structs.replace(
        before,
        names=names_of(story),
        versions=versions,
        first=first,
        headline=kept_headline(story),
        opening=opening(story),
        notes=notes(story),
    )


def kept_headline(story: Story) -> str:
    """Return a story's headline as it is remembered: without slugs, and cut."""
    return bare(story.headline)[:HEADLINE_CHARACTERS]


def opening(story: Story) -> str:
    """Return how a story's text begins, as it is remembered: a sentence, cut, in one line."""
    text = (story.body or story.summary).lstrip()[: 2 * OPENING_CHARACTERS]
    begins = msgspec.structs.replace(story, summary="", body=text)
    told = [passage for passage in passages(begins) if passage.field == "body"]
    if not told:
        return ""
    (found,) = told
    start = max(found.dateline, found.lead[0])
    after = (end for end in found.starts if end - start > SHORTEST_OPENING)
    return " ".join(text[start : next(after, len(text))].split())[:OPENING_CHARACTERS]


def is_newest(versions: tuple[Version, ...], version: str) -> bool:
    """Say whether a version is the newest of its story."""
    last = newest(versions)
    return last is not None and last.version == version


def is_news(before: Member | None, member: Member, version: str) -> bool:
    """Say whether a version is the newest of its story, and wasn't yet."""
    if not is_newest(member.versions, version):
        return False
    if before is None or not is_newest(before.versions, version):
        return True
    known = newest(before.versions)
    return known is not None and not known.fits and _fits(member.versions)


def _fits(versions: tuple[Version, ...]) -> bool:
    last = newest(versions)
    return last is not None and last.fits


def whose_words(joining: Joining) -> str:
    """Return the story whose words a copy has, as far as that is known; else its own id."""
    story, text = joining.match.story, joining.text
    copied = joining.grouping.bond is Bond.COPY and joining.frame >= COPY
    if not copied or text is None or not text.story:
        return story.id
    return text.story


def brought_over(alert: AlertState) -> AlertState:
    """Return an alert that an earlier release remembered, as it is remembered now.

    The first release knew the outlets that told the event in words of their own, not whose which
    story is. So the first story is that of the first outlet, and the others stand under their
    names.
    """
    if alert.unpacked:
        packed = pack_stories(alert.unpacked)
        return msgspec.structs.replace(alert, packed_stories=packed, unpacked={})
    if alert.packed_stories or not alert.known_before:
        return alert
    first, *copies = alert.known_before
    face = alert.face.story
    told = {first: alert.outlets[0]}
    if face.id in copies:
        told[face.id] = face.source
    told |= {f"of {name}": name for name in alert.own if name not in told.values()}
    status = Status.CANCELED if alert.withdrawn else Status.USABLE
    stories = {
        story: Member(
            names=names_of(msgspec.structs.replace(face, source=outlet, authors=())),
            outlet=outlet,
            versions=tuple(
                Version(
                    version=version,
                    status=status,
                    seen=alert.active,
                    dated=alert.active,
                    size=number,
                    fits=True,
                )
                for number, version in enumerate(alert.known_before.get(story, ("",)))
            ),
            first=alert.first,
            text=story,
            notes=None,
        )
        for story, outlet in told.items()
    }
    texts = tuple(
        msgspec.structs.replace(
            text, story=next((one for one, name in told.items() if name == text.source), first)
        )
        for text in alert.texts
    )
    return msgspec.structs.replace(
        alert, packed_stories=pack_stories(stories), texts=texts, known_before={}
    )
