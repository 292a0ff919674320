"""The files by which `wirewatch status` knows who runs."""

from datetime import UTC, datetime
from pathlib import Path

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
