"""A clock that is set, by a day or so, stops no poll and starts no flood of them."""

import asyncio
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.kafka import ensure_topics
from connectors.polling.poll import Polling, PollSettings, poll
from connectors.polling.schedule import DAY, LONGEST_WAIT, due
from streams.contract.kafka_access import KafkaAccess
from tests.connectors.polling.test_feeds_edited import FAILED, FEED, NOW, Turns, feeds, play
from tests.connectors.polling.test_poll import settings
from tests.support.publisher import Publisher, with_publisher
from tests.support.waiting import until


class SetClock:
    """The machine's clock, which can be set. What nobody sets goes on as it is."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.by = 0.0
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + self.by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    return SetClock(monkeypatch)


async def poll_until(given: PollSettings, publisher: Publisher, asked: int) -> None:
    """Poll until the publisher was asked so often in all."""
    stop = asyncio.Event()
    polling = asyncio.create_task(poll(PollSettings(**{**vars(given), "once": False}), stop))
    try:
        await asyncio.to_thread(until, lambda: len(publisher.asked) >= asked)
    finally:
        stop.set()
        await polling


@pytest.mark.parametrize("name", ["courier", "gone"])
def test_polls_go_on_after_the_clock_is_set_back(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path, clock: SetClock, name: str
) -> None:
    """While poll runs and, what is more, when it starts with the times that it wrote down."""
    ensure_topics(kafka_address, prefix=prefix)

    async def act(publisher: Publisher) -> None:
        feed = replace(publisher.feed(name), interval=1)
        given = settings(kafka_address, prefix, tmp_path, feed)

        async def set_back() -> None:
            await asyncio.to_thread(until, lambda: len(publisher.asked) >= 2)
            clock.by -= DAY

        setting = asyncio.create_task(set_back())
        await poll_until(given, publisher, 4)
        await setting
        clock.by -= DAY
        await poll_until(given, publisher, len(publisher.asked) + 2)

    with_publisher(act, courier=["1"])


def test_a_clock_that_is_set_forward_polls_nothing_early(tmp_path: Path, clock: SetClock) -> None:
    hourly = feeds("a", "b")

    async def act(turns: Turns, polling: Polling) -> None:
        turns.go.set()
        await turns.until("a", "b")
        clock.by += DAY
        polling.follow(hourly)  # which wakes it
        await turns.until("a", "b")

    play(tmp_path, act, *hourly)


@pytest.mark.parametrize(
    ("wait", "at"), [(100.0, NOW + 100), (0.0, NOW + LONGEST_WAIT)], ids=["told", "older release"]
)
def test_a_time_further_away_than_any_wait_is_not_believed(wait: float, at: float) -> None:
    memory = replace(FAILED, next_poll=NOW + 30 * DAY, wait=wait)
    assert due(memory, FEED, NOW) == at
