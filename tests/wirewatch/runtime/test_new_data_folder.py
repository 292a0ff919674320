"""A mistyped data folder looks like lost history: that it is new is said."""

from pathlib import Path

import pytest

from tests.support.commands import running

NEW = "is new: history begins here"


@pytest.mark.parametrize("command", ["run", "work"])
def test_a_data_folder_that_was_just_made_is_told_once(command: str, tmp_path: Path) -> None:
    data = tmp_path / "a" / "mistyped" / "name"
    words = [command, "--kafka", "127.0.0.1:9", "--config", str(tmp_path), "--data", str(data)]
    with running(tmp_path / "first", words) as service:
        service.says(f"data folder {data} {NEW}")
        service.stop()
    with running(tmp_path / "second", words) as service:
        service.says("127.0.0.1:9")  # it waits for Kafka, long after the folder was looked at
        service.stop()
        assert NEW not in service.out + service.err
