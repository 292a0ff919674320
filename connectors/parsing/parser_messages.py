"""What goes between poll and its parsers.

Apart from the parser itself, so that poll never loads what reads hostile bytes.
"""

from enum import StrEnum

import msgspec

from connectors.formats.entry import Parsed

ANNOUNCED, LINKED = "announced", "linked"
"""Flags of where a feed may be: the page says so, or it has a link that looks like it."""


class Task(StrEnum):
    """What a document is read for."""

    FEED = "feed"
    LIST = "list"
    """The files that a list of wire files names."""
    ARTICLE = "article"
    """The headline and text of a story's page."""
    LINKS = "links"
    """Where a page says that feeds are."""


class Request(msgspec.Struct, frozen=True, array_like=True):
    """A document to parse, the seconds of CPU it may take, and the number of its first entry.

    `task` says what it is read for.
    """

    body: bytes
    url: str
    content_type: str
    seconds: float
    start: int = 0
    task: Task = Task.FEED


class ParseAnswer(msgspec.Struct, frozen=True, array_like=True):
    """What became of it: a feed, or the reason why not. `last`: the worker ends after this one."""

    parsed: Parsed | None
    reason: str = ""
    last: bool = False
