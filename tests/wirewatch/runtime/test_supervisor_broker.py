"""The supervisor and its Kafka."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from streams.backoff import Backoff
from tests.support.waiting import PATIENCE, until
from tests.wirewatch.runtime.test_supervisor import Ear
from wirewatch.local_kafka import BrokerError, PrivateKafka
from wirewatch.runtime import supervisor as module
from wirewatch.runtime.supervisor import Supervisor


def test_a_kafka_that_does_not_start_is_not_said_to_have_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A full disk, for one: it ended once, and then each start was refused."""
    monkeypatch.setattr(module, "LOOK_EVERY", 0.0)

    class Broker:
        exit_code, pid = 1, None
        refusals: ClassVar = [BrokerError("no room on the disk") for _ in range(2)]
        up = False

        def alive(self) -> bool:
            return self.up

        def start(self) -> None:
            if self.refusals:
                raise self.refusals.pop()
            self.up = True

    async def main() -> list[str]:
        ear = Ear()
        broker: Any = Broker()
        supervisor = Supervisor([], ear, broker)
        await supervisor.start()
        async with asyncio.timeout(PATIENCE):
            await ear.until("broker", "broker_back")
        await supervisor.stop()
        return [s.facts["cause"] for s in ear.heard if s.facts["event"] == "restarting"]

    assert asyncio.run(main()) == [
        "ended with code 1: Kafka is gone",
        "it did not start: no room on the disk",
        "it did not start: no room on the disk",
    ]


def test_a_frozen_kafka_is_ended_and_comes_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "ASK_EVERY", 0.2)
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(module, "BROKER_SILENT_SECONDS", 8.0)
    monkeypatch.setattr(module, "BACKOFF", Backoff((0.01,)))

    async def main(broker: PrivateKafka) -> list[str]:
        ear = Ear()
        supervisor = Supervisor([], ear, broker)
        try:
            await supervisor.start()
            await asyncio.to_thread(until, lambda: answers.count(True) > 1)
            assert broker.pid
            os.kill(broker.pid, signal.SIGSTOP)
            async with asyncio.timeout(PATIENCE):
                await ear.until("broker", "broker_back")
        finally:
            await supervisor.stop()
        return ear.events("broker")

    answers: list[bool] = []

    class Kafka(PrivateKafka):
        def answers(self, timeout: float) -> bool:
            answers.append(super().answers(timeout))
            return answers[-1]

    with Kafka(tmp_path / "kafka") as broker:
        assert asyncio.run(main(broker)) == ["frozen", "restarting", "broker_back"]
