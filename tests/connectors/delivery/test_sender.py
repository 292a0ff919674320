"""A sender's faults are its own: told, without what may be secret, and tried again."""

import asyncio
from pathlib import Path

from structlog.testing import capture_logs

from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.records import OutboxEntry
from connectors.delivery.retry_schedule import HOLDS, SCHEDULE
from connectors.delivery.sender import SubscriberSender, settle
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, retry
from connectors.delivery.sinks.settings import TerminalSettings, WebhookSettings
from connectors.delivery.sinks.subscriber import Subscriber
from streams.contract.codec import encode
from tests.support.samples import sample_alert, sample_story

DESK = Subscriber(id="desk", sink=WebhookSettings(url="https://desk.example/hook?token=hush"))


def filled(path: Path, count: int) -> Outbox:
    outbox = Outbox(path / "outbox.sqlite")
    outbox.meet({DESK.id: DESK.address}, since=0)
    alerts = [sample_alert(sample_story(str(number))) for number in range(count)]
    outbox.add(
        [
            OutboxEntry(
                event=a.event, subscriber="desk", alert=a.alert, kind=a.kind, payload=encode(a)
            )
            for a in alerts
        ],
        now=0,
    )
    return outbox


def test_a_fault_of_ours_in_a_sink_is_one_try_that_failed(tmp_path: Path) -> None:
    outbox = filled(tmp_path, 3)

    async def faulty(settings: WebhookSettings, _: Notification) -> DeliveryOutcome:
        sender.leave()
        raise RuntimeError(f"something of {settings.url}")

    sender = SubscriberSender(DESK, outbox, {"webhook": faulty})
    with capture_logs() as said:
        asyncio.run(asyncio.wait_for(sender.run(), 30))
    assert outbox.counts() == {"pending": 3}
    assert outbox.receiver("desk").failures == 1
    assert [line["event"] for line in said] == ["delivery_fault", "delivery_retry"]
    assert "RuntimeError in faulty" in str(said)
    assert "hush" not in str(said)


def test_a_sender_that_is_to_leave_finishes_one_and_puts_the_rest_back(tmp_path: Path) -> None:
    outbox = filled(tmp_path, 3)

    async def slow(_: WebhookSettings, __: Notification) -> DeliveryOutcome:
        sender.leave()
        await asyncio.sleep(0)
        return DELIVERED

    sender = SubscriberSender(DESK, outbox, {"webhook": slow})
    asyncio.run(asyncio.wait_for(sender.run(), 30))
    assert outbox.counts() == {"done": 1, "pending": 2}
    assert [bool(one.maybe_taken) for one in outbox.take("desk", now=10**10)] == [False, False]


def test_a_receiver_that_an_earlier_release_knew_is_still_the_same_one() -> None:
    terminal = Subscriber(id="screen", sink=TerminalSettings())
    assert (DESK.address, terminal.address) == ("e3c4c9a0f64deb20", "f69bce49b8a31367")


def waits(outbox: Outbox, times: int) -> list[float]:
    """Fail to deliver the first event that is due, again and again; return the waits."""
    found, now = [], 0.0
    for _ in range(times):
        delivery = outbox.take("desk", now=now)[0]
        with capture_logs() as said:
            settle(outbox, delivery, retry("500"), now=now, dice=0.0)
        found.append(said[-1]["seconds"])
        now += found[-1]
    return found


def test_an_event_waits_no_longer_than_its_receiver_while_nothing_gets_through(
    tmp_path: Path,
) -> None:
    """So that what is queued comes minutes after the receiver is well, and not hours."""
    assert waits(filled(tmp_path, 1), 8) == [*HOLDS, *[HOLDS[-1]] * 4]


def test_an_event_that_fails_alone_waits_longer_and_longer(tmp_path: Path) -> None:
    outbox = filled(tmp_path, 2)
    bad, good = outbox.take("desk", now=0.0)
    with capture_logs() as said:
        settle(outbox, bad, retry("500"), now=0.0, dice=0.0)
        settle(outbox, good, DELIVERED, now=0.0, dice=0.0)
        for now in (10.0, 100.0):
            (bad,) = outbox.take("desk", now=now)
            settle(outbox, bad, retry("500"), now=now, dice=0.0)
    assert [line["seconds"] for line in said if "seconds" in line] == [5, *SCHEDULE[2:4]]
