"""Edited watches come into force; broken, half written and lost ones don't."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from streams.app.settings import LiveWatches
from streams.match import Watches
from tests.samples import WATCH
from tests.test_config import WATCH as WRITTEN
from wirewatch.config import load
from wirewatch.reload import Changes, Reloader, changes


@pytest.fixture
def reloader(tmp_path: Path) -> Reloader:
    write(tmp_path, WRITTEN)
    loaded = load(tmp_path, {})
    return Reloader(tmp_path, {}, loaded, LiveWatches(Watches(loaded.watches)))


def write(folder: Path, text: str, name: str = "watches.toml") -> None:
    """Write as editors do: a new file in the place of the old one."""
    new = folder / "new~"
    new.write_text(text)
    os.replace(new, folder / name)


def looks(reloader: Reloader) -> list[dict[str, object]]:
    with capture_logs() as said:
        for _ in range(4):
            reloader.look()
    return [dict(line) for line in said]


def ids(reloader: Reloader) -> list[str]:
    return [watch.id for watch in reloader.live.now.all]


def test_changes_are_told_by_id() -> None:
    other = msgspec.structs.replace(WATCH, id="other")
    edited = msgspec.structs.replace(WATCH, min_pair_score=0.6)
    assert changes([WATCH, other], [WATCH, other]) == Changes((), (), ())
    assert not changes([WATCH, other], [other, WATCH])
    assert changes([WATCH], [edited, other]) == Changes(("other",), (), (WATCH.id,))
    assert changes([WATCH, other], [WATCH]) == Changes((), ("other",), ())


def test_nothing_is_said_while_nothing_changes(reloader: Reloader) -> None:
    assert looks(reloader) == []


def test_an_edit_comes_into_force_and_is_told(reloader: Reloader) -> None:
    write(reloader.folder, WRITTEN + "min_pair_score = 0.7\n" + WRITTEN.replace('"w"', '"v"'))
    (told,) = looks(reloader)
    assert (told["event"], told["added"], told["removed"], told["changed"]) == (
        "watches_reloaded",
        ["v"],
        [],
        ["w"],
    )
    assert ids(reloader) == ["w", "v"]


def test_a_broken_file_keeps_the_watches_and_says_why(reloader: Reloader) -> None:
    write(reloader.folder, WRITTEN.replace("defense", "defence"))
    (told,) = looks(reloader)
    assert (told["event"], told["log_level"], told["faults"]) == (
        "watches_kept",
        "warning",
        "1 fault in 1 place",
    )
    assert "watches.toml:5" in str(told["because"])
    assert ids(reloader) == ["w"]
    write(reloader.folder, WRITTEN.replace('"w"', '"v"'))
    assert [line["event"] for line in looks(reloader)] == ["watches_reloaded"]
    assert ids(reloader) == ["v"]


def test_a_file_that_is_gone_does_not_bring_the_shipped_watches(reloader: Reloader) -> None:
    (reloader.folder / "watches.toml").unlink()
    assert [line["event"] for line in looks(reloader)] == ["watches_kept"]
    write(reloader.folder, WRITTEN)
    assert looks(reloader) == []
    assert ids(reloader) == ["w"]


def test_a_file_is_read_only_once_it_lies_still(reloader: Reloader) -> None:
    def growing() -> Iterator[str]:
        for end in range(len(WRITTEN), 2 * len(WRITTEN), 7):
            yield (WRITTEN + WRITTEN.replace('"w"', '"v"'))[:end]

    with capture_logs() as said:
        for text in growing():
            (reloader.folder / "watches.toml").write_text(text)
            reloader.look()
    assert said == []


def test_topics_of_ones_own_need_a_restart(reloader: Reloader) -> None:
    (reloader.folder / "topics").mkdir()
    topic = 'slug = "fish"\ntitle = "Fish"\n[[cue]]\npoints = 2\nwords = ["trawler"]\n'
    write(reloader.folder, topic, "topics/fish.toml")
    assert [line["event"] for line in looks(reloader)] == ["restart_needed"]


def test_an_edit_of_another_file_is_none_of_the_watches(reloader: Reloader) -> None:
    write(reloader.folder, "log_level = 'debug'\n", "wirewatch.toml")
    assert looks(reloader) == []
