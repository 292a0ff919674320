"""A wire file that is swapped between the listing and the reading is not read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.polling.wire_folder import read_file, wire_files


def link(path: Path, secret: Path) -> None:
    path.unlink()
    path.symlink_to(secret)


def hard_link(path: Path, secret: Path) -> None:
    path.unlink()
    path.hardlink_to(secret)


def pipe(path: Path, _: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def linked_folder(path: Path, secret: Path) -> None:
    path.unlink()
    path.parent.rmdir()
    path.parent.symlink_to(secret.parent)


@pytest.mark.parametrize("swap", [link, hard_link, pipe, linked_folder])
def test_what_was_put_in_a_files_place_is_not_read(
    swap: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    wire, secrets = tmp_path / "wire" / "in", tmp_path / "secrets"
    for folder in (wire, secrets):
        folder.mkdir(parents=True)
        (folder / "a.xml").write_text(folder.name)
    (listed,) = wire_files(wire.parent)
    assert read_file(listed, 100) == b"in"
    swap(wire / "a.xml", secrets / "a.xml")
    with pytest.raises(OSError, match=r"another file|symbolic"):
        read_file(listed, 100)
