"""The mail server that takes our mail, as `wirewatch.toml` names it."""

from enum import StrEnum
from pathlib import Path

import msgspec

from connectors.delivery.sinks.secret import Secret


class Security(StrEnum):
    """How the connection is kept from others."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """How mail leaves: the table `[mail]` of `wirewatch.toml`.

    One logs in with a `password`, or with the OAuth2 token in `token_file`, which is read anew
    each time, since tokens last for an hour. No `port` means the usual one of the `security`.
    With a `folder` no mail leaves: each is written there.
    """

    sender: str
    host: str = ""
    folder: Path | None = None
    port: int = 0
    security: Security = Security.STARTTLS
    user: str = ""
    password: Secret | None = None
    token_file: Path | None = None
    ca_file: Path | None = None
    templates: Path | None = None
    allow_private: bool = False

    @property
    def domain(self) -> str:
        """The domain that mail comes from: ids of messages are made with it."""
        return self.sender.rpartition("@")[2]

    @property
    def where(self) -> str:
        """Host and port, as they may be told."""
        return f"{self.host}:{self.port or PORTS[self.security]}"
