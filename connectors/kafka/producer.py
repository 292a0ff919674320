"""Send messages. When `Producer.send` returns, Kafka has every one of them.

An idempotent `KafkaProducer` can fail for good: after a broker that stood still, or whose disk was
full, it lets nothing through any more, and says so only by its time limits. So one that failed is
thrown away, and the next message gets a new one. What is sent twice by that has the same id.
"""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError as LibraryError
from kafka.errors import MessageSizeTooLargeError

from connectors.background import in_thread
from connectors.kafka.answering import kafka_answers
from connectors.kafka.client_settings import client_settings
from connectors.kafka.errors import RECONNECT_MILLISECONDS, failed
from streams.contract.headers import deployed
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message
from streams.contract.topics import MAX_DEAD_LETTER_BYTES

log = structlog.get_logger()

DELIVERY_SECONDS = 30.0
CLOSE_SECONDS = 2.0


class Producer:
    """Sends messages to topics that carry `prefix`.

    `sending` counts the calls that wait for Kafka, `acknowledged` the messages that it took so
    far, `replaced` how often the connection was made anew since it had failed.
    """

    def __init__(
        self, kafka: KafkaAccess, *, prefix: str = "", seconds: float = DELIVERY_SECONDS
    ) -> None:
        """Connect at the first message; each has `seconds` to be taken by Kafka."""
        self._access = kafka
        self._prefix = prefix
        self._seconds = seconds
        self._kafka: Any = None
        self._connecting = threading.Lock()
        self.sending = 0
        self.acknowledged = 0
        self.replaced = 0

    async def send(self, messages: Sequence[Message]) -> None:
        """Return when Kafka has every message; raise `KafkaError` for the first that it hasn't."""
        self.sending += 1
        try:
            await in_thread(self.send_now, messages)
        finally:
            self.sending -= 1
        self.acknowledged += len(messages)

    def send_now(self, messages: Sequence[Message]) -> None:
        """Do what `send` does, in this thread."""
        kafka = None
        try:
            kafka = self._connected()
            sent = [
                kafka.send(
                    self._prefix + message.topic.name,
                    key=message.key,
                    value=message.value,
                    headers=deployed(message.headers, self._prefix),
                    partition=message.partition,
                )
                for message in messages
            ]
            deadline = time.monotonic() + self._seconds + CLOSE_SECONDS
            for future in sent:
                future.get(timeout=max(deadline - time.monotonic(), 0.001))
        except MessageSizeTooLargeError as error:  # the message's fault alone
            raise failed("take a message", self._access, error, needs="Write") from error
        except LibraryError as error:
            self._throw_away(kafka, error)
            raise failed("take a message", self._access, error, needs="Write") from error

    def work(self) -> dict[str, int]:
        """Return what waits for Kafka, as `connectors.watchdog` asks for it."""
        return {"messages wait for Kafka's word": self.acknowledged} if self.sending else {}

    async def answers(self) -> bool:
        """Say whether Kafka answers at all, on another connection."""
        return await in_thread(kafka_answers, self._access)

    async def close(self) -> None:
        """Let go of the connection, within a few seconds whatever Kafka does."""
        kafka, self._kafka = self._kafka, None
        if kafka is not None:
            await in_thread(_close, kafka)

    def _connected(self) -> Any:  # noqa: ANN401 - untyped
        milliseconds = int(self._seconds * 1000)
        with self._connecting:
            if self._kafka is None:
                self._kafka = KafkaProducer(
                    **client_settings(self._access),
                    client_id="wirewatch",
                    bootstrap_timeout_ms=milliseconds,
                    reconnect_backoff_max_ms=RECONNECT_MILLISECONDS,
                    acks="all",
                    enable_idempotence=True,
                    linger_ms=5,
                    compression_type=self._access.compression.codec,
                    delivery_timeout_ms=milliseconds,
                    request_timeout_ms=milliseconds // 2,
                    max_block_ms=milliseconds,
                    max_request_size=MAX_DEAD_LETTER_BYTES,
                    allow_auto_create_topics=False,
                )
            return self._kafka

    def _throw_away(self, kafka: Any, error: LibraryError) -> None:  # noqa: ANN401 - untyped
        """Let the next message have a new connection; this one is closed beside it."""
        with self._connecting:
            if kafka is None or self._kafka is not kafka:
                return  # never connected, or another call that failed with it was first
            self._kafka = None
            self.replaced += 1
        told = {"kafka": str(self._access), "error": str(error), "times": self.replaced}
        log.warning("producer_replaced", **told)
        threading.Thread(target=_abort, args=(kafka,), daemon=True).start()


def _close(kafka: Any) -> None:  # noqa: ANN401 - untyped
    try:
        kafka.close(timeout=CLOSE_SECONDS)
    except LibraryError:  # it has something left that Kafka doesn't take
        _abort(kafka)


def _abort(kafka: Any) -> None:  # noqa: ANN401 - untyped
    """Close a connection with what it still holds: its own `close` waits for that in vain."""
    kafka._sender.force_close()
    with suppress(LibraryError):
        kafka.close(timeout=CLOSE_SECONDS)
