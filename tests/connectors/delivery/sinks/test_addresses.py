"""Addresses inside a network, on every sink that dials: refused, and nothing is sent."""

import asyncio

import pytest

from connectors.delivery.sinks import apprise
from connectors.delivery.sinks.interface import Notification, SinkSettings
from connectors.delivery.sinks.mail import send_mail
from connectors.delivery.sinks.mail_server import MailServer
from connectors.delivery.sinks.mattermost import MattermostSettings
from connectors.delivery.sinks.ntfy import NtfySettings
from connectors.delivery.sinks.outcome import DeliveryOutcome, Result
from connectors.delivery.sinks.secret import Secret
from connectors.delivery.sinks.slack import SlackSettings
from connectors.delivery.sinks.telegram import TelegramSettings
from connectors.delivery.sinks.webhook import WebhookSettings
from tests.support.addresses import PRIVATE, each
from tests.support.samples import sample_alert
from tests.support.sending import sink

TOLD = Notification(id=sample_alert().event, subscriber="desk", events=(sample_alert(),))
INSIDE = [f"[{one}]" if ":" in one else one for one in each(PRIVATE) if "%" not in one]


def leading_to(host: str) -> dict[str, SinkSettings]:
    url = f"http://{host}:9/"
    return {
        "webhook": WebhookSettings(url=url),
        "slack": SlackSettings(url=Secret(url)),
        "mattermost": MattermostSettings(url=Secret(url)),
        "telegram": TelegramSettings(token=Secret("1:t"), chat="1", api=url),
        "ntfy": NtfySettings(topic=Secret("t"), server=url),
    }


@pytest.mark.parametrize("kind", leading_to("a"))
def test_no_address_inside_a_network_is_posted_to(kind: str) -> None:
    async def main() -> list[DeliveryOutcome]:
        async with sink(kind, allow_private=False) as post:
            return [await post(leading_to(host)[kind], TOLD) for host in INSIDE]

    for host, outcome in zip(INSIDE, asyncio.run(main()), strict=True):
        assert (outcome.result, host) == (Result.GIVE_UP, host)
        assert "not a public address" in outcome.reason


def test_no_mail_server_inside_a_network_is_used() -> None:
    async def main(host: str) -> DeliveryOutcome:
        server = MailServer(host=host.strip("[]"), port=9, sender="w@m.example")
        return await send_mail(server, "desk@m.example", b"text")

    for host in INSIDE:
        assert asyncio.run(main(host)).result is Result.GIVE_UP, host


def test_no_service_inside_a_network_is_reached_through_apprise() -> None:
    for host in each(PRIVATE):
        if ":" not in host:  # Apprise's addresses have no others
            to = apprise.AppriseSettings(url=Secret(f"gotify://{host}:9/AHushHushToken1"))
            assert apprise.notify(to, TOLD).result is Result.GIVE_UP, host
