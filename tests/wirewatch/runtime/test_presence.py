"""The files by which `wirewatch status` knows who runs."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wirewatch.runtime.presence import KeptFile, ServiceFile, file_of, presences

ME = ServiceFile(service="poll", pid=7, started=datetime.now(UTC))


def kept_in(data: Path) -> KeptFile:
    return KeptFile(file_of(data, ME.service, ME.pid), ME)


def test_a_sign_of_life_that_is_late_brings_no_removed_file_back(tmp_path: Path) -> None:
    kept = kept_in(tmp_path)
    kept.touch()
    assert [one.file for one in presences(tmp_path)] == [ME]
    kept.remove()
    kept.touch()
    assert presences(tmp_path) == []


def test_a_file_that_somebody_tidied_up_is_written_again_and_locked(tmp_path: Path) -> None:
    kept = kept_in(tmp_path)
    kept.touch()
    kept.path.unlink()
    kept.touch()
    assert [one.dead for one in presences(tmp_path)] == [False]
    kept.remove()


def test_a_file_is_whole_or_not_there_wherever_its_process_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process ends here: what it has open is closed, nothing else is done."""

    def killed(*_: object) -> None:
        raise Killed

    for call in ("open", "ftruncate", "pwrite"):
        with monkeypatch.context() as patched:
            patched.setattr(os, call, killed)
            with pytest.raises(Killed):
                kept_in(tmp_path).touch()
        assert not list((tmp_path / "services").glob("*.json"))
    successor = kept_in(tmp_path)
    successor.touch()
    assert [one.file for one in presences(tmp_path)] == [ME]
