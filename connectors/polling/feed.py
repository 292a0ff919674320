"""A feed as the operator names it in `feeds.toml`."""

from enum import StrEnum

import msgspec

FOLDER = "file://"
"""What the address of a folder of wire files begins with."""
INTERVAL = 300
"""Seconds between two polls of a feed, unless its table says otherwise."""


class FeedKind(StrEnum):
    """What is found at a feed's address."""

    FEED = "feed"
    """One document with all its entries."""
    WIRE = "wire"
    """A folder, or a list over HTTP, of files with a story each."""


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """One feed. `source` is the outlet's name, `interval` the seconds between two polls.

    `url` is an http or https address or, for a wire, a folder as `file:///...`.

    `country` is the outlet's (ISO 3166-1 alpha-2). `headers` go with every request to the
    feed's own server, secrets among them, already read from where they are kept: they and the
    address stay out of the record's text. `full_text` asks for the stories' pages too. `wire`
    says that what stands before its headlines, such as `KILL:`, is about its stories' status.
    """

    id: str
    url: str
    source: str
    kind: FeedKind = FeedKind.FEED
    language: str | None = None
    country: str | None = None
    interval: int = INTERVAL
    headers: tuple[tuple[str, str], ...] = ()
    full_text: bool = False
    wire: bool = False
    paused: bool = False
    tags: tuple[str, ...] = ()

    @property
    def is_wire(self) -> bool:
        """Whether its headlines begin with a wire's slugs: wire files, or the operator says so."""
        return self.wire or self.kind is FeedKind.WIRE

    def __repr__(self) -> str:
        """Show which feed it is, never its address or headers, which may hold a secret."""
        return f"Feed(id={self.id!r}, source={self.source!r})"
