"""Find out whether a Kafka answers, on a connection of its own."""

from kafka.errors import ClusterAuthorizationFailedError
from kafka.errors import KafkaError as LibraryError

from connectors.kafka.library_client import admin_client
from streams.contract.kafka_access import KafkaAccess

PROBE_SECONDS = 5.0


def kafka_answers(kafka: KafkaAccess, seconds: float = PROBE_SECONDS) -> bool:
    """Say whether Kafka answers within `seconds`. Blocks.

    A broker that stands still takes connections all the same: so it is asked something.
    """
    try:
        with admin_client(kafka, seconds, request_timeout_ms=int(seconds * 1000)) as admin:
            return bool(admin.describe_cluster().get("brokers"))
    except ClusterAuthorizationFailedError:  # to say that we may not ask is an answer
        return True
    except (LibraryError, OSError):
        return False
