"""What is handed to a command: what can't be used is told, and ends with code 2."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from tests.support.commands import ended, ended_here
from wirewatch.cli.main import build
from wirewatch.input.input_text import is_like_a_path

READERS = (("tag",), ("explain",), ("tag", "--json"), ("explain", "--json"))
BINARY = bytes(range(256)) * 8
DRILL = {"headline": "US and Cambodia resume joint military exercises"}
LABELLED = {**DRILL, "alert": "yes"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with files that can't be used, and a few that can."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "folder").mkdir()
    files: dict[str, bytes] = {
        "empty.txt": b"",
        "blank.txt": b"\n \n\t\n",
        "picture.png": b"\x89PNG\r\n\x1a\n" + BINARY,
        "packed.gz": bytes([0x1F, 0x8B, 8, 4, 200, 201]) + bytes(range(128, 256)) * 4,
        "prose.ndjson": b"not json\n",
        "numbers.txt": b"[1, 2]\n",
        "array.json": json.dumps([DRILL, DRILL]).encode(),
        "pretty.json": json.dumps(DRILL, indent=2).encode(),
        "no-text.ndjson": b'{"title": "US and Cambodia drill"}\n{"headline": " ", "body": null}\n',
        "unlabelled.ndjson": json.dumps(DRILL).encode(),
        "word.ndjson": json.dumps({**DRILL, "countries": "US"}).encode(),
        "list.ndjson": b"[1]",
        "deep.ndjson": b"[" * 100_000,
        "single.ndjson": json.dumps({**DRILL, "dyads": ["US"]}).encode(),
        "utf-16.txt": DRILL["headline"].encode("utf-16"),
        "bom.ndjson": b"\xef\xbb\xbf" + json.dumps(LABELLED).encode(),
        "true.ndjson": json.dumps({**DRILL, "alert": True}).encode(),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


class Ran(NamedTuple):
    """What came of a command: its words on standard error without their box."""

    code: int
    out: str
    err: str


def ran(folder: Path, *words: str) -> Ran:
    """Run a command in this process: it begins a hundred times sooner than one of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        shown = CliRunner().invoke(build(words), words)
    return Ran(shown.exit_code, shown.stdout, " ".join(shown.stderr.replace("│", " ").split()))


@pytest.mark.parametrize("given", ["missing.txt", "empty.txt"])
def test_a_shell_sees_the_same(given: str, desk: Path) -> None:
    shown = ended("tag", given, cwd=desk)
    here = ran(desk, "tag", given)
    assert (shown.returncode, shown.stdout.decode()) == (here.code, here.out)


@pytest.mark.parametrize("words", READERS, ids=" ".join)
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("missing.txt", 'no file "missing.txt"'),
        ("no/such/file", 'no file "no/such/file"'),
        ("my stories.ndjson", 'no file "my stories.ndjson"'),
        ("folder", '"folder" is a folder'),
        ("picture.png", "picture.png is not a text file"),
        ("packed.gz", "packed.gz is not in UTF-8"),
        ("empty.txt", "empty.txt is empty"),
        ("blank.txt", "blank.txt is empty"),
        ("", "the text is empty"),
        (" \n", "the text is empty"),
        ("-", "standard input is empty"),
        ("array.json", "array.json is JSON, but not a story a line: `jq -c '.[]' FILE`"),
        ("pretty.json", "pretty.json is JSON, but not a story a line"),
    ],
)
def test_what_holds_no_text_is_told_and_shows_no_table(
    words: tuple[str, ...], given: str, told: str, desk: Path
) -> None:
    shown = ran(desk, *words, given)
    assert shown.code == 2
    assert told in shown.err
    assert not shown.out


@pytest.mark.parametrize("words", READERS, ids=" ".join)
@pytest.mark.parametrize(
    ("given", "lines"), [("prose.ndjson", {"line 1"}), ("no-text.ndjson", {"line 1", "line 2"})]
)
def test_a_line_that_is_no_story_is_named(
    words: tuple[str, ...], given: str, lines: set[str], desk: Path
) -> None:
    shown = ran(desk, *words, given)
    assert shown.code == 1
    assert {line for line in lines if f"{line} is not a story" in shown.err} == lines
    assert not shown.out


