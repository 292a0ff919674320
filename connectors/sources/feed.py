"""A feed as the operator names it in `feeds.toml`."""

import msgspec


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """One feed. `source` is the outlet's name, `interval` the seconds between two polls."""

    id: str
    url: str
    source: str
    language: str | None = None
    interval: int = 300
