"""What notices told of stories, remembered whether an alert has them or not.

A hold may be read after the release, a kill before the story that it is about: this says then
which version is old, and which kills are yet to be held against a story.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from streams.grouping.credit import is_its_wires, names_of, reaches
from streams.grouping.joining import time_of
from streams.grouping.packing import pack_hashes, unpack_hashes
from streams.grouping.signature import Signature, words_of
from streams.grouping.sketch import Sketch, shared
from streams.grouping.versions import merged, newest, taken_back, version_of
from streams.grouping.weights import (
    COPY,
    EDITS_REMEMBERED,
    HEARD_CHARACTERS,
    LATE_KILLS,
    MOST_EDITED,
    MOST_TAKEN_BACK,
    NOTICE,
    REMEMBERED,
)
from streams.model.alert import Text, Version
from streams.model.editorial_signals import bare
from streams.model.heard import Heard, Waiting
from streams.model.story import GONE, TAKEN_BACK, Story
from streams.model.watch import Match, Notice


class Hearing:
    """The stories that notices told of: those taken back, and those corrected or edited.

    `changed` is what is to be written down, `None` for what is forgotten; who writes it clears it.
    """

    def __init__(self, heard: Iterable[Heard] = ()) -> None:
        """Start from what is remembered."""
        self._taken_back: OrderedDict[str, Heard] = OrderedDict()
        self._edited: OrderedDict[str, Heard] = OrderedDict()
        self._told: dict[str, Heard] = {}
        self._waiting: dict[str, Heard] = {}
        self._latest: datetime | None = None
        self.changed: dict[str, Heard | None] = {}
        for one in sorted(heard, key=lambda one: (_seen(one), one.story)):
            self._keep(one)
        self.changed.clear()

    def versions(self, story: str) -> tuple[Version, ...]:
        """Return the versions of a story that notices told of."""
        heard = self._of(story)
        return () if heard is None else heard.versions

    def told(self, story: Story) -> Heard | None:
        """Remember an older version that matched; return its story if that was taken back since."""
        heard = self._of(story.id)
        if heard is None:
            return None
        versions = merged(heard.versions, version_of(story, fits=True))
        last = newest(versions)
        ended = heard.notice is not None and last is not None and taken_back(last)
        first = min(heard.first or time_of(story), time_of(story)) if ended else heard.first
        after = msgspec.structs.replace(heard, versions=versions, first=first)
        self._change(after)
        return after if ended else None

    def first(self, story: Story) -> datetime:
        """Return when a story was told first, as far as that is remembered here."""
        heard, at = self._of(story.id), time_of(story)
        return at if heard is None or heard.first is None else min(heard.first, at)

    def wait(self, match: Match, known: Signature, ends: Sequence[Heard]) -> None:
        """Remember a match that opened no alert, since its words were taken back before it came."""
        story = match.story
        heard = self._of(story.id) or Heard(story=story.id, versions=())
        one = Waiting(match=match, text=_text(story, known), ends=tuple(end.story for end in ends))
        others = [other for other in heard.waiting if other.match.watch != match.watch]
        after = msgspec.structs.replace(
            heard,
            versions=merged(heard.versions, version_of(story, fits=True)),
            first=self.first(story),
            waiting=(*others, one),
        )
        self._change(after)

    def told_again(self, match: Match, known: Signature) -> list[Match]:
        """Return the matches that wait for a story's words, oldest first, and keep them no more.

        Its own goes too: an alert has it now.
        """
        story = match.story
        found: list[Match] = []
        for heard in sorted(self._waiting.values(), key=lambda one: (_seen(one), one.story)):
            mine = [
                one
                for one in heard.waiting
                if one.match.watch == match.watch
                and (story.id in (heard.story, *one.ends) or _copies(one.text, known))
            ]
            if mine:
                left = tuple(one for one in heard.waiting if one not in mine)
                self._change(msgspec.structs.replace(heard, waiting=left))
                found += [one.match for one in mine if heard.story != story.id]
        return found

    def hear(self, notice: Notice, known: Signature | None) -> bool:
        """Remember a notice; say whether it is of its story's newest version, as far as sent."""
        story = notice.story
        heard = self._of(story.id) or Heard(story=story.id, versions=())
        versions = merged(heard.versions, version_of(story, fits=False))
        is_newest = _is_last(versions, story)
        # A page that is gone says less than a kill that was sent.
        held = story.status in TAKEN_BACK and (GONE not in story.flags or heard.notice is None)
        ends = newest(tuple(one for one in versions if taken_back(one)))
        latest = ends is not None and ends.version == story.version
        if (is_newest or latest) and held and known is not None:
            heard = msgspec.structs.replace(
                heard,
                names=names_of(story),
                notice=msgspec.structs.replace(notice, story=_cut(story)),
                text=_text(story, known),
            )
        self._change(msgspec.structs.replace(heard, versions=versions))
        return is_newest

    def ends_for(self, story: Story, seen: datetime, known: Signature) -> list[Heard]:
        """Return what was taken back and may take a story seen so long ago with it, oldest first.

        A kill that says so in other words, for stories of its outlet told until then; and words
        that their outlet told and took back, for all that copies them.
        """
        names = names_of(story)
        found = [
            heard
            for heard in self._told.values()
            if heard.story != story.id
            and _copies(heard.text, known)
            and not is_its_wires(heard.names, names)
        ]
        if self._latest is None or self._latest < seen:
            return found
        later = [
            heard
            for heard in self._taken_back.values()
            if heard.story not in self._told
            and heard.story != story.id
            and heard.notice is not None
            and heard.notice.story.first_seen >= seen
            and _was_killed(heard)
            and reaches(heard.names, names)
        ]
        return [*found, *(heard for heard in later[-LATE_KILLS:] if _about(heard.text, known))]

    def forget(self, clock: datetime) -> None:
        """Forget what is too old to be asked for."""
        for kept, keep in ((self._taken_back, REMEMBERED), (self._edited, EDITS_REMEMBERED)):
            while kept and _seen(next(iter(kept.values()))) + keep < clock:
                self._drop(kept)

    def _of(self, story: str) -> Heard | None:
        return self._taken_back.get(story) or self._edited.get(story)

    def _change(self, heard: Heard) -> None:
        if heard != self._of(heard.story):
            self._keep(heard)
            self.changed[heard.story] = heard

    def _keep(self, heard: Heard) -> None:
        self._taken_back.pop(heard.story, None)
        self._edited.pop(heard.story, None)
        self._waiting.pop(heard.story, None)
        ended = any(map(taken_back, heard.versions))
        long = ended or heard.waiting
        kept, most = (self._taken_back, MOST_TAKEN_BACK) if long else (self._edited, MOST_EDITED)
        kept[heard.story] = heard
        if heard.first is not None:
            self._told[heard.story] = heard
        if heard.waiting:
            self._waiting[heard.story] = heard
        if ended:
            self._latest = max(self._latest or _seen(heard), _seen(heard))
        if len(kept) > most:
            self._drop(kept)

    def _drop(self, kept: OrderedDict[str, Heard]) -> None:
        story, _ = kept.popitem(last=False)
        self._told.pop(story, None)
        self._waiting.pop(story, None)
        self.changed[story] = None


