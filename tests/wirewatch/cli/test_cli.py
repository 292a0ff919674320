"""The command line as a shell sees it: what it prints, where, and its exit codes."""

import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.contract.kafka_access import KafkaAccess
from tests.support.commands import ended, ended_here, running
from tests.support.waiting import until
from wirewatch.cli.commands import COMMANDS
from wirewatch.cli.main import build

pytestmark = pytest.mark.long

FAULTS = {
    "wirewatch.toml": "log_level = 'loud'\nbackfill_alerts = 'maybe'\nunknown = 1\n",
    "feeds.toml": (
        "[[feed]]\nid = 'a b'\nurl = 'ftp://x.example/'\nsource = ''\n"
        "[[feed]]\nid = 'two'\nurl = 'https://x.example/rss'\nsource = 'X'\ninterval = -5\n"
        "[[feed]]\nid = 'two'\nurl = 'https://y.example/rss'\nsource = 'Y'\n"
        "[[feed]]\nurl = 3\nsource = 'Z'\n"
    ),
    "watches.toml": (
        "[[watch]]\nid = 'w'\ntitle = 'W'\npair = ['KH', 'USA']\ntopics = ['defence']\n"
        "relations = ['betwixt']\nmin_pair_score = 2\n"
    ),
    "subscribers.toml": "[[subscriber]]\nid = 's'\nkind = 'pigeon'\nwatches = ['none']\n",
}


def test_help_names_every_command() -> None:
    shown = ended("--help")
    assert shown.returncode == 0
    for command in COMMANDS:
        assert re.search(rf"^│ {command} ", shown.stdout.decode(), re.MULTILINE), command


def test_the_version_is_that_of_what_is_installed() -> None:
    shown = ended("--version")
    assert shown.returncode == 0
    assert shown.stdout.decode() == f"wirewatch {version('wirewatch')}\n"


@pytest.mark.parametrize(
    ("typed", "wanted"), [("wirewatch expl", "explain"), ("wirewatch feeds im", "import")]
)
def test_a_shell_completes_commands(typed: str, wanted: str) -> None:
    number = str(len(typed.split()) - 1)
    given = {"_WIREWATCH_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": number}
    assert ended(given=given).stdout.decode().split() == [wanted]


def test_the_help_of_a_command_is_that_of_it_alone() -> None:
    shown = ended("poll", "--help")
    assert shown.returncode == 0
    assert b"Usage: wirewatch poll [OPTIONS]" in shown.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_what_the_list_of_commands_says_of_each_is_what_its_own_help_begins_with(name: str) -> None:
    shown = CliRunner().invoke(build([name]), [name, "--help"])
    assert shown.exit_code == 0
    assert shown.stdout.split()[:3] == ["Usage:", "wirewatch", name]
    assert COMMANDS[name].about in " ".join(shown.stdout.split())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("polll", "wirewatch: No such command 'polll'. Did you mean 'poll'?"),
        ("feeds lits", "Its commands: list, check, add,"),
        ("stories --limit 3", 'wirewatch stories: there is no option "--limit"'),
        ("poll --kafak x", 'there is no option "--kafak"; did you mean "--kafka"?'),
        ("poll --kafka here", 'wirewatch poll: --kafka: "here" is not HOST:PORT'),
        ("run --workers 9", 'wirewatch run: --workers: "9" is too large: 8 is the most'),
        ("tail --limit 0", 'wirewatch tail: --limit: "0" is too small: 1 is the least'),
        ("alerts list --state foo", '--state: "foo" is not one of open, withdrawn, closed\n'),
        ("stories search --role mian", 'one of main, background; did you mean "main"?'),
        ("run --workers x", 'wirewatch run: --workers: "x" is not a whole number'),
        ("web --listen x", 'wirewatch web: --listen: "x" is not HOST:PORT, such as 127.0.0.1:'),
        ("tail --since", "wirewatch: Option '--since' requires an argument."),
        ("feeds add", "wirewatch feeds add: URL|SITE is missing\nUsage: wirewatch feeds add "),
        ("export --since x", 'wirewatch export: "x" is not a time: write it like 7d (ago)'),
        ("feeds add a\x1b[2J --kafak", 'there is no option "--kafak"'),
    ],
)
def test_a_slip_of_the_pen_is_named_in_plain_lines(typed: str, said: str) -> None:
    shown = ended_here(*typed.split())
    told = shown.stderr.decode()
    assert (shown.returncode, shown.stdout) == (2, b"")
    assert said in told
    assert told.count("\n") <= 3
    assert all(char == "\n" or " " <= char <= "~" for char in told), "boxes, colours"


@pytest.mark.parametrize("command", ["poll", "work", "deliver", "init"])
def test_a_service_without_kafka_says_what_to_do(command: str, tmp_path: Path) -> None:
    shown = ended(command, "--config", str(tmp_path))
    assert shown.returncode == 2
    assert "--kafka" in shown.stderr.decode()


def test_check_names_every_fault_with_file_and_line(tmp_path: Path) -> None:
    for name, text in FAULTS.items():
        (tmp_path / name).write_text(text)
    shown = ended("check", "--config", str(tmp_path))
    lines = shown.stderr.decode().splitlines()
    places = {match[0] for line in lines if (match := re.match(r"\w+\.toml:\d+", line))}
    assert shown.returncode == 2
    assert len(places) >= 15, lines
    assert {place.partition(":")[0] for place in places} == set(FAULTS)


