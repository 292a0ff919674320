"""A deliver that doesn't read on though Kafka answers ends, to be started again."""

import asyncio
import threading
from functools import partial
from pathlib import Path

import pytest

from connectors.delivery import deliver as deliver_module
from connectors.delivery import reader
from connectors.delivery.deliver import DeliverSettings, deliver
from connectors.kafka import Consumer, Received
from connectors.watchdog import watched
from streams.contract.kafka_access import KafkaAccess
from tests.support.delivering import Desk
from tests.support.samples import sample_alert
from tests.support.waiting import until


def until_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    """Deliver until the watchdog would end it for that reason."""
    reasons: list[str] = []
    quick = partial(watched, patience=1.5, every=0.2, give_up=reasons.append)
    monkeypatch.setattr(deliver_module, "watched", quick)
    monkeypatch.setattr(reader, "LOOK_SECONDS", 0.1)
    settings = DeliverSettings(
        kafka=desk.kafka, prefix=desk.prefix, outbox=desk.outbox, subscribers=()
    )

    async def main() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(deliver(settings, stop))
        await asyncio.to_thread(until, lambda: any(reason in one for one in reasons))
        stop.set()
        await running

    asyncio.run(main())


@pytest.fixture
def desk(tmp_path: Path, kafka_address: KafkaAccess, prefix: str) -> Desk:
    return Desk(tmp_path, kafka_address, prefix)


def test_a_reader_that_is_given_nothing_though_there_is_something(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put(sample_alert())

    def nothing(_: Consumer, __: float) -> list[Received]:
        threading.Event().wait(0.05)
        return []

    monkeypatch.setattr(Consumer, "poll", nothing)
    until_ended(desk, monkeypatch, "alerts wait on Kafka to be read")


def test_a_reader_that_never_comes_back_from_a_call(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = threading.Event()
    monkeypatch.setattr(Consumer, "poll", lambda *_: hanging.wait(60) and [])
    try:
        until_ended(desk, monkeypatch, "alerts are not read")
    finally:
        hanging.set()
