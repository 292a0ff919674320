"""How a feed is doing, in words an editor understands."""

import msgspec

from streams.model.open_enum import OpenEnum
from streams.model.timestamps import Time


class FeedState(OpenEnum):
    """How a feed is doing."""

    OK = "ok"
    SLOW = "slow"
    """It can be read, but takes long to answer."""
    SILENT = "silent"
    """It can be read, but has brought nothing for longer than its rhythm."""
    MOVED = "moved"
    """It can be read, at another address than the operator's."""
    UNREACHABLE = "unreachable"
    """No answer: name, connection, TLS or time."""
    HTTP_ERROR = "http_error"
    """An answer, but not a page."""
    BROKEN = "broken"
    """An answer that can't be read: it isn't HTTP, it breaks off, it isn't packed as it says."""
    BLOCKED = "blocked"
    """A challenge page: the server wants to see a person's browser."""
    GONE = "gone"
    """The server says 410: it won't come back."""
    REFUSED = "refused"
    """The address is one that wirewatch doesn't dial."""
    TOO_LARGE = "too_large"
    NOT_A_FEED = "not_a_feed"
    REMOVED = "removed"
    """It isn't polled any more: the operator removed or paused it."""

    @property
    def readable(self) -> bool:
        """Whether the poll could read the feed."""
        return self in READABLE


READABLE = frozenset({FeedState.OK, FeedState.SLOW, FeedState.SILENT, FeedState.MOVED})


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which stories may have come and gone between two polls."""

    since: Time
    until: Time


class FeedHealth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state of a feed after a poll, or since it is polled no more.

    `stories` counts the new ones of this poll. `rhythm` is the usual time between two new
    stories and `interval` the time between two polls as it is now, both in seconds. `failures`
    counts failed polls in a row. `push` says how WebSub is doing, where it is used.
    """

    feed: str
    source: str
    state: FeedState
    detail: str
    polled: Time
    last_ok: Time | None
    entries: int
    stories: int
    last_story: Time | None = None
    next_poll: Time | None = None
    interval: float | None = None
    rhythm: float | None = None
    gap: Gap | None = None
    failures: int = 0
    format: str = ""
    push: str = ""
