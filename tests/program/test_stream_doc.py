"""docs/stream.md says what the code does: topics, headers, commands."""

import itertools
import re
import shlex

import pytest

from streams.contract.messages import message
from streams.contract.schemas import PUBLIC
from streams.contract.topics import TOPICS, Topic
from streams.model.alert import Kind
from tests.support.commands import ended
from tests.support.folders import ROOT
from tests.support.samples import sample_alert, sample_story, sample_tagged

TEXT = (ROOT / "docs" / "stream.md").read_text("utf-8")
COMMANDS = re.findall(r"^(wirewatch [^#>\n]+)", TEXT, re.MULTILINE)
ROWS = {row.split("|")[1].strip(" `"): row for row in TEXT.splitlines() if row.startswith("| `")}


@pytest.mark.parametrize("topic", [one for one in TOPICS if not one.internal], ids=lambda t: t.name)
def test_each_public_topic_stands_with_key_partitions_and_time(topic: Topic) -> None:
    cells = [cell.strip() for cell in ROWS[topic.name].split("|")]
    kept = (
        "for ever, the last of each key" if topic.kept is None else f"{topic.kept // 86_400} days"
    )
    assert cells[3:6] == [topic.key, str(topic.partitions), kept]


def test_internal_topics_are_named_as_such() -> None:
    line = next(line for line in TEXT.splitlines() if line.startswith("Internal"))
    assert {f"`{topic.name}`" for topic in TOPICS if topic.internal} <= set(
        re.findall("`[^`]+`", line)
    )


def test_each_header_is_told_and_each_that_is_told_is_sent() -> None:
    told = {
        name for row in ROWS.values() for name in re.findall(r"`([a-z_-]+)`", row.split("|")[1])
    }
    records = (sample_story(), sample_tagged(), sample_alert())
    sent = {name for record in records for name, _ in message(record).headers}
    assert sent <= told
    assert {name for name in told if name.startswith("ce_")} <= sent


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_of_alert_event_is_told(kind: Kind) -> None:
    assert kind in ROWS


@pytest.mark.parametrize("line", COMMANDS)
def test_each_line_is_a_command_there_is(line: str) -> None:
    words = shlex.split(line)
    before = itertools.takewhile(lambda word: not word.startswith("-"), words[1:])
    known = ended(*before, "--help").stdout.decode()
    assert all(word in known for word in words if word.startswith("--"))


@pytest.mark.parametrize("name", PUBLIC)
def test_links_to_schemas_lead_somewhere(name: str) -> None:
    assert f"(schemas/{name}.json)" in TEXT
    assert (ROOT / "docs" / "schemas" / f"{name}.json").exists()
