"""What poll remembers doesn't grow for ever, and a poll writes no more of it than has changed."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.kafka import ensure_topics
from connectors.polling.feed_layout import LAYOUT
from connectors.polling.feed_state import FeedStore, Polled
from connectors.polling.forgetting import DAY, GRACE
from connectors.polling.poll import poll
from streams.contract.codec import encode
from streams.contract.kafka_access import KafkaAccess
from tests.connectors.polling.test_clock_set import SetClock
from tests.connectors.polling.test_feed_state import HEALTH, MEMORY, polled, seen
from tests.connectors.polling.test_poll import settings
from tests.support.publisher import Publisher, with_publisher

MARKS = {f"2026/{number:06}.json": f"17640{number:014} 2048" for number in range(20_000)}
SMALL = 100_000
"""Bytes; all marks together take more than ten times as much."""


def test_a_poll_writes_only_the_marks_that_changed(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite"
    log = path.with_name(path.name + "-wal")
    after = {**MARKS, "2026/000007.json": "new"}
    del after["2026/000008.json"]
    with closing(FeedStore(path)) as state:
        state.save([polled(memory=replace(MEMORY, marks=MARKS))])
        for marks in (MARKS, after):
            state._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            state.save([polled(memory=replace(MEMORY, marks=marks))])
            assert log.stat().st_size < SMALL
        assert state.memories()["courier"].marks == after
    with closing(FeedStore(path)) as state:
        assert state.memories()["courier"].marks == after
        state.save([polled(memory=replace(MEMORY, marks={}))])
    with closing(FeedStore(path)) as state:
        assert state.memories()["courier"].marks == {}


def test_marks_that_were_not_written_are_written_next_time(tmp_path: Path) -> None:
    class Full(FeedStore):
        full = False

        def _save_stories(self, *_: object) -> None:
            if self.full:
                raise sqlite3.OperationalError("database or disk is full")

    marks = {"a.json": "1"}
    with closing(Full(tmp_path / "feeds.sqlite")) as state:
        state.full = True
        good = polled(memory=replace(MEMORY, marks=marks))
        bad = replace_feed(polled(seen("a", 1)), "gulf")
        with pytest.raises(Exception, match="disk is full"):
            state.save([good, bad])
        state.full = False
        state.save([good])
        assert state._db.execute("SELECT file, mark FROM marks").fetchall() == [("a.json", "1")]


def replace_feed(given: Polled, feed: str) -> Polled:
    return Polled(
        memory=given.memory, health=replace(HEALTH, feed=feed), now=given.now, seen=given.seen
    )


def test_marks_of_the_layout_before_are_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite"
    memory = replace(MEMORY, marks={"a.json": "1", "b.json": "2"})
    with closing(FeedStore(path)) as state:
        state.save([polled()])
        state._db.execute("UPDATE memories SET memory = ?", (encode(memory),))
        state._db.execute("DROP TABLE marks")
        state._db.execute("PRAGMA user_version = 2")
    with closing(FeedStore(path)) as state:
        assert state.memories() == {"courier": memory}
        (row,) = state._db.execute("SELECT memory FROM memories").fetchone()
        assert b"a.json" not in row
        assert state._db.execute("PRAGMA user_version").fetchone() == (LAYOUT,)


@pytest.mark.parametrize(("away", "kept"), [(GRACE + DAY, False), (5 * DAY, True)])
def test_a_removed_feed_is_forgotten_after_a_while_and_no_sooner(
    kafka_address: KafkaAccess,
    prefix: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    away: float,
    kept: bool,
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    clock = SetClock(monkeypatch)

    async def act(publisher: Publisher) -> None:
        courier, gulf = publisher.feed("courier"), publisher.feed("gulf")
        clock.by = -away
        await poll(settings(kafka_address, prefix, tmp_path, courier, gulf), asyncio.Event())
        clock.by = 0.0
        await poll(settings(kafka_address, prefix, tmp_path, courier), asyncio.Event())

    with_publisher(act, courier=["1"], gulf=["2", "3"])
    with closing(sqlite3.connect(tmp_path / "feeds.sqlite")) as db:
        for table in ("memories", "stories", "aliases"):
            found = {feed for (feed,) in db.execute(f"SELECT DISTINCT feed FROM {table}")}
            assert found == ({"courier", "gulf"} if kept else {"courier"}), table
