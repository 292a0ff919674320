"""What comes of a document of any format: a feed with entries, free of the format's own shapes.

A format's reader makes a `RawFeed`; `cleaning.py` makes a `Parsed` of it, which leaves the parser.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from connectors.errors import ConnectorError
from streams.model.story import Status

RawT = TypeVar("RawT")


class NotAFeedError(ConnectorError):
    """The document is no feed. The message says what it looks like."""


class NotInTimeError(NotAFeedError):
    """The document was not read in time, and that need not be its own fault."""


@dataclass(frozen=True, kw_only=True)
class EntryFields:
    """What an entry has, read or cleaned: times are aware UTC.

    `published` and `updated` are what the format's own reader made of the raw dates, if it has
    one. `status` is what the format itself says of the entry, where it has a word for that;
    `version` is the publisher's number of it, and `embargo_raw` the time it is to be held until.
    `own_id` is the id of the document itself, where that is about the story of another one, whose
    id is then the `guid`.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_raw: str | None = None
    updated: datetime | None = None
    updated_raw: str | None = None
    language: str | None = None
    status: Status | None = None
    version: str = ""
    embargo_raw: str | None = None
    dateline: str = ""
    own_id: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RawEntry(EntryFields):
    """An entry as a format's reader made it: its texts are HTML of any length."""


@dataclass(frozen=True, kw_only=True)
class Entry(EntryFields):
    """An entry as it leaves the parser: its texts are plain, and within their limits.

    `cut` names those that were shortened, `cut_digests` are the digests of the whole ones.
    """

    cut: tuple[str, ...] = ()
    cut_digests: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FeedFields:
    """What a feed has, read or cleaned. `lost` counts entries that nothing could be made of.

    `format` names its kind. `remarks` say, in plain words, what else was not as it should be.
    `interval` is the seconds between two polls that the feed asks for; `hubs` and `address` are
    where it offers WebSub and the address it goes by there; `files` are the addresses of the
    documents that a list of wire files names.
    """

    language: str | None
    lost: int = 0
    format: str = ""
    title: str = ""
    interval: float | None = None
    hubs: tuple[str, ...] = ()
    address: str | None = None
    files: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RawFeed(FeedFields):
    """A feed as a format's reader made it."""

    entries: tuple[RawEntry, ...]


@dataclass(frozen=True, kw_only=True)
class Parsed(FeedFields):
    """A feed as it leaves the parser."""

    entries: tuple[Entry, ...]
    rest: int = 0
    """The number of the first entry that there was no time for; 0 if all were read."""


def tells(entry: RawEntry) -> bool:
    """Say whether an entry has anything to read, or says that its story isn't as it was."""
    if entry.title or entry.summary or entry.content:
        return True
    return bool(entry.guid) and entry.status not in {None, Status.USABLE}


def each(make: Callable[[RawT], RawEntry], raw: Iterable[RawT]) -> tuple[tuple[RawEntry, ...], int]:
    """Make an entry of each raw one; count those that nothing could be made of."""
    entries, lost = [], 0
    for one in raw:
        try:
            entries.append(make(one))
        except MemoryError:
            raise  # what else the process has in hand would not be right either
        except Exception:  # noqa: BLE001 - one bad entry never takes its neighbours along
            lost += 1
    return tuple(entries), lost
