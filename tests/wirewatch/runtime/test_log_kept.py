"""Kafka's log and what poll knows belong together."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.commands import ended
from wirewatch.local_kafka.folder import settle
from wirewatch.runtime.log_identity import KAFKA, note_log, require_log
from wirewatch.runtime.supervisor import RunError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder after a first run."""
    make_log(tmp_path)
    require_log(tmp_path)
    note_log(tmp_path)
    (tmp_path / "feeds.sqlite").touch()
    require_log(tmp_path)
    return tmp_path


def make_log(data: Path) -> None:
    (data / KAFKA / "log").mkdir(parents=True)
    settle(data / KAFKA)


def another(data: Path) -> None:
    shutil.rmtree(data / KAFKA)
    make_log(data)


HARM = [
    lambda data: shutil.rmtree(data / KAFKA / "log"),
    lambda data: shutil.rmtree(data / KAFKA),
    another,
]


@pytest.mark.parametrize("harm", HARM, ids=("log gone", "all gone", "another"))
def test_a_log_that_is_not_the_one_the_stories_went_to_is_refused_with_the_way_out(
    data: Path, harm: Callable[[Path], None]
) -> None:
    harm(data)
    with pytest.raises(RunError, match=r"feeds.sqlite says .* move that file away"):
        require_log(data)
    (data / "feeds.sqlite").unlink()
    require_log(data)


def test_a_log_that_is_gone_is_noticed_though_an_earlier_release_noted_nothing(data: Path) -> None:
    (data / "kafka-log").unlink()
    require_log(data)
    shutil.rmtree(data / KAFKA / "log")
    with pytest.raises(RunError, match="is gone"):
        require_log(data)


def test_a_run_whose_log_is_gone_starts_no_kafka_and_says_so(data: Path) -> None:
    shutil.rmtree(data / KAFKA / "log")
    shown = ended("run", "--config", str(data), "--data", str(data))
    assert shown.returncode == 1
    assert "is gone, but" in shown.stderr.decode()
    assert not (data / KAFKA / "log").exists()
