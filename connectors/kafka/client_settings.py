"""What kafka-python is given to reach a Kafka and get in."""

from typing import Any

from kafka.net.sasl.oauth import AbstractTokenProvider

from streams.contract.kafka_access import KafkaAccess, TokenLogin


class _TokenProvider(AbstractTokenProvider):
    def __init__(self, login: TokenLogin) -> None:
        self._login = login

    def token(self) -> str:
        return self._login.token()


def client_settings(kafka: KafkaAccess) -> dict[str, Any]:
    """Return the settings of a client of kafka-python."""
    given = kafka.client_settings()
    if isinstance(kafka.login, TokenLogin):
        given["sasl_oauth_token_provider"] = _TokenProvider(kafka.login)
    return given
