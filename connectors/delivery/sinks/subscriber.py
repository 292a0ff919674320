"""A subscriber as the operator names them in `subscribers.toml`."""

import hashlib

from connectors.delivery.routing.preferences import Preferences
from connectors.delivery.sinks.settings import SinkSettings, kind_of


class Subscriber(Preferences, frozen=True, kw_only=True):
    """Who gets alerts, which and when, and how.

    `sink` is the settings struct of a kind of sink (`settings.py`): addresses and secrets, already
    read from the environment or their files. They stay out of the record's own text. Whoever has
    several channels is there once for each, with an `id` such as `anna/mail`.
    """

    id: str
    sink: SinkSettings
    operator: bool = False
    """Whether to hear of faults of wirewatch itself too."""
    coverage: bool = True
    """Whether to hear when sources of the watches are missing."""
    all_quiet: bool = False
    """Whether to get a line a day, at the time of a daily digest: how many sources are well."""

    @property
    def person(self) -> str:
        """Whose channel it is: `anna` of `anna/mail`."""
        return self.id.partition("/")[0]

    @property
    def kind(self) -> str:
        """The kind of sink."""
        return kind_of(self.sink)

    @property
    def address(self) -> str:
        """What differs where the receiver does, as a digest: an address may hold a secret."""
        return hashlib.sha256(f"{self.kind} {self.sink.address}".encode()).hexdigest()[:16]

    def __repr__(self) -> str:
        """Show who it is, never the secret or the address, which may hold one."""
        return f"Subscriber(id={self.id!r}, kind={self.kind!r})"
