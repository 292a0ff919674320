"""The README's commands are commands, its links lead somewhere, its examples are what comes."""

import io
import json
import re
import shlex
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.terminal import render
from connectors.delivery.sinks.webhook import digest, payload
from streams.matching.match import Watches
from streams.model.alert import AlertEvent, Kind
from streams.tagging import Tagger
from tests.support.commands import ended
from tests.support.folders import ROOT
from tests.wirewatch.demo.test_demo_content import sample_stories
from wirewatch.config import ENVIRONMENT, load
from wirewatch.config.watches import WrittenWatch
from wirewatch.demo.expected import expected, expected_alerts
from wirewatch.demo.feeds import FOLDER, OUTLETS
from wirewatch.history.pipeline import ArrivedStory, Pipeline, tagged

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if re.match(r"[a-z]+ ", line)]
SEEN = datetime(2026, 11, 24, 12, 34, 2, tzinfo=UTC)
RAISED = SEEN + timedelta(milliseconds=260)
MENTIONED = sorted(set(re.findall(r"`wirewatch ([a-z-]+)", README)))


def test_there_is_something_to_test() -> None:
    assert len(COMMANDS) >= 8
    assert MENTIONED


@pytest.mark.parametrize("line", COMMANDS)
def test_each_line_is_a_command_there_is(line: str) -> None:
    words = shlex.split(line.partition("<")[0])
    match words[0]:
        case "make":
            targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
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
        if target.startswith("https://"):
            continue
        file, _, heading = target.partition("#")
        assert (ROOT / file).exists(), target
        if heading:
            headings = re.findall(r"(?m)^#+ (.+)$", (ROOT / file).read_text("utf-8"))
            assert heading in {re.sub(r"[^\w-]", "", h.lower().replace(" ", "-")) for h in headings}


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
    assert "KH-US between, actual" in shown
    assert "KH-US by: US adviser joins Cambodia talks on border troops" in shown


@cache
def shown_alert() -> AlertEvent:
    """The alert that the README and the page on delivery show, as the demo raises it."""
    watches = Watches(load(FOLDER, {}).watches)
    (story,) = (one for one in sample_stories() if one.headline.startswith("US lifts arms embargo"))
    story = msgspec.structs.replace(story, first_seen=SEEN)
    came = Pipeline(watches, backfill=True).step(tagged(ArrivedStory(story, SEEN), Tagger()), SEEN)
    (event,) = came.events
    return event


def test_the_alert_shown_is_what_the_demo_shows() -> None:
    event = shown_alert()
    times = msgspec.structs.replace(event.times, raised=RAISED)
    console = Console(file=io.StringIO(), width=80, highlight=False)
    console.print(render(msgspec.structs.replace(event, times=times)))
    assert isinstance(console.file, io.StringIO)
    (block,) = (block for block in BLOCKS if "OPENED" in block)
    assert block == console.file.getvalue()


def test_the_webhooks_body_is_what_is_posted() -> None:
    page = (ROOT / "docs" / "delivery.md").read_text("utf-8")
    block, several = re.findall(r"^```json\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    body = json.loads(payload(shown_alert()))
    assert json.loads(block) == body
    together = Notification(id="d", subscriber="desk", events=(shown_alert(),) * 2)
    posted, example = json.loads(digest(together, RAISED)), json.loads(several)
    assert posted["data"]["events"] == [body["data"]] * 2
    assert (posted["type"], posted["data"].keys()) == (example["type"], example["data"].keys())
    (told,) = re.findall(r"^A webhook gets .*?\n\n", README, re.DOTALL | re.MULTILINE)
    names = set(re.findall(r"`([a-z]+)`", told))
    assert {"type", "timestamp", "data", "pairs", "topics", "evidence"} <= names
    assert set(body) == {"type", "timestamp", "data"}
    assert {"pairs", "topics", "why", "evidence"} <= set(body["data"])
    assert "tags" not in body["data"]
    assert "body" not in body["data"]["story"]


def test_the_whole_event_has_the_fields_that_are_named() -> None:
    (told,) = re.findall(r"^`wirewatch run --json` prints.*?\n\n", README, re.DOTALL | re.MULTILINE)
    named = set(re.findall(r"`([a-z_]+)`", told)) - {Kind.CLOSED}
    assert named == {info.name for info in msgspec.structs.fields(AlertEvent)}


def test_the_figures_of_the_demo_are_those_of_its_feeds() -> None:
    numbers = {3: "three", 7: "seven", 9: "nine", 11: "Eleven"}
    events = Counter(expected_alerts().values())
    assert f"serves {numbers[len(OUTLETS)]} sample feeds" in README
    assert f"of their {len(expected())} stories" in README
    match = f"{numbers[events.total()]} match, and raise {numbers[len(events)]} alerts"
    assert f"{match}: {numbers[max(events.values())]} of them report one visit" in README
