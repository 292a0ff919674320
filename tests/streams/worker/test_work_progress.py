"""What a worker says of its work to the watchdog: nothing may last for ever unseen."""

import asyncio
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from streams.worker import work as module
from streams.worker.lag import Position
from streams.worker.transport import BatchConsumer
from streams.worker.work import PendingWork

BEHIND = {("stories", 0): Position(end=9, read=5, working=None, done=5, committed=5)}


class FakeConsumer(BatchConsumer):
    """Knows its positions, or never says."""

    def __init__(self, *, answers: bool) -> None:
        self._answers = answers

    async def positions(self) -> dict[tuple[str, int], Position]:
        if not self._answers:
            await asyncio.Event().wait()
        return BEHIND


def said(*, answers: bool = True, rebalancing: bool = False, recovered: int = 0) -> list[Any]:
    """What the worker says of its work, at first and after a few looks."""
    recovery = SimpleNamespace(active_offsets=Counter({"changelog": 0}))
    app: Any = SimpleNamespace(
        rebalancing=rebalancing,
        consumer=FakeConsumer(answers=answers),
        tables=SimpleNamespace(recovery=recovery),
    )
    pending = PendingWork(app)

    async def main() -> list[Any]:
        before = pending.work()
        looking = asyncio.create_task(pending.look_again())
        await asyncio.sleep(0.05)
        looking.cancel()
        recovery.active_offsets["changelog"] += recovered
        return [before, pending.work()]

    return asyncio.run(main())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.01)


def test_what_a_partition_waits_for_is_work() -> None:
    _, after = said()
    assert "stories/0 is not read at offset 5" in after


def test_each_look_counts_as_getting_on() -> None:
    before, after = said()
    assert before["no partition is read"] != after["no partition is read"]


@pytest.mark.parametrize(
    "stuck", [{"rebalancing": True}, {"answers": False}], ids=["rebalance", "consumer's thread"]
)
def test_what_never_ends_does_not_get_on(stuck: dict[str, bool]) -> None:
    before, after = said(**stuck)
    assert before == after


def test_a_long_recovery_gets_on() -> None:
    before, after = said(rebalancing=True, recovered=7)
    assert before != after
