"""What a reader of any format makes of a document: entries, free of the format's own shapes."""

from dataclasses import dataclass
from datetime import datetime

from connectors.errors import ConnectorError
from streams.story import Status


class NotAFeedError(ConnectorError):
    """The document is no feed. The message says what it looks like."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry as the feed gave it: texts may be HTML, times are aware UTC.

    `status` is what the format itself says of the entry, where it has a word for that.
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


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A feed. `lost` counts entries that nothing could be made of.

    `interval` is the seconds between two polls that the feed asks for; `hubs` and `address` are
    where it offers WebSub and the address it goes by there; `files` are the addresses of the
    documents that a list of wire files names.
    """

    entries: tuple[Entry, ...]
    language: str | None
    lost: int = 0
    format: str = ""
    title: str = ""
    interval: float | None = None
    hubs: tuple[str, ...] = ()
    address: str | None = None
    files: tuple[str, ...] = ()
