"""How a feed is doing, in words an editor understands."""

from enum import StrEnum

import msgspec

from streams.ledger import Time


class FeedState(StrEnum):
    """The outcome of a poll."""

    OK = "ok"
    UNREACHABLE = "unreachable"
    """No answer: name, connection, TLS or time."""
    HTTP_ERROR = "http_error"
    """An answer, but not a page."""
    REFUSED = "refused"
    """The address is one that wirewatch doesn't dial."""
    TOO_LARGE = "too_large"
    NOT_A_FEED = "not_a_feed"


class FeedHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a feed after a poll. `stories` counts the new ones of this poll."""

    feed: str
    source: str
    state: FeedState
    detail: str
    polled: Time
    last_ok: Time | None
    entries: int
    stories: int
