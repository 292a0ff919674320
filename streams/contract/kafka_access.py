"""How a Kafka is reached: its addresses, how it is known, and how a client logs in.

The one record from which every client takes its settings, kafka-python's (`connectors.kafka`) and
Faust's (`streams.worker`).
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Compression(StrEnum):
    """How producers pack the records that they send together. Readers see by themselves which."""

    ZSTD = "zstd"
    LZ4 = "lz4"
    GZIP = "gzip"
    NONE = "none"

    @property
    def codec(self) -> str | None:
        """What kafka-python and aiokafka call it."""
        return None if self is Compression.NONE else self.value


class Mechanism(StrEnum):
    """How a password is shown: by SCRAM it never leaves the client."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who a client is. The password stands in no `repr`, so that no log shows it."""

    username: str
    password: str = field(repr=False)
    mechanism: Mechanism = Mechanism.SCRAM_SHA_256


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogin:
    """A client that shows a token which somebody else gave it (OAUTHBEARER).

    `token` returns one that is good now, or raises `OSError`; it may take seconds.
    """

    token: Callable[[], str] = field(repr=False)


OAUTHBEARER = "OAUTHBEARER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How Kafka shows who it is, and a client who it is, if Kafka asks: files in PEM form.

    Without `ca` whom this machine trusts is trusted.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    key_password: str | None = field(default=None, repr=False)

    def context(self) -> ssl.SSLContext:
        """Return what sockets are wrapped with. Raises `OSError` for files that can't be used."""
        context = ssl.create_default_context(cafile=self.ca)
        if self.certificate is not None:
            # Never a callback that asks on the terminal: a service has none.
            context.load_cert_chain(self.certificate, self.key, self.key_password or "")
        return context


@dataclass(frozen=True, slots=True)
class KafkaAccess:
    """A Kafka at `HOST:PORT` (or several, with commas), which lets anyone in without a login.

    As a text it is its address, so that messages can name it.
    """

    address: str
    login: Login | TokenLogin | None = None
    tls: Tls | None = None
    compression: Compression = Compression.ZSTD

    @property
    def addresses(self) -> list[str]:
        """Each `HOST:PORT` to begin at: any that answers names the rest of the cluster."""
        return self.address.split(",")

    @property
    def protocol(self) -> str:
        """How clients and Kafka talk, as all of them name it."""
        kind = "SSL" if self.tls else "PLAINTEXT"
        return f"SASL_{kind}" if self.login else kind

    def __str__(self) -> str:
        """Return the address alone."""
        return self.address

    def client_settings(self) -> dict[str, Any]:
        """Return what kafka-python and aiokafka want to be given, by the names that both have.

        Each has a class of its own for who provides a token: that isn't among them.
        """
        given: dict[str, Any] = {
            "bootstrap_servers": self.addresses,
            "security_protocol": self.protocol,
        }
        if self.tls is not None:
            given["ssl_context"] = self.tls.context()
        if self.login is None:
            return given
        if isinstance(self.login, TokenLogin):
            return {**given, "sasl_mechanism": OAUTHBEARER}
        return {
            **given,
            "sasl_mechanism": self.login.mechanism.value,
            "sasl_plain_username": self.login.username,
            "sasl_plain_password": self.login.password,
        }
