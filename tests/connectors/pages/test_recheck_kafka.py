"""Pages asked for again, from an alert on Kafka to the story taken back."""

import asyncio
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from connectors.kafka import Consumer, Producer, Received, ensure_topics
from connectors.pages import recheck
from connectors.pages.recheck import Rechecker, rechecking
from connectors.pages.recheck_schedule import HOUR
from connectors.polling.poll import PollSettings
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import STORIES
from streams.model.alert import Kind
from streams.model.story import Story, gone
from tests.connectors.pages.test_recheck import SURE, Clock, Page, play, record
from tests.support.waiting import until


def settings(address: KafkaAccess, prefix: str, folder: Path) -> PollSettings:
    return PollSettings(
        kafka=address,
        prefix=prefix,
        state=folder / "feeds.sqlite",
        feeds=(),
        user_agent="ua",
        allow_private=True,
        recheck_alerts=True,
    )


def test_from_an_alert_on_kafka_to_the_story_taken_back(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    ahead = [0.0]
    made: list[Rechecker] = []

    class Watched(Rechecker):
        """Goes by a clock that the test sets, and can be looked at."""

        def __init__(self, **given: object) -> None:
            super().__init__(**given, clock=lambda: time.time() + ahead[0], pause=0.0)  # type: ignore[arg-type] # as it was given
            made.append(self)

    monkeypatch.setattr(recheck, "Rechecker", Watched)

    async def act(page: Page, _: Rechecker, __: Clock) -> None:
        producer = Producer(kafka_address, prefix=prefix)
        old = msgspec.structs.replace(page.event("/withdrawn"), kind=Kind.WITHDRAWN)
        await producer.send([message(page.event("/withdrawn")), message(old)])
        one = msgspec.structs.replace(page.event(), story=page.story(), alert="another")
        other = msgspec.structs.replace(one.story, id="another", feed="gulf")
        await producer.send([message(msgspec.structs.replace(one, story=other))])
        await producer.close()
        async with rechecking(settings(kafka_address, prefix, tmp_path)):
            (rechecks,) = [one.rechecks for one in made]
            await asyncio.to_thread(until, lambda: list(rechecks._open) == [other.id])
            ahead[0] += HOUR + 1
            await asyncio.to_thread(until, lambda: len(page.asked) == 1)
            ahead[0] += SURE + 1
            await asyncio.to_thread(until, lambda: len(rechecks) == 0)

    page, _ = play([410], act)
    with closing(Consumer(kafka_address, group=None, topics=[STORIES], prefix=prefix)) as consumer:
        (record,) = consumer.poll(30)
    told = decode(record.value, Story)
    expected = gone(page.story(), told.first_seen)
    assert told == msgspec.structs.replace(expected, id="another", feed="gulf")
    assert page.asked == [("HEAD", "/1"), ("GET", "/1")]


def test_no_page_is_asked_for_before_all_events_are_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes last may say that the story was withdrawn long ago."""
    left_when_asked: list[int] = []

    async def act(page: Page, rechecker: Rechecker, _: Clock) -> None:
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        batches = [[record(page.event())], [record(page.event(kind=Kind.WITHDRAWN))], []]

        class Events:
            """Stands for `alerts` on Kafka, which comes in several answers."""

            def poll(self, _: float) -> list[Received]:
                if len(batches) == 1:
                    loop.call_soon_threadsafe(ended.set)
                return batches.pop(0)

            def close(self) -> None:
                """Nothing is open."""

        monkeypatch.setattr(recheck, "_consumer", lambda _: Events())
        monkeypatch.setattr(rechecker, "start_due", lambda: left_when_asked.append(len(batches)))
        await recheck.run(rechecker, settings(KafkaAccess("127.0.0.1:9"), "", tmp_path), ended)

    play([410], act)
    assert left_when_asked == [0]


@pytest.mark.parametrize(("once", "wanted"), [(True, True), (False, False)])
def test_a_single_poll_or_who_does_not_want_it_asks_for_nothing(
    once: bool, wanted: bool, tmp_path: Path
) -> None:
    async def main() -> None:
        given = settings(KafkaAccess("127.0.0.1:9"), "", tmp_path)
        async with rechecking(replace(given, once=once, recheck_alerts=wanted)):
            assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
