"""A secret that is missing stops what needs it, and nothing else."""

from pathlib import Path

import pytest

from tests.support.commands import ended_here, running

FEEDS = """
[[feed]]
id = "a"
url = "https://a.example/"
source = "A"
headers_env = { X-Key = "WIREWATCH_TEST_NOWHERE" }
"""
SUBSCRIBERS = """
[[subscriber]]
id = "desk"
kind = "webhook"
url = "https://desk.example/"
secret_env = "WIREWATCH_TEST_NOWHERE"
"""
MISSING = "no environment variable of this name is set"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feeds.toml").write_text(FEEDS)
    (tmp_path / "subscribers.toml").write_text(SUBSCRIBERS)
    return tmp_path


@pytest.mark.parametrize("words", [("tag", "-"), ("feeds", "list"), ("feeds", "export")])
def test_what_asks_no_feed_and_sends_nothing_needs_no_secret(
    folder: Path, words: tuple[str, ...]
) -> None:
    done = ended_here(*words, "--config", str(folder), stdin=b"Cambodia and the United States")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("words", [("explain", "0" * 32), ("replay", "--since", "1h")])
def test_what_looks_back_gets_as_far_as_kafka(folder: Path, words: tuple[str, ...]) -> None:
    done = ended_here(*words, "--config", str(folder), "--kafka", "127.0.0.1:9")
    told = (done.stdout + done.stderr).decode()
    assert MISSING not in told
    assert "127.0.0.1:9" in told


def test_work_needs_none(folder: Path) -> None:
    words = ("work", "--json", "--config", str(folder), "--kafka", "127.0.0.1:9")
    with running(folder / "log", words) as work:
        work.says("doesn't answer")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("poll", "--kafka", "127.0.0.1:9"), ["feeds.toml"]),
        (("feeds", "check"), ["feeds.toml"]),
        (("deliver", "--kafka", "127.0.0.1:9"), ["subscribers.toml"]),
        (("check",), ["feeds.toml", "subscribers.toml"]),
        (("run",), ["feeds.toml", "subscribers.toml"]),
    ],
)
def test_what_needs_one_says_where_it_is_named(
    folder: Path, words: tuple[str, ...], named: list[str]
) -> None:
    done = ended_here(*words, "--config", str(folder))
    told = [line for line in done.stderr.decode().splitlines() if MISSING in line]
    assert done.returncode == 2
    assert [line.partition(":")[0] for line in told] == named
