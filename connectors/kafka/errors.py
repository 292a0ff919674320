"""What this package raises, and how its errors are worded."""

from kafka.errors import KafkaError as LibraryError

from connectors.errors import ConnectorError

ANSWER_SECONDS = 30.0
"""How long Kafka may take to answer."""


class KafkaError(ConnectorError):
    """Kafka did not do what was asked. The message names its address and the cause."""


def failed(what: str, address: str, error: LibraryError) -> KafkaError:
    """Word an error of the library."""
    # The library's errors begin with their own names.
    return KafkaError(f"Kafka at {address} did not {what}: {error}")
