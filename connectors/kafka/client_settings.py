"""What kafka-python is given to reach a Kafka and get in."""

from functools import cache
from threading import Lock
from typing import Any

from kafka.net.sasl.oauth import AbstractTokenProvider
from kafka.protocol.api_message import ApiMessage

from streams.contract.kafka_access import KafkaAccess, TokenLogin

_one_at_a_time = Lock()


class _TokenProvider(AbstractTokenProvider):
    def __init__(self, login: TokenLogin) -> None:
        self._login = login

    def token(self) -> str:
        return self._login.token()


def client_settings(kafka: KafkaAccess) -> dict[str, Any]:
    """Return the settings of a client of kafka-python."""
    with _one_at_a_time:
        make_answer_classes()
    given = kafka.client_settings()
    if isinstance(kafka.login, TokenLogin):
        given["sasl_oauth_token_provider"] = _TokenProvider(kafka.login)
    return given


@cache
def make_answer_classes() -> None:
    """Make what kafka-python 3.0 reads answers by, before two clients do it at the same time.

    It makes a class for each version of an answer when one first comes, and remembers the last
    class made by a weak reference. Of two made at once by two threads one is dropped: where that
    was the one remembered, no client of the process can read that answer any more.
    """
    for answer in ApiMessage.__subclasses__():
        if not answer.is_request():
            for version in range(answer.min_version, answer.max_version + 1):
                _ = answer[version]