@pytest.mark.parametrize("given", ["12345", "0123456789abcdef" * 3])
def test_half_an_id_is_not_explained_as_a_text(given: str, desk: Path) -> None:
    shown = ran(desk, "explain", given)
    assert shown.code == 2
    assert "is not an id" in shown.err


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("missing.ndjson", "can't read missing.ndjson"),
        ("folder", "can't read folder"),
        ("empty.txt", "holds no story"),
        ("picture.png", "line 1 is not a labelled story"),
        ("unlabelled.ndjson", "no story in it has a label"),
        ("no-text.ndjson", "no story in it has a label"),
        ("word.ndjson", "line 1 is not a labelled story: countries is not a list of texts"),
        ("single.ndjson", "line 1 is not a labelled story: dyads is not a list of pairs"),
        ("list.ndjson", "line 1 is not a labelled story"),
        ("deep.ndjson", "line 1 is not a labelled story"),
    ],
)
def test_a_file_that_labels_nothing_is_not_evaluated(given: str, told: str, desk: Path) -> None:
    shown = ran(desk, "eval", given)
    assert shown.code == 2
    assert told in shown.err
    assert not shown.out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("missing.ndjson", "can't read missing.ndjson"),
        ("folder", "can't read folder"),
        ("empty.txt", "empty.txt is empty"),
        ("picture.png", "picture.png is not a text file"),
        ("no-text.ndjson", "no line is a story"),
    ],
)
def test_a_file_without_stories_is_not_replayed(given: str, told: str, desk: Path) -> None:
    shown = ran(desk, "replay", "--from-file", given)
    assert shown.code == 2
    assert told in shown.err
    assert not shown.out


@pytest.mark.parametrize("given", ["missing.opml", "folder", "empty.txt", "picture.png"])
def test_what_is_no_list_of_feeds_is_not_taken_in(given: str, desk: Path) -> None:
    shown = ran(desk, "feeds", "import", given, "--dry-run")
    assert shown.code == 2
    assert given in shown.err


def test_texts_and_stories_are_read_in_any_form(desk: Path) -> None:
    for words in (
        ("tag", "utf-16.txt"),
        ("tag", "bom.ndjson"),
        ("tag", json.dumps(DRILL)),
        ("tag", DRILL["headline"]),
        ("replay", "--from-file", "bom.ndjson"),
        ("eval", "true.ndjson"),
    ):
        shown = ran(desk, *words)
        assert shown.code == 0, (words, shown.err)
        assert "KH-US" in shown.out or words[0] != "tag"


@pytest.mark.parametrize(
    "text", ["Cambodia", "កម្ពុជា", "U.S. and Cambodia", "Army at 24/7", "x.y is 3.5"]
)
def test_a_text_is_not_taken_for_a_path(text: str) -> None:
    assert not is_like_a_path(text)


IN_ARCHIVE_OR_OUTBOX = ("alerts show {}", "subscribers mute {}", "subscribers unmute {}")
ON_KAFKA = (
    "explain {}",
    "judge {} right --by anna",
    "judge abcdef12 one-event --with {} --by anna",
)


@pytest.mark.parametrize("words", [*IN_ARCHIVE_OR_OUTBOX, *ON_KAFKA])
def test_what_can_be_no_id_is_wrong_usage(words: str, tmp_path: Path) -> None:
    done = ended_here(*words.format("1a2b").split(), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert '"1a2b" is n' in done.stderr.decode()


@pytest.mark.parametrize("words", IN_ARCHIVE_OR_OUTBOX)
def test_an_id_that_nothing_has_is_a_failure(words: str, tmp_path: Path) -> None:
    done = ended_here(*words.format("abcdef12").split(), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
