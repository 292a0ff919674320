"""A lost `feeds.sqlite`: what was sent is not sent again, and what came since raises alerts."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from connectors.kafka import ensure_topics
from connectors.polling.detect_new import old_news
from connectors.polling.feed_state import FeedStore
from connectors.polling.poll import poll
from connectors.polling.poll_result import DocumentResult
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import STORIES
from streams.model.story import Story
from tests.connectors.polling.test_poll import read, settings
from tests.connectors.polling.test_poll_edited import block
from tests.support.commands import running
from tests.support.publisher import Publisher, with_publisher
from tests.support.samples import NOON, sample_story


def delete(path: Path) -> None:
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()


def garble(path: Path) -> None:
    """What was there is still there, as bytes that say nothing."""
    path.write_bytes(bytes(255 - byte for byte in path.read_bytes()))


def garble_the_middle(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garble_rows(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE memories SET memory = x'00', health = x'7b'")


@pytest.mark.parametrize("lose", [delete, garble, garble_the_middle, cut, empty, garble_rows])
def test_what_is_known_of_the_feeds_is_read_back_from_kafka(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    guids = [str(number) for number in range(20)]

    async def act(publisher: Publisher) -> None:
        given = settings(kafka_address, prefix, tmp_path, publisher.feed("courier"))
        await poll(given, asyncio.Event())
        lose(given.state)
        publisher.feeds["courier"] += ["new", "newer"]
        with capture_logs() as logs:
            await poll(given, asyncio.Event())
        assert "feed_state_read_back" in [one["event"] for one in logs]
        publisher.feeds["courier"].append("newest")
        await poll(given, asyncio.Event())

    with_publisher(act, courier=guids)
    found = [decode(value, Story) for value in read(kafka_address, prefix, STORIES, 23)]
    assert len(found) == len({story.id for story in found}) == 23, "a story was sent again"
    news = sorted(story.headline for story in found if not story.backfill)
    assert news == ["Story new", "Story newer", "Story newest"]


def test_a_feed_that_is_new_to_kafka_too_begins_with_old_news(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)

    async def act(publisher: Publisher) -> None:
        first, other = publisher.feed("courier"), publisher.feed("gulf")
        await poll(settings(kafka_address, prefix, tmp_path, first), asyncio.Event())
        delete(tmp_path / "feeds.sqlite")
        await poll(settings(kafka_address, prefix, tmp_path, first, other), asyncio.Event())

    with_publisher(act, courier=["1"], gulf=["2", "3"])
    found = [decode(value, Story) for value in read(kafka_address, prefix, STORIES, 3)]
    assert sorted(story.headline for story in found) == ["Story 1", "Story 2", "Story 3"]
    assert all(story.backfill for story in found)


def test_a_damaged_file_is_kept_aside_by_the_command_and_told(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    words = [
        "poll",
        "--json",
        "--kafka",
        kafka_address.address,
        "--config",
        str(tmp_path),
        "--once",
    ]

    async def act(publisher: Publisher) -> None:
        (tmp_path / "wirewatch.toml").write_text("allow_private_addresses = true\n")
        (tmp_path / "feeds.toml").write_text(block(publisher, "courier", source="Courier"))
        (tmp_path / "feeds.sqlite").write_bytes(b"no database " * 1000)
        given = {"WIREWATCH_KAFKA_PREFIX": prefix}
        with running(tmp_path / "log", [*words, "--data", str(tmp_path)], given) as command:
            code = await asyncio.to_thread(command.process.wait, 60)
            assert (code, "Traceback" in command.err) == (0, False), command.err
            assert "is damaged (file is not a database): it was kept as" in command.err

    with_publisher(act, courier=["1"])
    assert (tmp_path / "feeds.sqlite.aside-1").read_bytes() == b"no database " * 1000
    with closing(FeedStore(tmp_path / "feeds.sqlite")) as state:
        assert list(state.memories()) == ["courier"]


def test_a_stop_does_not_wait_for_a_kafka_that_is_away(tmp_path: Path) -> None:
    """Reading back has half a minute to connect; a stop has a few seconds."""

    async def act(publisher: Publisher) -> None:
        stop = asyncio.Event()
        given = settings(KafkaAccess("127.0.0.1:9"), "", tmp_path, publisher.feed("courier"))
        polling = asyncio.create_task(poll(given, stop))
        await asyncio.sleep(0.5)
        stop.set()
        await asyncio.wait_for(polling, 15)

    publisher = with_publisher(act, courier=["1"])
    assert publisher.asked == []


def test_what_is_older_than_what_kafka_keeps_is_old_news() -> None:
    since = NOON.timestamp()
    dates = (NOON - timedelta(days=1), NOON + timedelta(hours=1), None)
    given = DocumentResult(
        news=tuple(replace(sample_story(), published=date, backfill=False) for date in dates)
    )
    assert [one.backfill for one in old_news(given, since).news] == [True, False, False]
    assert old_news(given, None) is given
