"""The supervisor and its Kafka."""

import asyncio
from typing import Any, ClassVar

import pytest

from tests.test_supervisor import Ear
from wirewatch import supervisor as module
from wirewatch.broker import BrokerError
from wirewatch.supervisor import Supervisor


def test_a_kafka_that_does_not_start_is_not_said_to_have_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A full disk, for one: it ended once, and then each start was refused."""
    monkeypatch.setattr(module, "LOOK_EVERY", 0.0)

    class Broker:
        exit_code = 1
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
        async with asyncio.timeout(10):
            await ear.until("broker", "broker_back")
        await supervisor.stop()
        return [s.facts["cause"] for s in ear.heard if s.facts["event"] == "restarting"]

    assert asyncio.run(main()) == [
        "ended with code 1: Kafka is gone",
        "it did not start: no room on the disk",
        "it did not start: no room on the disk",
    ]
