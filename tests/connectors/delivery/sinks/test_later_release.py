"""Every kind of receiver tells an event with values that only a later release knows."""

import asyncio

import pytest

from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.outcome import Result
from connectors.delivery.sinks.settings import MailSettings
from streams.contract.codec import decode
from streams.model.alert import AlertEvent
from tests.connectors.delivery.sinks.test_chat import SERVICES, send
from tests.connectors.delivery.sinks.test_mail import DESK, part, server
from tests.support.later_release import from_later
from tests.support.mail_server import MailBox, mail_server
from tests.support.samples import alert_tied_in_the_body
from tests.support.sending import sink

EVENT = decode(from_later(alert_tied_in_the_body()), AlertEvent)
TOLD = Notification(id=EVENT.event, subscriber="desk", events=(EVENT,))


@pytest.mark.parametrize("kind", SERVICES)
def test_chats(kind: str) -> None:
    service = SERVICES[kind]()
    (outcome,) = send(kind, service, TOLD)
    assert outcome.result is Result.DELIVERED
    assert EVENT.story.headline in service.shown[0]


def test_mail() -> None:
    async def main(box: MailBox) -> Result:
        async with sink("mail", mail=server(box)) as post:
            return (await post(MailSettings(to=DESK), TOLD)).result

    with mail_server(MailBox()) as box:
        assert asyncio.run(main(box)) is Result.DELIVERED
    assert EVENT.story.headline in part(box.messages[0], "plain")
