"""Edited watches come into force; broken, half written and lost ones don't."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from streams.matching.match import Watches
from streams.worker.settings import LiveWatches
from tests.support.samples import WATCH
from tests.wirewatch.config.test_config import WATCH as WRITTEN
from wirewatch.config import load
from wirewatch.runtime.parent_run import LEASH
from wirewatch.runtime.reload import Changes, Reloader, changes
from wirewatch.runtime.reload_watches import EditedWatches


class Desk:
    """A folder with watches, and what looks after it."""

    def __init__(self, folder: Path) -> None:
        write(folder, WRITTEN)
        loaded = load(folder, {})
        self.folder = folder
        self.live = LiveWatches(Watches(loaded.watches))
        self.look = Reloader(EditedWatches(folder, {}, loaded, self.live)).look


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def write(folder: Path, text: str, name: str = "watches.toml") -> None:
    """Write as editors do: a new file in the place of the old one."""
    new = folder / "new~"
    new.write_text(text)
    os.replace(new, folder / name)


def looks(desk: Desk) -> list[dict[str, object]]:
    with capture_logs() as said:
        for _ in range(4):
            desk.look()
    return [dict(line) for line in said]


def ids(desk: Desk) -> list[str]:
    return [watch.id for watch in desk.live.now.all]


def test_changes_are_told_by_id() -> None:
    other = msgspec.structs.replace(WATCH, id="other")
    edited = msgspec.structs.replace(WATCH, min_pair_score=0.6)
    assert changes([WATCH, other], [WATCH, other]) == Changes((), (), ())
    assert not changes([WATCH, other], [other, WATCH])
    assert changes([WATCH], [edited, other]) == Changes(("other",), (), (WATCH.id,))
    assert changes([WATCH, other], [WATCH]) == Changes((), ("other",), ())


def test_of_many_changes_the_first_are_named_and_the_rest_counted() -> None:
    many = [msgspec.structs.replace(WATCH, id=f"w{number}") for number in range(7_000)]
    assert changes([WATCH], [WATCH, *many]).told() == {
        "added": ["w0", "w1", "w2", "w3", "w4", "and 6,995 more"],
        "removed": [],
        "changed": [],
    }


def test_nothing_is_said_while_nothing_changes(desk: Desk) -> None:
    assert looks(desk) == []


def test_an_edit_comes_into_force_and_is_told(desk: Desk) -> None:
    write(desk.folder, WRITTEN + "min_pair_score = 0.7\n" + WRITTEN.replace('"w"', '"v"'))
    (told,) = looks(desk)
    assert (told["event"], told["added"], told["removed"], told["changed"]) == (
        "watches_reloaded",
        ["v"],
        [],
        ["w"],
    )
    assert ids(desk) == ["w", "v"]


def test_a_broken_file_keeps_the_watches_and_says_why(desk: Desk) -> None:
    write(desk.folder, WRITTEN.replace("defense", "defence"))
    (told,) = looks(desk)
    assert (told["event"], told["log_level"], told["faults"]) == (
        "watches_kept",
        "warning",
        "1 fault in watches.toml",
    )
    assert "watches.toml:5" in str(told["because"])
    assert ids(desk) == ["w"]
    write(desk.folder, WRITTEN.replace('"w"', '"v"'))
    assert [line["event"] for line in looks(desk)] == ["watches_reloaded", "watches_mended"]
    assert ids(desk) == ["v"]


def test_a_mended_file_is_told_of_where_the_last_good_one_stood_in_from_the_start(
    desk: Desk,
) -> None:
    loaded = load(desk.folder, {})
    look = Reloader(EditedWatches(desk.folder, {}, loaded, desk.live), broken=True).look
    write(desk.folder, WRITTEN + "\n")
    with capture_logs() as said:
        for _ in range(4):
            look()
    assert [line["event"] for line in said] == ["watches_mended"]


def test_a_file_of_nothing_is_no_list_of_nothing(desk: Desk) -> None:
    write(desk.folder, "")
    (kept,) = looks(desk)
    assert kept["event"] == "watches_kept"
    assert "it is empty" in str(kept)
    assert ids(desk)
    write(desk.folder, "# none for now\n")
    looks(desk)
    assert not ids(desk)


def test_a_file_that_is_gone_does_not_bring_the_shipped_watches(desk: Desk) -> None:
    (desk.folder / "watches.toml").unlink()
    assert [line["event"] for line in looks(desk)] == ["watches_kept"]
    write(desk.folder, WRITTEN)
    assert [line["event"] for line in looks(desk)] == ["watches_mended"]
    assert ids(desk) == ["w"]


def test_a_file_is_read_only_once_it_lies_still(desk: Desk) -> None:
    def growing() -> Iterator[str]:
        for end in range(len(WRITTEN), 2 * len(WRITTEN), 7):
            yield (WRITTEN + WRITTEN.replace('"w"', '"v"'))[:end]

    with capture_logs() as said:
        for text in growing():
            (desk.folder / "watches.toml").write_text(text)
            desk.look()
    assert said == []


def test_topics_of_ones_own_need_a_restart(desk: Desk) -> None:
    (desk.folder / "topics").mkdir()
    topic = 'slug = "fish"\ntitle = "Fish"\n[[cue]]\npoints = 2\nwords = ["trawler"]\n'
    write(desk.folder, topic, "topics/fish.toml")
    assert [line["event"] for line in looks(desk)] == ["restart_needed"]


@pytest.mark.parametrize("archive", [True, False])
def test_a_watch_whose_spikes_nothing_counts_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: bool
) -> None:
    monkeypatch.setenv(LEASH, "1")
    write(tmp_path, f"[archive]\nenabled = {str(archive).lower()}\n", "wirewatch.toml")
    desk = Desk(tmp_path)
    write(tmp_path, WRITTEN + "spikes = true\n")
    told = [line for line in looks(desk) if line["event"] == "spikes_never_told"]
    assert [line["log_level"] for line in told] == ([] if archive else ["warning"])
    assert all("enabled = true under [archive]" in str(line["because"]) for line in told)


def test_an_edit_of_another_file_is_none_of_the_watches(desk: Desk) -> None:
    write(desk.folder, "log_level = 'debug'\n", "wirewatch.toml")
    assert looks(desk) == []


def test_a_fault_in_the_feeds_is_none_of_the_watches(desk: Desk) -> None:
    write(desk.folder, "[[feed]]\n", "feeds.toml")
    write(desk.folder, WRITTEN.replace('"w"', '"v"'))
    assert [line["event"] for line in looks(desk)] == ["watches_reloaded"]
    assert ids(desk) == ["v"]
