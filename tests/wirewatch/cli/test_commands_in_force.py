"""Commands about stories go by the configuration that a running wirewatch goes by, and say so."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.commands import ended_here
from wirewatch.config.last_good import load_or_last_good

WATCH = '[[watch]]\nid = "mine"\ntitle = "Mine"\npair = ["KH", "US"]\ntopics = ["defense"]\n'
TOPIC = 'slug = "fish"\ntitle = "Fish"\n[[cue]]\npoints = 2.0\nwords = ["trawler*"]\n'
TEXT = "US and Cambodia resume joint military exercises"
STORY = json.dumps({"id": "1", "headline": TEXT, "published": "2026-01-01T00:00:00Z"}).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration that a wirewatch has started with."""
    (tmp_path / "watches.toml").write_text(WATCH)
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "fish.toml").write_text(TOPIC)
    load_or_last_good(tmp_path, {})
    return tmp_path


HARMS: dict[str, Callable[[Path], object]] = {
    "gone": lambda path: path.unlink(),
    "broken": lambda path: path.write_text("[[watch]]\n"),
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize(
    ("words", "stdin"), [(["explain", "--json", TEXT], b""), (["replay", "--json"], STORY)]
)
def test_a_watch_list_with_faults_is_stood_in_for_by_the_last_good_one(
    folder: Path, harm: str, words: list[str], stdin: bytes
) -> None:
    HARMS[harm](folder / "watches.toml")
    ran = ended_here(*words, stdin=stdin, cwd=folder)
    said = ran.stderr.decode()
    assert ran.returncode == 0, said
    assert '"mine"' in ran.stdout.decode()
    assert "us-cambodia-defense" not in ran.stdout.decode()
    assert "watches.toml" in said
    assert "is in force until this is mended" in said


def test_a_topic_with_faults_is_stood_in_for_by_the_last_good_one(folder: Path) -> None:
    (folder / "topics" / "fish.toml").write_text("slug = ")
    ran = ended_here("tag", "--json", "Trawlers meet off Rockall", cwd=folder)
    assert [topic["slug"] for topic in json.loads(ran.stdout)["topics"]] == ["fish"]
    assert "topics/fish.toml:1" in ran.stderr.decode()


@pytest.mark.parametrize("harm", HARMS)
def test_check_names_the_faults_and_what_is_in_force_in_their_place(
    folder: Path, harm: str
) -> None:
    HARMS[harm](folder / "watches.toml")
    ran = ended_here("check", cwd=folder)
    assert ran.returncode == 2
    assert "watches.toml" in ran.stderr.decode()
    assert "is in force until this is mended" in ran.stderr.decode()
    assert not ran.stdout


def test_looking_at_stories_keeps_nothing(folder: Path) -> None:
    kept = (folder / "data" / "last-good.json").read_bytes()
    (folder / "watches.toml").write_text(WATCH.replace("mine", "draft"))
    ran = ended_here("explain", "--json", TEXT, cwd=folder)
    assert '"draft"' in ran.stdout.decode()
    assert not ran.stderr
    assert (folder / "data" / "last-good.json").read_bytes() == kept
