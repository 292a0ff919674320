"""A state file of another release is taken over, kept aside or refused: never mixed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from connectors.formats.entry import Entry
from connectors.http.fetch import Validators
from connectors.polling import feed_layout
from connectors.polling.feed_layout import LAYOUT
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.feed_state import FeedStore, Polled, SeenStory, StateError
from connectors.polling.identity import ANY_VERSION, KnownStory, identify
from tests.connectors.polling.test_feed_state import HEALTH
from tests.connectors.polling.test_poll_kills import Log, poll_once
from tests.support.commands import ended
from tests.support.publisher import Publisher, with_publisher

FIRST = """
CREATE TABLE feeds (
    feed TEXT PRIMARY KEY, url TEXT NOT NULL, etag TEXT, last_modified TEXT,
    next_poll REAL NOT NULL, last_ok REAL, failures INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE seen (
    feed TEXT NOT NULL, story TEXT NOT NULL, version TEXT NOT NULL, last_there REAL NOT NULL,
    PRIMARY KEY (feed, story)
) WITHOUT ROWID;
"""
"""The layout of the first release."""
URL = "https://courier.example/rss"


def of_first_release(path: Path, url: str = URL, *stories: str) -> None:
    """Write a file as the first release left it."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(FIRST)
        db.execute(
            "INSERT INTO feeds VALUES ('courier', ?, '\"e\"', 'Tue', 20.0, 10.0, 2)",
            (url,),
        )
        db.execute(
            "INSERT INTO feeds VALUES ('new', 'https://new.example/', NULL, NULL, 0, NULL, 1)"
        )
        db.executemany(
            "INSERT INTO seen VALUES ('courier', ?, 'v', 100000.0)", [(one,) for one in stories]
        )


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {name for (name,) in db.execute("SELECT name FROM sqlite_master")}


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_a_new_file_says_its_layout_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite"
    for _ in range(2):
        with closing(FeedStore(path)) as state:
            assert state.remark == ""
    assert version(path) == LAYOUT


def test_a_file_without_a_number_that_has_our_tables_is_ours(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite"
    memory = FeedMemory(url=URL, last_ok=1.0)
    with closing(FeedStore(path)) as state:
        state.save([Polled(memory=memory, health=HEALTH, now=1.0)])
        state._db.execute("PRAGMA user_version = 0")
    with closing(FeedStore(path)) as state:
        assert (state.remark, state.memories()) == ("", {"courier": memory})
    assert version(path) == LAYOUT


def test_the_first_release_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite"
    of_first_release(path, URL, "a", "b")
    with closing(FeedStore(path)) as state:
        assert state.remark == "taken over from an older release: 2 feeds, 2 stories"
        memory = state.memories()["courier"]
        assert (memory.url, memory.validators) == (URL, Validators(etag='"e"', last_modified="Tue"))
        assert (memory.next_poll, memory.last_ok, memory.failures) == (20.0, 10.0, 2)
        assert state.memories()["new"].last_ok is None
        assert state.known("courier", [], ["a", "c"]).versions() == {"a": ANY_VERSION}
        assert state.health() == []
        assert state.health_of("courier") is None
    with closing(FeedStore(path)) as state:
        assert state.remark == ""
    assert not {"feeds", "seen"} & tables(path)
    assert version(path) == LAYOUT


def test_what_a_release_between_learnt_beside_the_old_tables_is_kept(tmp_path: Path) -> None:
    """It opened the old file, took nothing over, and made its own tables there."""
    path = tmp_path / "feeds.sqlite"
    story = KnownStory("a", "v2", "Title", "x.example/1")
    with closing(FeedStore(path)) as state:
        later = FeedMemory(url=URL, last_ok=99.0)
        seen = (SeenStory(story=story, aliases=(1,)),)
        state.save([Polled(memory=later, health=HEALTH, now=99.0, seen=seen)])
        state._db.execute("PRAGMA user_version = 0")
    of_first_release(path, URL, "a", "b")
    with closing(FeedStore(path)) as state:
        assert state.memories()["courier"] == later
        assert state.known("courier", [1], ["a", "b"]).versions() == {"a": "v2", "b": ANY_VERSION}


def test_a_taking_over_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "feeds.sqlite"
    of_first_release(path, URL, "a")
    before = tables(path)

    def fail(*_: object) -> FeedMemory:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(feed_layout, "_memory", fail)
        with pytest.raises(StateError, match="can't be opened: disk I/O error"):
            FeedStore(path)
    assert (tables(path), version(path)) == (before, 0)
    with closing(FeedStore(path)) as state:
        assert "2 feeds, 1 stories" in state.remark


def test_after_an_update_only_what_came_since_is_news(tmp_path: Path) -> None:
    log = Log()
    guids = [str(number) for number in range(8)]

    async def act(publisher: Publisher) -> None:
        feed = publisher.feed("courier")
        old = [Entry(guid=guid, title=f"Story {guid}") for guid in guids[:7]]
        of_first_release(tmp_path / "feeds.sqlite", feed.url, *identify(feed.id, old))
        await poll_once(feed, tmp_path, log)
        assert [(one.headline, one.backfill) for one in log.stories] == [("Story 7", False)]
        # From then on the titles are known too, and the stories by them.
        publisher.prefix = "urn:moved:"
        await poll_once(feed, tmp_path, log)
        assert len({one.id for one in log.stories}) == len(log.stories) == 1

    with_publisher(act, courier=guids)


def test_a_file_of_nobody_we_know_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite"
    for number in (1, 2):
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("CREATE TABLE else_where (one TEXT)")
        with closing(FeedStore(path)) as state:
            assert f"it was kept as feeds.sqlite.aside-{number}." in state.remark
            assert "read back from Kafka" in state.remark
            assert state.memories() == {}
        assert tables(tmp_path / f"feeds.sqlite.aside-{number}") == {"else_where"}
        assert "else_where" not in tables(path)


def test_a_file_of_a_later_release_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite"
    with closing(FeedStore(path)) as state:
        state._db.execute(f"PRAGMA user_version = {LAYOUT + 1}")
    with pytest.raises(StateError, match=r"can't be opened: a later release .*layout 4"):
        FeedStore(path)
    assert version(path) == LAYOUT + 1


def test_the_list_of_feeds_says_that_it_took_a_file_over(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    of_first_release(tmp_path / "data" / "feeds.sqlite")
    (tmp_path / "feeds.toml").write_text(
        f'[[feed]]\nid = "courier"\nurl = "{URL}"\nsource = "Courier"\n'
    )
    shown = ended("feeds", "list", "--json", "--config", str(tmp_path), cwd=tmp_path)
    assert b'"id":"courier"' in shown.stdout
    assert b"taken over from an older release: 2 feeds" in shown.stderr
