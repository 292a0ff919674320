"""Coverage notices by a real deliver: from feed health on Kafka to those whom it concerns."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from connectors.delivery.coverage.decision import CoverageState
from connectors.delivery.sinks.feed import file_name
from connectors.kafka import Producer
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.model.feed_health import FeedHealth, FeedState
from tests.support.delivering import Desk
from tests.support.waiting import until

WATCHES = """
[[watch]]
id = "navy"
title = "Navy"
words = ["navy"]

[[watch]]
id = "paper"
title = "One paper"
words = ["navy"]
outlets = ["Outlet 8"]
"""
HOUR = timedelta(hours=1)


def health(number: int, now: datetime, *, missing: bool) -> FeedHealth:
    return FeedHealth(
        feed=f"feed-{number}",
        source=f"Outlet {number}",
        state=FeedState.UNREACHABLE if missing else FeedState.OK,
        detail="",
        polled=now,
        last_ok=now - 2 * HOUR if missing else now,
        entries=20,
        stories=0,
        last_story=now - 2 * HOUR,
        next_poll=now + HOUR,
        rhythm=1_800.0,
    )


def put(desk: Desk, *missing: int) -> None:
    """Put the health of nine feeds on Kafka, as poll does."""
    now = datetime.now(UTC)

    async def send() -> None:
        producer = Producer(desk.kafka, prefix=desk.prefix)
        told = [health(number, now, missing=number in missing) for number in range(9)]
        await producer.send([message(one) for one in told])
        await producer.close()

    asyncio.run(send())


def remember(desk: Desk, state: CoverageState) -> None:
    """Let deliver have looked just now."""
    path = desk.folder / "data" / "coverage.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(state, looked=datetime.now(UTC))))


def remembered(desk: Desk) -> CoverageState:
    path = desk.folder / "data" / "coverage.json"
    return msgspec.json.decode(path.read_bytes(), type=CoverageState)


def notes(desk: Desk, subscriber: str) -> list[str]:
    """Return what a subscriber with a feed was told beside alerts, the newest first."""
    path = desk.folder / "data" / "feeds" / file_name(subscriber) / "all.json"
    if not path.exists():
        return []
    return [str(item["summary"]) for item in json.loads(path.read_text("utf-8"))["items"]]


def feed(name: str, *lines: str) -> str:
    return "\n".join(["[[subscriber]]", f'id = "{name}"', 'kind = "feed"', *lines])


def test_missing_sources_are_told_to_those_who_watch_them_once_and_when_they_are_back(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str
) -> None:
    desk = Desk(tmp_path, kafka_address, prefix)
    (tmp_path / "watches.toml").write_text(WATCHES)
    desk.subscribers(
        feed("all"),
        feed("paris", 'language = "fr"'),
        feed("paper", 'watches = ["paper"]'),
        feed("deaf", "coverage = false"),
    )
    put(desk, 0, 1, 2)
    remember(desk, CoverageState())
    with desk.delivering() as deliver:
        until(lambda: notes(desk, "all") and notes(desk, "paris"))
        deliver.says('"notice_delivered"')
    (first,) = notes(desk, "all")
    assert first.startswith("3 of 9 sources can't be read since ")
    assert "(Outlet 0, Outlet 1, Outlet 2)" in first
    assert notes(desk, "paris")[0].startswith("sources illisibles : 3 sur 9 depuis ")

    put(desk)
    outage = remembered(desk).outages["navy"]
    calm = msgspec.structs.replace(outage, calm=datetime.now(UTC) - HOUR)
    remember(desk, CoverageState(outages={"navy": calm}))
    with desk.delivering():
        until(lambda: len(notes(desk, "all")) == 2)
        until(lambda: not remembered(desk).outages)
    assert notes(desk, "all")[0].startswith("sources are back since ")
    assert (notes(desk, "paper"), notes(desk, "deaf")) == ([], [])


def test_who_wants_a_line_a_day_gets_one_with_sources_and_alerts(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str
) -> None:
    desk = Desk(tmp_path, kafka_address, prefix)
    (tmp_path / "watches.toml").write_text(WATCHES)
    past = datetime.now(UTC) - timedelta(minutes=10)
    at = f'digest_at = "{past:%H:%M}"'
    french = feed("paris", "all_quiet = true", at, 'language = "fr"')
    desk.subscribers(feed("daily", "all_quiet = true", at), french, feed("never"))
    put(desk, 0, 1)
    for _ in range(2):
        with desk.delivering():
            until(lambda: notes(desk, "daily") and notes(desk, "paris"))
    assert notes(desk, "daily") == ["7 of 9 sources healthy, 0 alerts in the last day"]
    assert notes(desk, "paris") == [
        "7 sources sur 9 en bon état, 0 alerte au cours des dernières 24 heures"
    ]
    assert notes(desk, "never") == []
