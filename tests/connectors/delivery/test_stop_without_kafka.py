"""A deliver that is to stop while Kafka doesn't answer."""

import asyncio
from functools import partial
from pathlib import Path

import pytest
import structlog

from connectors.delivery import deliver as deliver_module
from connectors.delivery import reader
from connectors.delivery.deliver import DeliverSettings, deliver
from connectors.kafka import topic_tail
from streams.contract.kafka_access import KafkaAccess
from tests.support.silent_kafka import silent_consumer
from tests.support.waiting import PATIENCE


def test_a_stop_does_not_wait_for_a_kafka_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is in hand meanwhile: the time of a stop is for deliveries that are under way."""
    settings = DeliverSettings(
        kafka=KafkaAccess("127.0.0.1:9"),
        prefix="",
        outbox=tmp_path / "outbox.sqlite",
        subscribers=(),
    )
    monkeypatch.setattr(deliver_module, "FINISH_SECONDS", 2 * PATIENCE)
    with silent_consumer() as silent, structlog.testing.capture_logs() as said:
        monkeypatch.setattr(reader, "Consumer", silent)
        monkeypatch.setattr(topic_tail, "Consumer", silent)
        asyncio.run(silent.stopped_while_asked(partial(deliver, settings)))
    (cut,) = [one for one in said if one["event"] == "reading_cut_short"]
    assert cut["because"] == "Kafka does not answer"
    assert cut["meaning"].startswith("nothing is lost")
