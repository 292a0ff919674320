"""Which children are taken for frozen; and that every service gives a sign of life."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import environment
from wirewatch.runtime.heartbeat import HEARTBEAT, Beats


def looks(beats: Beats, last: dict[str, float], times: list[float]) -> list[str]:
    return [name for now in times for name in beats.silent(last, now)]


def each_second(first: float, last: float) -> list[float]:
    return [first + step for step in range(int(last - first) + 1)]


def test_a_child_without_a_sign_of_life_is_told() -> None:
    beats = Beats(patience=60)
    assert looks(beats, {"a": 100.0, "b": 158.0}, each_second(100, 161)) == ["a"]


def test_nobody_is_frozen_when_the_whole_machine_slept_or_the_run_itself_was_stopped() -> None:
    """Its clock went on, or its children wrote all the while: that has yet to be read."""
    beats = Beats(patience=60)
    assert looks(beats, {"a": 108.0}, each_second(100, 110)) == []
    assert looks(beats, {"a": 108.0}, each_second(5_000, 5_060)) == []
    assert looks(beats, {"a": 108.0}, each_second(5_061, 5_061)) == ["a"]


@pytest.mark.parametrize("command", ["poll", "work", "deliver"])
def test_every_service_gives_a_sign_of_life(tmp_path: Path, command: str) -> None:
    here, there = os.pipe()
    words = [command, "--json", "--kafka", "127.0.0.1:9", "--data", str(tmp_path / "data")]
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "wirewatch", *words, "--config", str(tmp_path)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(there,),
        env={**environment({}), "WIREWATCH_LEASH": "1", HEARTBEAT: str(there)},
    )
    os.close(there)
    try:
        assert os.read(here, 1)
    finally:
        child.kill()
        child.communicate()
        os.close(here)
