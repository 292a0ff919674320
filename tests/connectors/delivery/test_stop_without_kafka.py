"""A deliver that is to stop while Kafka doesn't answer."""

import asyncio
import threading
from pathlib import Path

import pytest
import structlog

from connectors.delivery import deliver as deliver_module
from connectors.delivery import reader
from connectors.delivery.deliver import DeliverSettings, deliver
from connectors.kafka import KafkaError, topic_tail
from streams.contract.kafka_access import KafkaAccess
from tests.support.waiting import PATIENCE


def test_a_stop_does_not_wait_for_a_kafka_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is in hand meanwhile: the time of a stop is for deliveries that are under way."""
    asked, answered = threading.Event(), threading.Event()

    def silent(*_: object, **__: object) -> None:
        asked.set()
        answered.wait()
        raise KafkaError("away")

    monkeypatch.setattr(reader, "Consumer", silent)
    monkeypatch.setattr(topic_tail, "Consumer", silent)
    monkeypatch.setattr(deliver_module, "FINISH_SECONDS", 2 * PATIENCE)
    settings = DeliverSettings(
        kafka=KafkaAccess("127.0.0.1:9"),
        prefix="",
        outbox=tmp_path / "outbox.sqlite",
        subscribers=(),
    )

    async def main() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(deliver(settings, stop))
        await asyncio.to_thread(asked.wait)
        stop.set()
        await asyncio.wait_for(running, PATIENCE)

    try:
        with structlog.testing.capture_logs() as said:
            asyncio.run(main())
    finally:
        answered.set()
    (cut,) = [one for one in said if one["event"] == "reading_cut_short"]
    assert cut["because"] == "Kafka does not answer"
    assert cut["meaning"].startswith("nothing is lost")
