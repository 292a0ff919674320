"""What poll remembers survives, and is saved whole or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from connectors.feed_state import KEEP_SECONDS, FeedState, Memory
from connectors.sources.fetch import Validators
from tests.samples import sample_story

URL = "https://courier.example/rss"
MEMORY = Memory(
    url=URL,
    validators=Validators(etag='W/"1"', last_modified="Tue, 24 Nov 2026 10:00:00 GMT"),
    next_poll=20.0,
    last_ok=10.0,
    failures=3,
)


def test_a_feed_never_seen_is_unknown(tmp_path: Path) -> None:
    with closing(FeedState(tmp_path / "feeds.sqlite")) as state:
        assert state.memory("courier", URL) == Memory(url=URL)


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    story = sample_story()
    with closing(FeedState(tmp_path / "feeds.sqlite")) as state:
        state.save("courier", MEMORY, [story], now=10.0)
    with closing(FeedState(tmp_path / "feeds.sqlite")) as state:
        assert state.memory("courier", URL) == MEMORY
        assert state.news([story]) == []


def test_a_new_address_starts_without_validators_and_is_no_first_fetch(tmp_path: Path) -> None:
    with closing(FeedState(tmp_path / "feeds.sqlite")) as state:
        state.save("courier", MEMORY, [], now=10.0)
        moved = state.memory("courier", "https://courier.example/new")
    assert moved.validators == Validators()
    assert moved.last_ok == 10.0


def test_news_are_new_stories_and_new_versions(tmp_path: Path) -> None:
    one, edited, other = sample_story("1"), sample_story("1", body="Edited."), sample_story("2")
    with closing(FeedState(tmp_path / "feeds.sqlite")) as state:
        state.save("courier", MEMORY, [one], now=10.0)
        assert state.news([one, edited, other]) == [edited, other]


def test_a_story_that_comes_back_is_known_for_ninety_days(tmp_path: Path) -> None:
    old, other = sample_story("1"), sample_story("2")
    with closing(FeedState(tmp_path / "feeds.sqlite")) as state:
        state.save("courier", MEMORY, [old], now=0.0)
        state.save("courier", MEMORY, [other], now=KEEP_SECONDS)
        assert state.news([old]) == []
        state.save("courier", MEMORY, [other], now=KEEP_SECONDS + 1)
        assert state.news([old]) == [old]


def test_a_feed_not_modified_for_long_keeps_what_it_shows(tmp_path: Path) -> None:
    story = sample_story()
    with closing(FeedState(tmp_path / "feeds.sqlite")) as state:
        state.save("courier", MEMORY, [story], now=0.0)
        state.save("courier", MEMORY, [], now=10 * KEEP_SECONDS)
        assert state.news([story]) == []


def test_a_save_that_fails_saves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite"
    with closing(FeedState(path)) as state:
        with closing(sqlite3.connect(path)) as db:
            db.execute(
                "CREATE TRIGGER no BEFORE INSERT ON seen BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        with pytest.raises(sqlite3.IntegrityError):
            state.save("courier", MEMORY, [sample_story()], now=10.0)
        assert state.memory("courier", URL) == Memory(url=URL)
