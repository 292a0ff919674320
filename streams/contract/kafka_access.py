"""How a Kafka is reached: its address, and how a client logs in.

The one record from which every client takes its settings, kafka-python's (`connectors.kafka`) and
Faust's (`streams.worker`). Pure.
"""

from dataclasses import dataclass, field
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class KafkaAccess:
    """A Kafka at `HOST:PORT`, which lets anyone in if there is no login.

    As a text it is its address, so that messages can name it.
    """

    address: str
    login: Login | None = None

    def __str__(self) -> str:
        """Return the address alone."""
        return self.address

    def client_settings(self) -> dict[str, str]:
        """Return what kafka-python and aiokafka want to be given, by the names that both have."""
        given = {"bootstrap_servers": self.address}
        if self.login is None:
            return given
        return {
            **given,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": self.login.mechanism.value,
            "sasl_plain_username": self.login.username,
            "sasl_plain_password": self.login.password,
        }
