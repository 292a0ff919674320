"""Edited subscribers come into force; a setting that can't says that it takes a restart."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connectors.delivery.sinks.subscriber import Subscriber
from connectors.polling.list_edits import Edits
from tests.wirewatch.config.test_config import WATCH as WRITTEN
from wirewatch.config import SUBSCRIBERS, load
from wirewatch.runtime.reload import Reloader
from wirewatch.runtime.reload_settings import EditedSettings
from wirewatch.runtime.reload_subscribers import EditedSubscribers


def block(name: str, more: str = "") -> str:
    url = f"https://{name}.example/hook"
    return f'[[subscriber]]\nid = "{name}"\nkind = "webhook"\nurl = "{url}"\n{more}\n'


def write(folder: Path, name: str, text: str) -> None:
    """Write as editors do: a new file in the place of the old one."""
    (folder / "new~").write_text(text)
    os.replace(folder / "new~", folder / name)


def looks(look: Callable[[], None]) -> list[dict[str, object]]:
    with capture_logs() as said:
        for _ in range(4):
            look()
    return [dict(line) for line in said]


class Desk:
    """A folder with or without subscribers, and what looks after it."""

    def __init__(self, folder: Path, text: str | None) -> None:
        self.folder = folder
        write(folder, "watches.toml", WRITTEN)
        if text is not None:
            self.write(text)
        loaded = load(folder, {})
        edits = Edits[Subscriber]()
        self.lists: list[list[Subscriber]] = []
        edits.follow(lambda subscribers: self.lists.append(list(subscribers)))
        own = SUBSCRIBERS in loaded.files
        self._look = Reloader(EditedSubscribers(folder, {}, loaded.subscribers, own, edits)).look

    def write(self, text: str) -> None:
        write(self.folder, SUBSCRIBERS, text)

    def looks(self) -> list[dict[str, object]]:
        return looks(self._look)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, block("a") + block("b"))


def test_added_removed_and_changed_subscribers_are_told_and_handed_on(desk: Desk) -> None:
    desk.write(block("c") + block("b", 'watches = ["w"]'))
    (told,) = desk.looks()
    assert {key: told[key] for key in ("event", "added", "removed", "changed", "subscribers")} == {
        "event": "subscribers_reloaded",
        "added": ["c"],
        "removed": ["a"],
        "changed": ["b"],
        "subscribers": 2,
    }
    assert [[one.id for one in ones] for ones in desk.lists] == [["c", "b"]]
    assert desk.lists[0][1].watches == ("w",)


def test_a_fault_keeps_the_subscribers_and_is_told(desk: Desk) -> None:
    desk.write(block("a", 'watches = ["nothing"]'))
    (told,) = desk.looks()
    assert told["event"] == "subscribers_kept"
    assert "subscribers.toml:5" in str(told["because"])
    assert desk.lists == []


def test_a_file_that_is_gone_does_not_bring_the_shipped_subscribers(desk: Desk) -> None:
    (desk.folder / SUBSCRIBERS).unlink()
    assert [line["event"] for line in desk.looks()] == ["subscribers_kept"]
    assert desk.lists == []


def test_a_first_file_of_ones_own_takes_the_place_of_the_one_that_ships(tmp_path: Path) -> None:
    desk = Desk(tmp_path, None)
    desk.write(block("a"))
    assert [line["event"] for line in desk.looks()] == ["subscribers_reloaded"]
    (desk.folder / SUBSCRIBERS).unlink()
    assert [line["event"] for line in desk.looks()] == ["subscribers_kept"]


def test_an_edit_of_watches_alone_is_no_edit_of_subscribers(desk: Desk) -> None:
    write(desk.folder, "watches.toml", WRITTEN + WRITTEN.replace('"w"', '"v"'))
    assert desk.looks() == []
    desk.write(block("a") + block("b", 'watches = ["v"]'))
    assert [line["event"] for line in desk.looks()] == ["subscribers_reloaded"]


def settings_look(folder: Path, environment: dict[str, str]) -> Callable[[], None]:
    in_force = load(folder, environment).settings
    return Reloader(EditedSettings(folder, environment, in_force)).look


def test_an_edited_setting_takes_effect_after_a_restart_and_says_so(tmp_path: Path) -> None:
    look = settings_look(tmp_path, {})
    write(tmp_path, "wirewatch.toml", 'log_level = "debug"\n[kafka]\nprefix = "p-"\n')
    (told,) = looks(look)
    assert (told["event"], told["log_level"]) == ("restart_needed", "warning")
    assert told["settings"] == ["kafka.prefix", "log_level"]
    assert "takes effect after a restart" in str(told["because"])
    assert looks(look) == []


def test_what_the_environment_says_anyway_needs_no_restart(tmp_path: Path) -> None:
    look = settings_look(tmp_path, {"WIREWATCH_LOG_LEVEL": "debug"})
    write(tmp_path, "wirewatch.toml", 'log_level = "debug"\n')
    assert looks(look) == []


def test_a_broken_settings_file_says_what_is_wrong(tmp_path: Path) -> None:
    look = settings_look(tmp_path, {})
    write(tmp_path, "wirewatch.toml", 'log_levle = "debug"\n')
    (told,) = looks(look)
    assert told["event"] == "settings_kept"
    assert "wirewatch.toml:1" in str(told["because"])
