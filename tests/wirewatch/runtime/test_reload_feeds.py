"""An edited list of feeds comes into force as a whole, or not at all."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connectors.polling.feed import Feed
from connectors.polling.feed_edits import Edits
from wirewatch.config import FEEDS, load
from wirewatch.feedlist import file
from wirewatch.runtime.reload import Reloader
from wirewatch.runtime.reload_feeds import EditedFeeds


def block(name: str, more: str = "") -> str:
    return f'[[feed]]\nid = "{name}"\nurl = "https://{name}.example/rss"\nsource = "S"\n{more}\n'


class Desk:
    """A folder with or without feeds, what looks after it, and who goes by its lists."""

    def __init__(self, folder: Path, text: str | None) -> None:
        self.folder = folder
        if text is not None:
            self.write(text)
        loaded = load(folder, {})
        edits = Edits()
        self.lists: list[list[Feed]] = []
        edits.follow(lambda feeds: self.lists.append(list(feeds)))
        self.look = Reloader(
            EditedFeeds(folder, {}, loaded.feeds, FEEDS in loaded.files, edits)
        ).look

    def write(self, text: str) -> None:
        file.save(self.folder, text)

    def looks(self) -> list[dict[str, object]]:
        with capture_logs() as said:
            for _ in range(4):
                self.look()
        return [dict(line) for line in said]

    @property
    def ids(self) -> list[list[str]]:
        return [[feed.id for feed in feeds] for feeds in self.lists]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, block("a") + block("b"))


def test_added_removed_and_changed_feeds_are_told_and_handed_on(desk: Desk) -> None:
    desk.write(block("c") + block("b", "interval = 60"))
    (told,) = desk.looks()
    assert {key: told[key] for key in ("event", "added", "removed", "changed", "feeds")} == {
        "event": "feeds_reloaded",
        "added": ["c"],
        "removed": ["a"],
        "changed": ["b"],
        "feeds": 2,
    }
    assert desk.ids == [["c", "b"]]
    assert desk.lists[0][1].interval == 60


def test_what_says_the_same_in_other_words_is_no_edit(desk: Desk) -> None:
    desk.write("# mine\n" + block("b") + block("a", "interval = 300"))
    assert desk.looks() == []
    assert desk.lists == []


def test_a_fault_keeps_the_feeds_and_is_told_once(desk: Desk) -> None:
    desk.write(block("a") + block("b", "interval = 5"))
    (told,) = desk.looks()
    assert (told["event"], told["log_level"]) == ("feeds_kept", "warning")
    assert 'feeds.toml:10: feed "b": interval' in str(told["because"])
    assert desk.lists == []
    desk.write(block("a"))
    assert [line["event"] for line in desk.looks()] == ["feeds_reloaded", "feeds_mended"]


def test_a_list_that_is_gone_does_not_bring_the_one_that_ships(desk: Desk) -> None:
    (desk.folder / FEEDS).unlink()
    (told,) = desk.looks()
    assert told["event"] == "feeds_kept"
    assert "feeds.toml: it is gone, so what it said stays in force" in str(told["because"])
    assert desk.lists == []


def test_a_first_list_of_ones_own_takes_the_place_of_the_one_that_ships(tmp_path: Path) -> None:
    desk = Desk(tmp_path, None)
    desk.write(block("a"))
    assert [line["event"] for line in desk.looks()] == ["feeds_reloaded"]
    assert desk.ids == [["a"]]
    (tmp_path / FEEDS).unlink()
    assert [line["event"] for line in desk.looks()] == ["feeds_kept"]


def test_faults_of_other_files_are_none_of_the_feeds(desk: Desk) -> None:
    (desk.folder / "watches.toml").write_text("[[watch]]\n")
    desk.write(block("a"))
    assert [line["event"] for line in desk.looks()] == ["feeds_reloaded"]


def test_who_follows_late_gets_the_last_list() -> None:
    edits, heard = Edits(), list[int]()
    edits.follow(lambda feeds: heard.append(len(feeds)))
    assert heard == []
    edits.put([Feed(id="a", url="https://a.example/", source="A")])
    edits.follow(lambda feeds: heard.append(len(feeds)))
    assert heard == [1, 1]
