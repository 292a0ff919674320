"""Send to Kafka until it takes what there is, however long that lasts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from connectors.kafka import KafkaError, Producer
from connectors.kafka.errors import AWAY
from streams.backoff import Backoff, Tries
from streams.contract.messages import Message

log = structlog.get_logger()

AT_ONCE = 500
"""Messages that must be taken before more are sent: a flood must not run into the time limits
that are there for a Kafka which stands still, and what was taken is not sent again."""


class Patient:
    """Sends until Kafka takes it. Meanwhile polls wait with what they read: no feed is asked."""

    def __init__(
        self,
        send: Callable[[Sequence[Message]], Awaitable[None]],
        answers: Callable[[], Awaitable[bool]],
        *,
        backoff: Backoff = AWAY,
    ) -> None:
        """Take what sends, what says whether Kafka answers, and the pauses between tries."""
        self._send = send
        self._answers = answers
        self._backoff = backoff

    async def send(self, messages: Sequence[Message]) -> None:
        """Return when Kafka has the messages."""
        for start in range(0, len(messages), AT_ONCE):
            await self._until_taken(messages[start : start + AT_ONCE])

    async def _until_taken(self, messages: Sequence[Message]) -> None:
        tries = Tries(self._backoff)
        while True:
            try:
                await self._send(messages)
            except KafkaError as error:
                event = "kafka_took_nothing" if await self._answers() else "kafka_away"
                seconds = tries.failed()
                log.warning(event, error=str(error), next_try_in=seconds)
                await asyncio.sleep(seconds)
            else:
                return


def patient(producer: Producer) -> Patient:
    """Return a sender that doesn't give up."""
    return Patient(producer.send, producer.answers)