def test_check_is_content_with_the_defaults(tmp_path: Path) -> None:
    shown = ended("check", "--config", str(tmp_path))
    assert shown.returncode == 0
    assert "watches.toml: not there, the one that ships is used" in shown.stdout.decode()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("keep_days = 14", True),
        ("keep_days = 16", False),
        ("keep_days = 14\nenabled = false", False),
    ],
)
def test_check_says_where_too_little_is_kept_to_call_spikes(
    settings: str, told: bool, tmp_path: Path
) -> None:
    watch = '[[watch]]\nid = "ream"\ntitle = "Ream"\npairs = ["KH-US"]\nspikes = true\n'
    (tmp_path / "wirewatch.toml").write_text(f"[archive]\n{settings}\n")
    (tmp_path / "watches.toml").write_text(watch)
    shown = ended("check", "--config", str(tmp_path))
    assert shown.returncode == 0
    remark = shown.stdout.decode().splitlines()[-1]
    assert remark.startswith("no spike can be called with keep_days = 14") is told
    assert remark.endswith("told of none are ream") is told


def test_tag_shows_a_text_with_its_words(tmp_path: Path) -> None:
    shown = ended("tag", "US and Cambodia resume joint military exercises")
    text = shown.stdout.decode()
    assert shown.returncode == 0
    for words in ("KH-US", "between", "defense", "joint military exercises"):
        assert words in text
    file = tmp_path / "story.txt"
    file.write_text("US and Cambodia resume joint military exercises\n\nIn May.\n")
    assert "KH-US" in ended("tag", str(file)).stdout.decode()
    assert "KH-US" in ended("tag", stdin=file.read_bytes()).stdout.decode()


def test_tag_says_that_no_lexicon_covers_a_language() -> None:
    swedish = "USA och Kambodja har skrivit under ett avtal om gemensamma övningar i maj"
    assert "unsupported language: sv" in ended("tag", swedish).stdout.decode()
    assert "language sv (unsupported)" in ended("explain", swedish).stdout.decode()
    line = json.dumps({"headline": swedish}).encode()
    told = json.loads(ended("tag", "--json", stdin=line).stdout)
    assert (told["language"], told["unsupported"]) == ("sv", True)


def test_tag_gives_a_line_for_each_line_and_names_the_broken_one() -> None:
    stories = b'{"id": "a", "headline": "US and Cambodia"}\n{broken\n{"id": 2, "body": "Peru"}\n'
    shown = ended("tag", "--json", stdin=stories)
    lines = [json.loads(line) for line in shown.stdout.splitlines()]
    assert shown.returncode == 1
    assert b"line 2 " in shown.stderr
    assert [line["id"] for line in lines] == ["a", 2]
    assert set(lines[0]) == {
        *("id", "language", "countries", "pairs", "topics", "tagger", "cut", "reader")
    }
    shown = ended("tag", "--json", stdin=b'{"headline": "Navy ships in joint drill"}\n')
    (topic,) = json.loads(shown.stdout)["topics"]
    assert (topic["slug"], topic["role"]) == ("defense", "main")
    span = lines[0]["countries"][0]["spans"][0]
    assert set(span) == {"field", "start", "end", "surface", "entry", "weight"}


@pytest.mark.parametrize("first", [b"\n", b"garbage\n", b"[1]\n", b"\xff\n"])
def test_a_broken_first_line_is_a_line_like_any_other(first: bytes) -> None:
    shown = ended("tag", "--json", stdin=first + b'{"id": "a", "headline": "Peru"}\n')
    assert [json.loads(line)["id"] for line in shown.stdout.splitlines()] == ["a"]
    assert shown.returncode == (1 if first.strip() else 0)


NO_ANSWER = "doesn't answer (nothing listens there): start it, or give the right address with"


@pytest.mark.parametrize(
    "words",
    [
        ("init",),
        ("poll", "--once"),
        ("explain", "deadbeefdeadbeef"),
        ("judge", "deadbeefdeadbeef", "right"),
        ("replay", "--since", "1d"),
        ("replay", "--since", "1d", "--shadow"),
    ],
    ids=" ".join,
)
def test_a_command_says_in_one_line_that_kafka_does_not_answer(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()  # else that it is made is told too
    shown = ended(*words, "--kafka", "127.0.0.1:9", "--config", str(tmp_path))
    (line,) = shown.stderr.decode().splitlines()
    assert line.startswith(f"wirewatch: Kafka at 127.0.0.1:9 {NO_ANSWER} --kafka HOST:PORT")
    assert shown.returncode == 1
    assert not shown.stdout


@pytest.mark.parametrize("command", ["poll", "work", "deliver", "run"])
def test_a_service_waits_for_a_kafka_that_does_not_answer_and_says_so_once(
    command: str, tmp_path: Path
) -> None:
    words = (command, "--json", "--kafka", "127.0.0.1:9", "--config", str(tmp_path))
    with running(tmp_path, words) as service:
        service.says("doesn't answer")
        assert service.stop() == 0
        lines = [json.loads(line) for line in service.err.splitlines()]
    (told,) = [line for line in lines if line["level"] != "info"]
    assert told["event"].startswith("Kafka at 127.0.0.1:9 doesn't answer since")
    assert "--kafka HOST:PORT" in told["event"]


@pytest.mark.parametrize("command", ["poll", "deliver", "work"])
def test_a_service_beats_while_it_lives_and_ends_when_asked(
    command: str, kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    (tmp_path / "feeds.toml").write_text(
        "[[feed]]\nid = 'none'\nurl = 'http://127.0.0.1:9/'\nsource = 'None'\n"
    )
    data = tmp_path / "data"
    words = (command, "--json", "--kafka", kafka_address.address, "--config", str(tmp_path))
    with running(tmp_path, words, {"WIREWATCH_KAFKA_PREFIX": prefix}) as service:
        service.says({"poll": "polling", "deliver": "delivering", "work": "working"}[command])
        until((data / "alive").exists)
        assert service.stop() == 0
        assert '"stopped"' in service.err
