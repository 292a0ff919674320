"""A subscriber as the operator names them in `subscribers.toml`."""

from enum import StrEnum

import msgspec


class SinkKind(StrEnum):
    """How a subscriber is reached."""

    TERMINAL = "terminal"
    WEBHOOK = "webhook"


class Subscriber(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets alerts, and how. No `watches` means all of them.

    `url` and `secret` (`whsec_...`, already read from the environment or its file) are a
    webhook's. The secret stays out of the record's own text.
    """

    id: str
    kind: SinkKind
    url: str | None = None
    secret: str | None = None
    watches: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Show who it is, never the secret or the address, which may hold one."""
        return f"Subscriber(id={self.id!r}, kind={self.kind.value!r})"
