"""An archive that is to stop while Kafka doesn't answer."""

import asyncio
import os
import threading
from pathlib import Path

import pytest

from connectors.kafka import KafkaError
from streams.contract.kafka_access import KafkaAccess
from tests.support.waiting import PATIENCE
from wirewatch.archive import following
from wirewatch.archive.following import FollowSettings, follow


def test_a_stop_does_not_wait_for_a_kafka_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answered = threading.Event(), threading.Event()

    def silent(*_: object, **__: object) -> None:
        asked.set()
        answered.wait()
        raise KafkaError("away")

    async def main() -> None:
        stop = asyncio.Event()
        settings = FollowSettings(data=tmp_path, kafka=KafkaAccess("127.0.0.1:9"))
        running = asyncio.create_task(follow(settings, stop))
        await asyncio.to_thread(asked.wait)
        stop.set()
        await asyncio.wait_for(running, PATIENCE)

    monkeypatch.setattr(following, "Consumer", silent)
    monkeypatch.setattr(following, "END_SECONDS", 2 * PATIENCE)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    try:
        asyncio.run(main())
    finally:
        answered.set()
