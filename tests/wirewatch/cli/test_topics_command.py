"""`wirewatch topics train` and `eval`, with an encoder of the operator's own."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from streams.tagging.heads import Heads
from tests.support.commands import ended_here
from tests.support.encoders import Served, endpoint

ENDPOINT = {"WIREWATCH_ENCODER": ""}
TOPIC = 'slug = "fish"\ntitle = "Fish"\n[[cue]]\npoints = 2.0\nwords = ["trawler*"]\n'
EXAMPLES = "".join(
    f"+ Trawler number {n} comes home full | fish\n- Bank number {n} opens its doors | no fish\n"
    for n in range(20)
)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with endpoint() as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path, served: Served) -> Path:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "fish.toml").write_text(TOPIC)
    (tmp_path / "topics" / "fish.examples.txt").write_text(EXAMPLES)
    (tmp_path / "wirewatch.toml").write_text(
        f'[tagging]\nencoder_url = "{served.url}"\nencoder_model = "m"\n'
    )
    return tmp_path


def test_what_is_learnt_is_kept_and_read_by_from_then_on(folder: Path) -> None:
    text = "Trawler comes home full"
    before = ended_here("tag", "--json", text, cwd=folder, given=ENDPOINT)
    assert b"run `wirewatch topics train`" in before.stderr
    ran = ended_here("topics", "train", cwd=folder, given=ENDPOINT)
    assert ran.returncode == 0, ran.stderr
    assert b"learnt 6 topics from" in ran.stdout
    heads = msgspec.json.decode((folder / "data" / "topic-heads.json").read_bytes(), type=Heads)
    assert (heads.encoder, "fish" in heads.topics) == ("endpoint-m", True)
    after = ended_here("tag", "--json", text, cwd=folder, given=ENDPOINT)
    assert not after.stderr
    topics = msgspec.json.decode(after.stdout)["topics"]
    assert all(topic["reader"] is not None for topic in topics)
    fish = next(topic for topic in topics if topic["slug"] == "fish")
    assert [near["why"] for near in fish["nearest"]] != []
    assert {near["why"] for near in fish["nearest"]} <= {"fish", "no fish"}
    (folder / "topics" / "fish.examples.txt").write_text(EXAMPLES + "+ Cod is back | fish\n")
    edited = ended_here("tag", "--json", text, cwd=folder, given=ENDPOINT)
    assert b"run `wirewatch topics train`" in edited.stderr


def test_eval_says_how_well_each_topic_is_told_by_words_reader_and_both(folder: Path) -> None:
    ran = ended_here("topics", "eval", cwd=folder, given=ENDPOINT)
    lines = ran.stdout.decode().splitlines()
    assert ran.returncode == 0, ran.stderr
    (row,) = (number for number, line in enumerate(lines) if line.startswith("fish"))
    assert lines[row].split()[:6] == ["fish", "40", "words", "1.00", "0.84-1.00", "1.00"]
    assert [line.split()[0] for line in lines[row + 1 : row + 3]] == ["reader", "both"]


@pytest.mark.parametrize("command", ["train", "eval"])
def test_without_an_encoder_nothing_is_learnt_and_the_reason_is_said(
    folder: Path, command: str
) -> None:
    none = ended_here("topics", command, cwd=folder, given={"WIREWATCH_ENCODER": "none"})
    assert none.returncode == 1
    assert b"there is nothing to train" in none.stderr
    (folder / "wirewatch.toml").write_text(
        '[tagging]\nencoder_url = "http://127.0.0.1:9/v1"\nencoder_model = "m"\n'
    )
    away = ended_here("topics", command, cwd=folder, given=ENDPOINT)
    assert away.returncode == 1
    assert b"the encoder gave no answer: it can't be reached" in away.stderr
    assert not (folder / "data" / "topic-heads.json").exists()
