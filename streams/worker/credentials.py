"""How Faust's Kafka client gets in."""

import asyncio

import faust
from aiokafka.abc import AbstractTokenProvider
from faust.auth import Credentials, OAuthCredentials

from streams.contract.kafka_access import KafkaAccess, TokenLogin


def credentials(kafka: KafkaAccess) -> Credentials | None:
    """Return how to get in, as Faust wants it."""
    login, context = kafka.login, kafka.tls.context() if kafka.tls else None
    if isinstance(login, TokenLogin):
        return OAuthCredentials(oauth_cb=_TokenProvider(login), ssl_context=context)
    if login is not None:
        return faust.SASLCredentials(
            username=login.username,
            password=login.password,
            mechanism=login.mechanism.value,
            ssl_context=context,
        )
    return None if context is None else faust.SSLCredentials(context=context)


class _TokenProvider(AbstractTokenProvider):
    def __init__(self, login: TokenLogin) -> None:
        self._login = login

    async def token(self) -> str:
        # A command may run for seconds, and the event loop has heartbeats to send.
        return await asyncio.to_thread(self._login.token)
