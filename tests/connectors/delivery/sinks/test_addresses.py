"""Addresses inside a network, on every sink that dials: refused, and nobody is even dialled."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from connectors.delivery.sinks import apprise
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.mail import send_mail
from connectors.delivery.sinks.mail_server import MailServer
from connectors.delivery.sinks.outcome import DeliveryOutcome, Result
from connectors.delivery.sinks.secret import Secret
from connectors.delivery.sinks.settings import (
    AppriseSettings,
    MattermostSettings,
    NtfySettings,
    SinkSettings,
    SlackSettings,
    TelegramSettings,
    WebhookSettings,
)
from tests.support.addresses import NOTATIONS, PRIVATE, each
from tests.support.samples import sample_alert
from tests.support.sending import sink

TOLD = Notification(id=sample_alert().event, subscriber="desk", events=(sample_alert(),))
INSIDE = [f"[{one}]" if ":" in one else one for one in each(PRIVATE) if "%" not in one]
LOOPBACK = [
    one for one in each(NOTATIONS) if not any(mark in one for mark in ("@", "[", "ex", "xn"))
]
"""This machine in its other ways of writing; names that lead here are the resolver's tests'."""


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this machine that nobody may have dialled in the end."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield server.getsockname()[1]
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


def leading_to(host: str, port: int) -> dict[str, SinkSettings]:
    url = f"http://{host}:{port}/"
    return {
        "webhook": WebhookSettings(url=url),
        "slack": SlackSettings(url=Secret(url)),
        "mattermost": MattermostSettings(url=Secret(url)),
        "telegram": TelegramSettings(token=Secret("1:t"), chat="1", api=url),
        "ntfy": NtfySettings(topic=Secret("t"), server=url),
    }


@pytest.mark.parametrize("kind", leading_to("a", 9))
def test_no_address_inside_a_network_is_posted_to(kind: str, port: int) -> None:
    async def main() -> list[DeliveryOutcome]:
        async with sink(kind, allow_private=False) as post:
            for host in LOOPBACK:
                outcome = await post(leading_to(host, port)[kind], TOLD)
                assert outcome.result is not Result.DELIVERED, host
            return [await post(leading_to(host, port)[kind], TOLD) for host in INSIDE]

    assert len(INSIDE) + len(LOOPBACK) >= 60
    for host, outcome in zip(INSIDE, asyncio.run(main()), strict=True):
        assert (outcome.result, host) == (Result.GIVE_UP, host)
        assert "not a public address" in outcome.reason


def test_no_mail_server_inside_a_network_is_used(port: int) -> None:
    async def main(host: str) -> DeliveryOutcome:
        server = MailServer(host=host.strip("[]"), port=port, sender="w@m.example")
        return await send_mail(server, "desk@m.example", b"text")

    for host in INSIDE:
        assert asyncio.run(main(host)).result is Result.GIVE_UP, host
    for host in LOOPBACK:
        assert asyncio.run(main(host)).result is not Result.DELIVERED, host


def test_no_service_inside_a_network_is_reached_through_apprise(port: int) -> None:
    for host in [*each(PRIVATE), *LOOPBACK]:
        to = AppriseSettings(url=Secret(f"gotify://{host}:{port}/AHushHushToken1"))
        outcome = apprise.notify(to, TOLD)
        # Apprise has no addresses with colons, and may say of others that they are none.
        assert outcome.result is Result.GIVE_UP or ":" in host, (host, outcome)
        assert outcome.result is not Result.DELIVERED
