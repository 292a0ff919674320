"""The last good configuration: kept readable for its owner alone, used when a file is broken."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.wirewatch.config.test_config import WATCH
from wirewatch.config import Config, ConfigError
from wirewatch.config.last_good import FILE, MOST_FOLDERS, keep, load_or_last_good

FEED = '[[feed]]\nid = "a"\nurl = "https://a.example/"\nsource = "A"\n'
SECRET = f'{FEED}headers_file = {{ X-Key = "key" }}\n'


def stand_in(config: Config) -> Config:
    return msgspec.structs.replace(config, is_stand_in=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "feeds.toml").write_text(SECRET)
    (folder / "watches.toml").write_text(WATCH)
    (folder / "subscribers.toml").write_text('[[subscriber]]\nid = "t"\nkind = "terminal"\n')
    (folder / "wirewatch.toml").write_text("allow_private_addresses = true\n")
    (folder / "key").write_text("sesame")
    return folder


def given(folder: Path) -> dict[str, str]:
    return {"WIREWATCH_DATA": str(folder.parent / "data")}


def test_the_first_start_with_a_broken_file_is_refused(folder: Path) -> None:
    (folder / "feeds.toml").write_text("[[feed")
    with pytest.raises(ConfigError):
        load_or_last_good(folder, given(folder))


def test_only_its_owner_may_read_what_is_kept(folder: Path) -> None:
    load_or_last_good(folder, given(folder))
    data = folder.parent / "data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / FILE).stat().st_mode) == 0o600
    assert os.listdir(data) == [FILE]


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "feeds.toml").write_text("[[feed"),
        lambda folder: (folder / "feeds.toml").write_bytes(b"\xff" + SECRET.encode()),
        lambda folder: (folder / "watches.toml").write_text("[[watch]]\n"),
        lambda folder: (folder / "wirewatch.toml").write_text("colour = 'blue'\n"),
        lambda folder: (folder / "key").unlink(),
        lambda folder: (folder / "key").write_text(""),
        lambda folder: (folder / "offices.txt").mkdir(),
        lambda folder: folder.rename(folder.parent / "elsewhere"),
        lambda folder: (folder / "feeds.toml").unlink(),
        lambda folder: (folder / "watches.toml").unlink(),
        lambda folder: (folder / "subscribers.toml").unlink(),
        lambda folder: (folder / "wirewatch.toml").unlink(),
    ],
    ids=(
        "cut",
        "bytes",
        "key",
        "settings",
        "secret gone",
        "secret",
        "offices",
        "folder gone",
        "feeds gone",
        "watches gone",
        "subscribers gone",
        "settings gone",
    ),
)
def test_a_fault_leaves_the_last_good_one_in_force(
    folder: Path, harm: Callable[[Path], object]
) -> None:
    good = load_or_last_good(folder, given(folder))
    assert good.faults is None
    harm(folder)
    for _ in range(2):
        kept = load_or_last_good(folder, given(folder))
        assert kept.config == stand_in(good.config)
        assert kept.faults is not None
        assert kept.since is not None


def test_only_the_broken_file_is_taken_from_what_was_kept(folder: Path) -> None:
    load_or_last_good(folder, given(folder))
    (folder / "watches.toml").write_text("[[watch]]\n")
    (folder / "feeds.toml").write_text(SECRET + FEED.replace('"a"', '"b"'))
    kept = load_or_last_good(folder, given(folder)).config
    assert [feed.id for feed in kept.feeds] == ["a", "b"]
    assert [watch.id for watch in kept.watches] == ["w"]


def test_a_file_that_is_gone_stays_in_what_is_kept_whatever_else_is_edited(folder: Path) -> None:
    load_or_last_good(folder, given(folder))
    (folder / "watches.toml").unlink()
    (folder / "feeds.toml").write_text(FEED.replace('"a"', '"b"'))
    keep(folder, given(folder))
    kept = load_or_last_good(folder, given(folder)).config
    assert [watch.id for watch in kept.watches] == ["w"]
    assert [feed.id for feed in kept.feeds] == ["b"]


def test_who_wants_what_ships_removes_the_copy(folder: Path) -> None:
    load_or_last_good(folder, given(folder))
    (folder / "watches.toml").unlink()
    told = load_or_last_good(folder, given(folder)).faults
    assert told is not None
    assert FILE in told.faults[0].message
    (folder.parent / "data" / FILE).unlink()
    assert load_or_last_good(folder, given(folder)).config.defaults == ("watches.toml",)


def test_a_service_that_needs_no_secret_keeps_no_copy_without_them(folder: Path) -> None:
    load_or_last_good(folder, given(folder))
    (folder / "key").unlink()
    assert load_or_last_good(folder, given(folder), secrets=()).faults is None
    assert load_or_last_good(folder, given(folder)).config.feeds[0].headers == (
        ("X-Key", "sesame"),
    )


def test_a_mended_file_is_in_force_again(folder: Path) -> None:
    load_or_last_good(folder, given(folder))
    (folder / "feeds.toml").write_text("[[feed")
    load_or_last_good(folder, given(folder))
    (folder / "feeds.toml").write_text(FEED.replace('"a"', '"b"'))
    mended = load_or_last_good(folder, given(folder))
    assert mended.faults is None
    assert [feed.id for feed in mended.config.feeds] == ["b"]


def test_the_data_folder_may_be_named_by_the_broken_file(folder: Path) -> None:
    (folder / "wirewatch.toml").write_text('data = "../kept"\n')
    good = load_or_last_good(folder, {}).config
    (folder / "wirewatch.toml").write_text('data = "../kept"\ncolour = "blue"\n')
    assert load_or_last_good(folder, {}).config == stand_in(good)


def test_another_folders_configuration_is_not_taken(folder: Path) -> None:
    load_or_last_good(folder, given(folder))
    other = folder.parent / "other"
    other.mkdir()
    (other / "feeds.toml").write_text("[[feed")
    with pytest.raises(ConfigError):
        load_or_last_good(other, given(folder))


def test_another_folder_on_the_same_data_leaves_what_is_kept_of_this_one(folder: Path) -> None:
    good = load_or_last_good(folder, given(folder)).config
    page = folder.parent / "page"
    page.mkdir()
    (page / "wirewatch.toml").write_text("[web]\nenabled = false\n")
    load_or_last_good(page, given(folder))
    for one in (folder, page):
        (one / "watches.toml").write_text("[[watch]]\n")
    assert load_or_last_good(folder, given(folder)).config == stand_in(good)
    assert not load_or_last_good(page, given(folder)).config.settings.web_enabled


def test_folders_that_are_no_longer_used_are_forgotten_at_last(folder: Path) -> None:
    for number in range(MOST_FOLDERS + 1):
        other = folder.parent / f"other{number}"
        other.mkdir()
        (other / "watches.toml").write_text(WATCH)
        load_or_last_good(other, given(folder))
        (other / "watches.toml").write_text("[[watch]]\n")
    with pytest.raises(ConfigError):
        load_or_last_good(folder.parent / "other0", given(folder))
    for number in range(1, MOST_FOLDERS + 1):
        assert load_or_last_good(folder.parent / f"other{number}", given(folder)).faults


@pytest.mark.parametrize("left", [b"", b'{"folder": ', b"\xff"])
def test_a_damaged_copy_counts_for_nothing(folder: Path, left: bytes) -> None:
    load_or_last_good(folder, given(folder))
    (folder.parent / "data" / FILE).write_bytes(left)
    (folder / "feeds.toml").write_text("[[feed")
    with pytest.raises(ConfigError):
        load_or_last_good(folder, given(folder))
