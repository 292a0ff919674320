"""What poll remembers survives, and is saved whole or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.http.fetch import Validators
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.feed_state import (
    DAY,
    KEEP_SECONDS,
    FeedStore,
    Polled,
    SeenStory,
    StateError,
)
from connectors.polling.identity import KnownEntries, KnownStory
from streams.model.feed_health import FeedHealth
from streams.model.feed_health import FeedState as State
from tests.support.samples import NOON

MEMORY = FeedMemory(
    url="https://courier.example/rss",
    validators=Validators(etag='W/"é 1"', last_modified="Tue, 24 Nov 2026 10:00:00 GMT"),
    next_poll=20.0,
    last_ok=10.0,
    failures=3,
    gap=(1.0, 2.0),
    marks={"https://courier.example/1.json": "2"},
)
HEALTH = FeedHealth(
    feed="courier",
    source="Mekong Courier",
    state=State.OK,
    detail="",
    polled=NOON,
    last_ok=NOON,
    entries=1,
    stories=1,
)


def seen(story: str, *aliases: int, version: str = "v1") -> SeenStory:
    return SeenStory(
        story=KnownStory(story, version, f"title {story}", "x.example/1"), aliases=aliases
    )


def polled(*stories: SeenStory, now: float = 10.0, memory: FeedMemory = MEMORY) -> Polled:
    return Polled(memory=memory, health=HEALTH, now=now, seen=stories)


def ids(known: KnownEntries) -> dict[int, str]:
    return {alias: story.id for alias, story in known.by_alias.items()}


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite"
    with closing(FeedStore(path)) as state:
        assert state.memories() == {}
        assert state.health() == []
        state.save([polled(seen("a", 1, 2))])
    with closing(FeedStore(path)) as state:
        assert state.memories() == {"courier": MEMORY}
        assert state.health() == [HEALTH]
        known = state.known("courier", [1, 2, 3], ["a", "b"])
    story = KnownStory("a", "v1", "title a", "x.example/1")
    assert known == KnownEntries(by_alias={1: story, 2: story}, by_id={"a": story})


def test_a_story_of_another_feed_is_unknown(tmp_path: Path) -> None:
    with closing(FeedStore(tmp_path / "feeds.sqlite")) as state:
        state.save([polled(seen("a", 1))])
        assert state.known("gulf", [1], ["a"]) == KnownEntries()


def test_an_edit_changes_the_version_and_old_aliases_stay(tmp_path: Path) -> None:
    with closing(FeedStore(tmp_path / "feeds.sqlite")) as state:
        state.save([polled(seen("a", 1, 2))])
        state.save([polled(seen("a", 1, 3, version="v2"))])
        known = state.known("courier", [1, 2, 3], [])
    assert ids(known) == {1: "a", 2: "a", 3: "a"}
    assert known.versions() == {"a": "v2"}


def test_an_alias_is_that_of_the_story_that_had_it_last(tmp_path: Path) -> None:
    with closing(FeedStore(tmp_path / "feeds.sqlite")) as state:
        state.save([polled(seen("a", 1, 2), seen("b", 3))])
        state.save([polled(seen("b", 1))])
        assert ids(state.known("courier", [1, 2, 3], [])) == {1: "b", 2: "a", 3: "b"}


def test_many_aliases_are_found_at_once(tmp_path: Path) -> None:
    stories = [seen(str(number), number) for number in range(2_000)]
    with closing(FeedStore(tmp_path / "feeds.sqlite")) as state:
        state.save([polled(*stories)])
        assert len(state.known("courier", range(2_000), []).by_alias) == 2_000


def save_at(state: FeedStore, now: float, *stories: SeenStory) -> None:
    """Save a poll that also forgets what is old."""
    memory = FeedMemory(url=MEMORY.url, tidied=now)
    state.save([polled(*stories, now=now, memory=memory)])


def test_a_story_that_comes_back_is_known_for_ninety_days(tmp_path: Path) -> None:
    with closing(FeedStore(tmp_path / "feeds.sqlite")) as state:
        save_at(state, 0.0, seen("a", 1))
        save_at(state, KEEP_SECONDS, seen("b", 2))
        assert ids(state.known("courier", [1, 2], [])) == {1: "a", 2: "b"}
        save_at(state, KEEP_SECONDS + 1, seen("b", 2))
        assert ids(state.known("courier", [1, 2], [])) == {2: "b"}


def test_a_story_that_stays_is_known_for_ever(tmp_path: Path) -> None:
    with closing(FeedStore(tmp_path / "feeds.sqlite")) as state:
        for day in range(200):
            save_at(state, day * 1.5 * DAY, seen("a", 1))
        assert ids(state.known("courier", [1], [])) == {1: "a"}


def test_a_feed_not_modified_for_long_keeps_what_it_shows(tmp_path: Path) -> None:
    with closing(FeedStore(tmp_path / "feeds.sqlite")) as state:
        save_at(state, 0.0, seen("a", 1))
        save_at(state, 10 * KEEP_SECONDS)
        assert ids(state.known("courier", [1], [])) == {1: "a"}


def full(path: Path, state: FeedStore) -> None:
    """Let the file grow no more, as on a full disk."""
    pages = state._db.execute("PRAGMA page_count").fetchone()[0]
    state._db.execute(f"PRAGMA max_page_count = {pages}")
    assert path.exists()


def test_a_full_disk_saves_nothing_of_a_batch_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite"
    with closing(FeedStore(path)) as state:
        state.save([polled(seen("a", 1))])
        full(path, state)
        many = [seen(f"story {number}", number) for number in range(5_000)]
        with pytest.raises(StateError, match=r"feeds.sqlite can't be written: .*full"):
            state.save([polled(seen("b", 9)), polled(*many)])
        assert ids(state.known("courier", [1, 9], [])) == {1: "a"}
        assert state.memories() == {"courier": MEMORY}


def test_a_file_that_can_not_be_opened_is_named(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite"
    path.mkdir()
    with pytest.raises(StateError, match=r"feeds.sqlite can't be opened"):
        FeedStore(path)


def test_a_file_locked_by_another_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite"
    with closing(FeedStore(path)) as state, closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM memories").fetchall()
        state.save([polled(seen("a", 1))])  # a reader stops no writer
        assert state.health() == [HEALTH]


def test_stories_of_several_polls_are_saved_together(tmp_path: Path) -> None:
    polls = [
        Polled(memory=MEMORY, health=replace(HEALTH, feed=f"f{n}"), now=1.0, seen=(seen("a", 1),))
        for n in range(3)
    ]
    with closing(FeedStore(tmp_path / "feeds.sqlite")) as state:
        state.save(polls)
        assert list(state.memories()) == ["f0", "f1", "f2"]
        assert [one.feed for one in state.health()] == ["f0", "f1", "f2"]
