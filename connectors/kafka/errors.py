"""What this package raises, and how its errors are worded."""

from kafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaTimeoutError,
    MetadataEmptyBrokerList,
    NodeNotReadyError,
    RequestTimedOutError,
    TopicAuthorizationFailedError,
)
from kafka.errors import KafkaError as LibraryError

from connectors.errors import ConnectorError
from streams.backoff import Backoff
from streams.contract.kafka_access import KafkaAccess

ANSWER_SECONDS = 30.0
"""How long Kafka may take to answer."""
AWAY = Backoff((0.5, 1.0, 2.0, 5.0, 10.0))
"""Seconds between two tries while Kafka is away."""
RECONNECT_MILLISECONDS = 1_000
"""The most that a client waits before it tries a lost connection again. By itself the library waits
longer and longer, up to 30 s: that would come on top of each outage."""


class KafkaError(ConnectorError):
    """Kafka did not do what was asked. The message names its address and the cause."""


MOST_CHARACTERS = 200
PLAIN = (
    ((KafkaTimeoutError, RequestTimedOutError), "no answer in time"),
    ((KafkaConnectionError, NodeNotReadyError), "no connection"),
    ((MetadataEmptyBrokerList,), "it is not ready"),
)
"""What the library's errors come to where nothing can be learnt from their own words."""

FORBIDDEN = (
    (TopicAuthorizationFailedError, "the topic"),
    (GroupAuthorizationFailedError, "the group"),
    (ClusterAuthorizationFailedError, "the cluster"),
)


def failed(what: str, kafka: KafkaAccess, error: LibraryError) -> KafkaError:
    """Word an error of the library."""
    plain = next((words for kinds, words in PLAIN if isinstance(error, kinds)), None)
    # The library's other errors begin with their own names.
    why = plain or _forbidden(error) or shortened(str(error))
    return KafkaError(f"Kafka at {kafka} did not {what}: {why}")


def _forbidden(error: LibraryError) -> str | None:
    """Say that a right lacks, if that is it; the library names the topic or group in its words."""
    kind = next((words for kinds, words in FORBIDDEN if isinstance(error, kinds)), None)
    if kind is None:
        return None
    named = error.args[0] if error.args else ""
    name = ", ".join(sorted(named)) if isinstance(named, set | frozenset) else str(named)
    return (
        f"our user may not do that with {kind} {shortened(name)}; "
        "`wirewatch init --acls SERVICE=USER` says which rights a service needs"
    )


def shortened(text: str) -> str:
    """Cut what the library says: some of its errors hold a whole answer of Kafka."""
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]} ..."
