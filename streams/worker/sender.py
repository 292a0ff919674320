"""The way out to Kafka, by Faust's producer: says of every message whether it arrived."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

import faust
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from faust.exceptions import ProducerSendError

from streams.contract.headers import deployed
from streams.contract.messages import Message
from streams.worker.guard import TooLargeError


class KafkaSender:
    """Sends by the app's producer to topics that carry `prefix`."""

    def __init__(self, app: faust.App, prefix: str) -> None:
        """Send by `app`, which needs to be started before the first message."""
        self._app = app
        self._prefix = prefix

    async def deliver(
        self, messages: Sequence[Message], seconds: float
    ) -> list[BaseException | None]:
        """Send the messages; give `None` for each that Kafka has, else what went wrong."""
        errors: list[BaseException | None] = [None] * len(messages)
        waiting: dict[asyncio.Future[Any], int] = {}
        try:
            async with asyncio.timeout(seconds):
                for index, message in enumerate(messages):
                    try:
                        waiting[asyncio.ensure_future(await self._send(message))] = index
                    except (KafkaError, ProducerSendError) as error:
                        errors[index] = _named(error)
                if waiting:
                    await asyncio.wait(waiting)
        except TimeoutError:
            sent = set(waiting.values())
            late = TimeoutError(f"no answer from Kafka in {seconds:.0f} s")
            for index in range(len(messages)):
                if index not in sent and errors[index] is None:
                    errors[index] = late
        for future, index in waiting.items():
            errors[index] = _outcome(future, seconds)
        return errors

    async def _send(self, message: Message) -> Awaitable[Any]:
        return await self._app.producer.send(
            self._prefix + message.topic.name,
            message.key,
            message.value,
            message.partition,
            None,
            deployed(message.headers, self._prefix),
        )


def _outcome(future: asyncio.Future[Any], seconds: float) -> BaseException | None:
    if not future.done():
        # Nobody waits for it any more; look at its end, so that asyncio doesn't complain.
        future.add_done_callback(lambda late: late.cancelled() or late.exception())
        return TimeoutError(f"no answer from Kafka in {seconds:.0f} s")
    error = future.exception()
    return None if error is None else _named(error)


def _named(error: BaseException) -> BaseException:
    cause = error.__cause__ if isinstance(error, ProducerSendError) else error
    if isinstance(cause, MessageSizeTooLargeError):
        return TooLargeError(str(cause))
    return cause or error