def _seen(heard: Heard) -> datetime:
    return max(one.seen for one in heard.versions)


def _is_last(versions: tuple[Version, ...], story: Story) -> bool:
    """Say whether a version is the newest, or the newest that was sent."""
    sent = newest(tuple(one for one in versions if not one.gone))
    last = newest(versions)
    return any(one is not None and one.version == story.version for one in (sent, last))


def _was_killed(heard: Heard) -> bool:
    """Say whether the last version that was sent took the story back."""
    sent = newest(tuple(one for one in heard.versions if not one.gone))
    return sent is not None and taken_back(sent)


def _text(story: Story, known: Signature) -> Text:
    return Text(
        source=story.source,
        headline=bare(story.headline),
        sketch=pack_hashes(known.sketch.hashes),
        limit=known.sketch.limit,
        figures=(),
    )


def _cut(story: Story) -> Story:
    return msgspec.structs.replace(
        story, body=story.body[:HEARD_CHARACTERS], summary=story.summary[:HEARD_CHARACTERS]
    )


def _about(text: Text | None, known: Signature) -> bool:
    """Say whether a kill has a story's text, or its headline."""
    if text is None:
        return False
    headline = words_of(text.headline)
    both = sum(told for term, told in headline.items() if term in known.headline)
    return _copies(text, known) or (both > 0 and both >= NOTICE * sum(headline.values()))


def _copies(text: Text | None, known: Signature) -> bool:
    if text is None:
        return False
    return shared(known.sketch, Sketch(unpack_hashes(text.sketch), text.limit)) >= COPY
