"""Send messages. When `Producer.send` returns, Kafka has every one of them."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError as LibraryError

from connectors.kafka.errors import failed
from streams.bus import MAX_DEAD_LETTER_BYTES, Message

DELIVERY_SECONDS = 30.0


class Producer:
    """Sends messages to topics that carry `prefix`."""

    def __init__(
        self, address: str, *, prefix: str = "", seconds: float = DELIVERY_SECONDS
    ) -> None:
        """Connect at the first message; each has `seconds` to be taken by Kafka."""
        self._address = address
        self._prefix = prefix
        self._milliseconds = int(seconds * 1000)
        self._kafka: Any = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kafka-producer")

    async def send(self, messages: Sequence[Message]) -> None:
        """Return when Kafka has every message; raise `KafkaError` for the first that it hasn't."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self.send_now, messages)

    def send_now(self, messages: Sequence[Message]) -> None:
        """Do what `send` does, in this thread."""
        try:
            kafka = self._connected()
            sent = [
                kafka.send(
                    self._prefix + message.topic.name,
                    key=message.key,
                    value=message.value,
                    headers=list(message.headers),
                )
                for message in messages
            ]
            for future in sent:
                future.get(timeout=self._milliseconds / 1000 + 5)
        except LibraryError as error:
            raise failed("take a message", self._address, error) from error

    async def close(self) -> None:
        """Let go of the connection."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _connected(self) -> Any:  # noqa: ANN401 - untyped
        if self._kafka is None:
            self._kafka = KafkaProducer(
                bootstrap_servers=self._address,
                client_id="wirewatch",
                bootstrap_timeout_ms=self._milliseconds,
                acks="all",
                enable_idempotence=True,
                linger_ms=5,
                delivery_timeout_ms=self._milliseconds,
                request_timeout_ms=self._milliseconds // 2,
                max_block_ms=self._milliseconds,
                max_request_size=MAX_DEAD_LETTER_BYTES,
                allow_auto_create_topics=False,
            )
        return self._kafka

    def _close(self) -> None:
        if self._kafka is not None:
            self._kafka.close(timeout=5)
