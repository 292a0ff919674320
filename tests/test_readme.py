"""The README's commands are commands, its links lead somewhere, its settings exist."""

import re
import shlex
from pathlib import Path

import msgspec
import pytest

from tests.commands import ended
from wirewatch.config import ENVIRONMENT, load
from wirewatch.config.records import WrittenWatch

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if re.match(r"[a-z]+ ", line)]
MENTIONED = sorted(set(re.findall(r"`wirewatch ([a-z]+)", README)))


def test_there_is_something_to_test() -> None:
    assert len(COMMANDS) >= 8
    assert MENTIONED


@pytest.mark.parametrize("line", COMMANDS)
def test_each_line_is_a_command_there_is(line: str) -> None:
    words = shlex.split(line.partition("<")[0])
    match words[0]:
        case "make":
            targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
            assert set(words[1:]) <= set(targets)
        case "cp":
            assert list(ROOT.glob(words[1]))
        case "wirewatch":
            assert ended(words[1], "--help").returncode == 0
            known = ended(words[1], "--help").stdout.decode()
            assert all(word in known for word in words if word.startswith("--"))
        case other:
            raise AssertionError(f"what is {other}?")


@pytest.mark.parametrize("command", MENTIONED)
def test_each_command_mentioned_exists(command: str) -> None:
    assert ended(command, "--help").returncode == 0


def test_the_tagger_shows_what_is_promised() -> None:
    (line,) = (line for line in COMMANDS if line.startswith("wirewatch tag ") and '"' in line)
    shown = ended(*shlex.split(line)[1:]).stdout.decode()
    for words in ("CN-KH", "china-ties", "naval base"):
        assert words in shown


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_environment_variables_exist() -> None:
    known = {*ENVIRONMENT, "WIREWATCH_CONFIG"}
    assert set(re.findall(r"`(WIREWATCH_\w+)`", README)) <= known


def test_the_example_of_the_topics_page_works(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "topics.md").read_text("utf-8")
    topic, watch = re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "fisheries.toml").write_text(topic)
    (tmp_path / "watches.toml").write_text(watch)
    checked = ended("check", "--config", str(tmp_path))
    assert checked.returncode == 0, checked.stderr
    assert "your own: 1 topic, 0 office holders" in checked.stdout.decode()
    (line,) = re.findall(r'`wirewatch (tag ".*?")`', page.partition("fisheries")[2])[-1:]
    shown = ended(*shlex.split(line), "--config", str(tmp_path))
    assert re.search(r"fisheries +0\.[5-9]", shown.stdout.decode())


def test_the_examples_of_the_watches_page_work(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "watches.md").read_text("utf-8")
    blocks = re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "watches.toml").write_text("\n".join(blocks), "utf-8")
    assert [watch.id for watch in load(tmp_path, {}).watches] == [
        "us-cambodia-defense",
        "ream",
        "mekong-floods",
    ]
    keys = {info.name for info in msgspec.structs.fields(WrittenWatch)} - {"id", "title"}
    assert not [key for key in keys if f"`{key}`" not in page and f"`{key} = " not in page]
    (line,) = re.findall(r"^wirewatch (explain .*)$", page, re.MULTILINE)
    shown = ended(*shlex.split(line), "--config", str(tmp_path)).stdout.decode()
    assert "us-cambodia-defense" in shown
    assert "KH-US between, hypothetical" in shown
