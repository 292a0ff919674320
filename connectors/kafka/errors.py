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
MAY_NOT_WRITE = "InitProducerIdResponse: [Error 31]"
"""What the library says to whoever may write to no topic at all: it has no error of its own."""


def failed(what: str, kafka: KafkaAccess, error: LibraryError, *, needs: str = "") -> KafkaError:
    """Word an error of the library. `needs` is the right that it takes, as Kafka calls it."""
    plain = next((words for kinds, words in PLAIN if isinstance(error, kinds)), None)
    # The library's other errors begin with their own names.
    why = plain or _forbidden(error, needs) or shortened(str(error))
    return KafkaError(f"Kafka at {kafka} did not {what}: {why}")


def _forbidden(error: LibraryError, needs: str) -> str | None:
    """Say that a right lacks, if that is it; the library names the topic or group in its words."""
    remedy = "`wirewatch init --acls SERVICE=USER` says which rights a service needs"
    if MAY_NOT_WRITE in str(error):
        return f"our user lacks the right Write on every topic; {remedy}"
    kind = next((words for kinds, words in FORBIDDEN if isinstance(error, kinds)), None)
    if kind is None:
        return None
    named = error.args[0] if error.args else ""
    name = ", ".join(sorted(named)) if isinstance(named, set | frozenset) else str(named)
    right = f"lacks the right {needs} on" if needs else "may not do that with"
    return f"our user {right} {kind} {shortened(name)}; {remedy}"


def shortened(text: str) -> str:
    """Cut what the library says: some of its errors hold a whole answer of Kafka."""
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]} ..."
