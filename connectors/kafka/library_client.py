"""Make kafka-python's consumers and admin clients, and let go of them whole.

Both read their connections in a thread of their own. Version 3.0.12 leaves that thread and three
file descriptors behind where making one fails, as it does again and again while Kafka is away. And
its `close` takes the connections away from beside that thread, which may just then be about to
wait on one of them, and logs this as an unhandled exception.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import KafkaError as LibraryError

from connectors.kafka.client_settings import client_settings
from connectors.kafka.errors import RECONNECT_MILLISECONDS
from streams.contract.kafka_access import KafkaAccess


def connected(library_class: Any, **settings: object) -> Any:  # noqa: ANN401 - kafka-python has no types
    """Return a client; where it can't be made, nothing of it is left."""
    client = library_class.__new__(library_class)
    try:
        library_class.__init__(client, **settings)
    except BaseException:
        if hasattr(client, "_client"):
            disconnect(client)
            client._client.close()
        raise
    return client


@contextmanager
def admin_client(kafka: KafkaAccess, seconds: float, **settings: object) -> Iterator[Any]:
    """Give an admin client that connects within `seconds`, and close it in the end."""
    client = connected(
        KafkaAdminClient,
        **client_settings(kafka),
        bootstrap_timeout_ms=int(seconds * 1000),
        reconnect_backoff_max_ms=RECONNECT_MILLISECONDS,
        **settings,
    )
    try:
        yield client
    finally:
        disconnect(client)
        client.close()


def disconnect(client: Any) -> None:  # noqa: ANN401 - as above
    """Let go of a client's connections where they are read, before its own `close`."""
    with suppress(LibraryError, RuntimeError):  # that thread has ended, or never began
        client._client._net.run(client._client._manager.close)
