"""Deliver, from a real Kafka to receivers that come and go."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from connectors.delivery.deliver import DeliverSettings, deliver
from connectors.delivery.entries import wants
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.sinks.settings import TerminalSettings, WebhookSettings
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.kafka import Consumer, Producer, ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message, message
from streams.contract.topics import ALERTS, DEAD_LETTERS
from streams.model.alert import AlertEvent, Kind
from tests.support.samples import sample_alert, sample_story
from tests.support.waiting import until

TERMINAL = Subscriber(id="desk", sink=TerminalSettings())


class Receiver:
    """A webhook receiver that can be up or down; remembers ids in order."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.port = 0
        self._runner: web.AppRunner | None = None

    async def up(self) -> None:
        app = web.Application()
        app.router.add_post("/", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def down(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.ids.append(request.headers["webhook-id"])
        return web.Response()

    def subscriber(self, name: str = "hook") -> Subscriber:
        return Subscriber(id=name, sink=WebhookSettings(url=f"http://127.0.0.1:{self.port}/"))


def alerts(count: int) -> list[AlertEvent]:
    return [sample_alert(sample_story(str(number))) for number in range(count)]


def put(address: KafkaAccess, prefix: str, messages: list[Message]) -> None:
    ensure_topics(address, prefix=prefix)
    asyncio.run(_put(address, prefix, messages))


async def _put(address: KafkaAccess, prefix: str, messages: list[Message]) -> None:
    producer = Producer(address, prefix=prefix)
    await producer.send(messages)
    await producer.close()


async def run_while(settings: DeliverSettings, act: Callable[[], Awaitable[None]]) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(deliver(settings, stop))
    try:
        await act()
    finally:
        stop.set()
        await running


def counts(folder: Path) -> dict[str, int]:
    with closing(Outbox(folder / "outbox.sqlite")) as outbox:
        return outbox.counts()


def settings(
    address: KafkaAccess, prefix: str, folder: Path, *subscribers: Subscriber
) -> DeliverSettings:
    return DeliverSettings(
        kafka=address,
        prefix=prefix,
        outbox=folder / "outbox.sqlite",
        subscribers=subscribers,
        allow_private=True,
        json=True,
    )


def test_a_receiver_that_was_away_gets_everything_once(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    events = alerts(20)
    put(kafka_address, prefix, [message(event) for event in events])

    async def main() -> list[str]:
        receiver = Receiver()
        await receiver.up()
        await receiver.down()
        given = settings(kafka_address, prefix, tmp_path, receiver.subscriber())

        async def act() -> None:
            await asyncio.to_thread(until, lambda: counts(tmp_path).get("pending"))
            await receiver.up()
            await asyncio.to_thread(until, lambda: len(receiver.ids) >= len(events), 60)

        await run_while(given, act)
        await receiver.down()
        return receiver.ids

    assert sorted(asyncio.run(main())) == sorted(event.event for event in events)


def test_what_kafka_gives_again_is_not_delivered_again(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    """As after a crash between the outbox and the commit."""
    first, second = alerts(2)

    async def main() -> list[str]:
        receiver = Receiver()
        await receiver.up()
        given = settings(kafka_address, prefix, tmp_path, receiver.subscriber())
        await asyncio.to_thread(ensure_topics, kafka_address, prefix=prefix)
        for told in ([first], [first, first, second]):
            await _put(kafka_address, prefix, [message(event) for event in told])
            wanted = 1 if told == [first] else 2

            async def act(wanted: int = wanted) -> None:
                await asyncio.to_thread(until, lambda: len(receiver.ids) >= wanted)

            await run_while(given, act)
        await receiver.down()
        return receiver.ids

    assert asyncio.run(main()) == [first.event, second.event]


def test_poison_is_kept_and_the_rest_goes_on(
    kafka_address: KafkaAccess,
    prefix: str,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    (event,) = alerts(1)
    poison = Message(ALERTS, b"k", b"\x00 no alert", ())
    put(kafka_address, prefix, [poison, message(event)])

    async def act() -> None:
        await asyncio.to_thread(until, lambda: counts(tmp_path).get("done"))

    with capture_logs() as logged:
        asyncio.run(run_while(settings(kafka_address, prefix, tmp_path, TERMINAL), act))
    (told,) = [one for one in logged if one["event"] == "dead_letters"]
    assert re.fullmatch(rf"{prefix}alerts/\d+/\d+", told["first"])
    assert "DecodeError" in told["error"]
    (line,) = capfdbinary.readouterr().out.splitlines()
    assert json.loads(line)["event"] == event.event
    dead = Consumer(kafka_address, group=None, topics=[DEAD_LETTERS], prefix=prefix)
    (letter,) = dead.poll(10)
    dead.close()
    assert letter.value == b"\x00 no alert"
    causes = dict(letter.headers)
    assert causes["__connect.errors.stage"] == b"deliver"
    assert causes["__connect.errors.topic"] == f"{prefix}alerts".encode()


@pytest.mark.parametrize(
    ("watches", "wanted"), [((), True), (("us-cambodia-defense",), True), (("other",), False)]
)
def test_a_subscriber_gets_the_watches_it_named(watches: tuple[str, ...], wanted: bool) -> None:
    desk = Subscriber(id="desk", sink=TerminalSettings(), watches=watches)
    assert wants(desk, sample_alert()) == wanted


def test_nobody_gets_what_joined_in_silence() -> None:
    desk = Subscriber(id="desk", sink=TerminalSettings())
    assert not wants(desk, msgspec.structs.replace(sample_alert(), kind=Kind.JOINED))


def test_nobody_gets_what_a_shadow_raised() -> None:
    desk = Subscriber(id="desk", sink=TerminalSettings())
    assert not wants(desk, msgspec.structs.replace(sample_alert(), shadow=True))
