"""The steps of a login at Kafka, for whoever asks it something without a client."""

from typing import Protocol

from kafka.net.sasl import get_sasl_mechanism

from connectors.kafka.client_settings import client_settings
from streams.contract.kafka_access import KafkaAccess


class LoginSteps(Protocol):
    """What is shown to Kafka in turn, and what it answers."""

    def auth_bytes(self) -> bytes:
        """Return what is shown next. Raises `OSError` if there is no token."""

    def receive(self, auth_bytes: bytes) -> object:
        """Take in an answer. Raises `ValueError` or `KeyError` for one that can't be."""

    def is_done(self) -> bool:
        """Whether nothing more is to be shown."""


def login_steps(kafka: KafkaAccess) -> tuple[str, LoginSteps]:
    """Return the mechanism of a Kafka's login, and its steps as kafka-python takes them."""
    given = client_settings(kafka)
    mechanism = given["sasl_mechanism"]
    steps: LoginSteps = get_sasl_mechanism(mechanism)(**given)
    return mechanism, steps
