"""What comes while a batch is done goes with the next, and each hears of its own batch."""

import asyncio
from collections.abc import Sequence

import pytest

from connectors.polling.batcher import Together


class Slow:
    """Does a batch when told to; fails for a batch that holds `bad`."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.go = asyncio.Semaphore(0)
        self.begun = asyncio.Event()

    async def __call__(self, items: Sequence[str]) -> None:
        self.batches.append(list(items))
        self.begun.set()
        await self.go.acquire()
        if "bad" in items:
            raise ValueError("bad")


def run(*calls: Sequence[str], most: int = 100) -> tuple[list[list[str]], list[object]]:
    """Make the calls at once, then let all batches be done; give batches and results."""

    async def main() -> tuple[list[list[str]], list[object]]:
        slow = Slow()
        together = Together(slow, most=most)
        tasks = [asyncio.create_task(together(items)) for items in calls]
        await slow.begun.wait()
        for _ in calls:
            slow.go.release()
        return slow.batches, await asyncio.gather(*tasks, return_exceptions=True)

    return asyncio.run(main())


def test_the_first_goes_at_once_and_the_others_together() -> None:
    batches, results = run(["a"], ["b", "c"], ["d"])
    assert [item for batch in batches for item in batch] == ["a", "b", "c", "d"]
    assert len(batches) <= 2
    assert results == [None, None, None]


def test_a_batch_has_its_limit_but_each_call_stays_whole() -> None:
    batches, _ = run(["a", "b", "c"], ["d", "e"], ["f"], most=2)
    assert batches == [["a", "b", "c"], ["d", "e"], ["f"]]


def test_a_failure_is_that_of_its_batch_alone() -> None:
    _, results = run(["a"], ["bad"], ["c"], most=1)
    assert [type(result) for result in results] == [type(None), ValueError, type(None)]


def test_one_who_no_longer_waits_harms_no_other() -> None:
    async def main() -> list[list[str]]:
        slow = Slow()
        together = Together(slow, most=1)
        first, second = (asyncio.create_task(together([item])) for item in "ab")
        await slow.begun.wait()
        first.cancel()
        slow.go.release()
        slow.go.release()
        await second
        with pytest.raises(asyncio.CancelledError):
            await first
        return slow.batches

    assert asyncio.run(main()) == [["a"], ["b"]]
