"""Return users of a Kafka their passwords."""

from kafka.admin import UserScramCredentialUpsertion
from kafka.errors import KafkaError as LibraryError

from connectors.kafka.errors import ANSWER_SECONDS, KafkaError, failed
from connectors.kafka.library_client import admin_client
from streams.contract.kafka_access import KafkaAccess, Login


def set_password(kafka: KafkaAccess, login: Login, seconds: float = ANSWER_SECONDS) -> None:
    """Let a user log in with this password from now on, and no other. Raises `KafkaError`."""
    wanted = UserScramCredentialUpsertion(login.username, login.mechanism.value, login.password)
    try:
        with admin_client(kafka, seconds, request_timeout_ms=int(seconds * 1000)) as admin:
            refused = admin.alter_user_scram_credentials([wanted])[login.username]
    except LibraryError as error:
        raise failed("take a password", kafka, error) from error
    if refused:
        raise KafkaError(f"Kafka at {kafka} did not take a password: {refused}")
