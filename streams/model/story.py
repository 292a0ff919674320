"""A story as a feed gave it: the first record on Kafka, and the one every other record wraps."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec

from streams.model.open_enum import OpenEnum
from streams.model.timestamps import Time

ID_LENGTH = 32
"""Hex digits of an id: 128 bits of a SHA-256, enough that two never meet."""
_BEGINNING = re.compile(rf"[0-9a-f]{{6,{ID_LENGTH}}}")


# Longer than anything that poll sends. A record that has more is refused when it is read: gather
# remembers these of hundreds of stories in one record, which Kafka takes only up to a size.
Id = Annotated[str, msgspec.Meta(max_length=128)]
Name = Annotated[str, msgspec.Meta(max_length=500)]
Address = Annotated[str, msgspec.Meta(max_length=4_000)]

GONE = "gone from its address (HTTP 410)"
"""The flag of a version that nobody sent: the publisher took the story's page away for good."""


class Status(OpenEnum):
    """What the publisher says of a story, in the words of ninjs `pubStatus` and of wire slugs."""

    USABLE = "usable"
    CORRECTED = "corrected"
    WITHHELD = "withheld"
    CANCELED = "canceled"


TAKEN_BACK = frozenset({Status.WITHHELD, Status.CANCELED})
ON_OTHERS = TAKEN_BACK | {Status.CORRECTED}
"""What is said of what was told before, maybe under another id; any other status is news."""

GATHER_CHARACTERS = 3_000
"""Characters of a text that gather reads: what an event is about stands on the first page."""


class WholeText(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What is to know of a story's whole text where only its beginning is at hand.

    `characters` of headline, summary and body, and the correction `notes` in it, each as a number.
    """

    characters: int
    notes: tuple[int, ...] = ()


class Story(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One version of one story. Times are aware and in UTC.

    `id` stays the same when the story is edited; `version` changes with its content.
    `backfill` is true for what a feed already held when it was first fetched, `edited` for a later
    version of a story that was told before in other words.
    `revision` is the outlet's own number of this version, where its format has one: wires send
    versions out of order.
    `cut` names the text fields that were shortened to their limits, `cut_digests` are those of
    the whole texts, in the same order. Until `embargo` a story is withheld. `flags` say in plain
    words what is to know about it: a date that was unreadable, a note to editors. Behind `match`
    a long story has only the beginning of its text, and says of the `whole` what is asked of it.
    """

    id: Id
    version: Id
    feed: Name
    source: Name
    headline: str
    first_seen: Time
    url: Address | None = None
    summary: str = ""
    body: str = ""
    language: str | None = None
    authors: tuple[str, ...] = ()
    published: Time | None = None
    published_raw: str | None = None
    updated: Time | None = None
    status: Status = Status.USABLE
    backfill: bool = False
    edited: bool = False
    cut: tuple[str, ...] = ()
    cut_digests: tuple[str, ...] = ()
    embargo: Time | None = None
    dateline: str = ""
    flags: tuple[str, ...] = ()
    revision: int | None = None
    whole: WholeText | None = None

    @property
    def size(self) -> int:
        """The characters of its whole text."""
        if self.whole is not None:
            return self.whole.characters
        return len(self.headline) + len(self.summary) + len(self.body)


def is_id(given: str) -> bool:
    """Say whether this is an id of ours, or as much of its beginning as is taken for one."""
    return _BEGINNING.fullmatch(given) is not None


def digest(parts: Iterable[str]) -> str:
    """Digest texts into an id of `ID_LENGTH` hex digits.

    Each part goes in with its length, so that ("ab", "c") and ("a", "bc") differ.
    """
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        sha.update(b"%d:" % len(data))
        sha.update(data)
    return sha.hexdigest()[:ID_LENGTH]


def story_id(*, feed: str, guid: str | None, link: str | None, headline: str, body: str) -> str:
    """Return the id of a story: its feed with its guid, else its link, else its words."""
    if guid:
        return digest(("guid", feed, guid))
    if link:
        return digest(("link", feed, link))
    return digest(("text", feed, headline, body))


def story_version(
    *, headline: str, summary: str = "", body: str = "", status: Status = Status.USABLE
) -> str:
    """Return the version of a story: a digest of all that a reader would notice as changed."""
    return digest((headline, summary, body, status))


def in_other_words(story: Story, version: str) -> bool:
    """Say whether an earlier version of a story had other words, and not just another status."""
    texts = {"headline": story.headline, "summary": story.summary, "body": story.body}
    return all(version != story_version(**texts, status=status) for status in Status)


def gone(story: Story, now: datetime) -> Story:
    """Return the version that takes a story back, its page being gone: it is news of now.

    Its digest is the same whenever that is found, and of how much of the text ever.
    """
    return msgspec.structs.replace(
        story,
        version=digest((GONE, story.version)),
        first_seen=now,
        status=Status.CANCELED,
        backfill=False,
        edited=False,
        flags=(*story.flags, GONE),
    )
