"""The rights as `init --acls` prints them and the page for operators shows them."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.commands import ended
from tests.support.folders import ROOT
from wirewatch.kafka_rights import RIGHTS, together

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("spikes", "operations"), [("true", "Read Write"), ("false", "Read")])
def test_the_printed_rights_of_the_archive_are_those_that_the_watches_need(
    spikes: str, operations: str, tmp_path: Path
) -> None:
    watch = f"[[watch]]\nid = 'w'\ntitle = 'W'\npair = ['KH', 'US']\nspikes = {spikes}\n"
    (tmp_path / "watches.toml").write_text(watch)
    printed = ended("init", "--acls", "archive=archive", "--config", str(tmp_path))
    assert printed.returncode == 0, printed.stderr
    (line,) = [one for one in printed.stdout.decode().splitlines() if "--topic alerts" in one]
    given = {word for option, word in pairwise(shlex.split(line)) if option == "--operation"}
    assert given == {"Describe", "DescribeConfigs", *operations.split()}


def test_the_page_for_operators_shows_the_rights_that_are_in_force() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    rows = [
        f"| `{service}` | {', '.join(operations)} | {resource} | {', '.join(names)} |"
        for service, rights in RIGHTS.items()
        for resource, names, operations in together(rights)
    ]
    shown = [
        line for line in page.splitlines() if re.match(rf"\| `({'|'.join(RIGHTS)})` \| [A-Z]", line)
    ]
    assert shown == rows


def test_the_printed_commands_give_a_user_the_rights_of_a_service(tmp_path: Path) -> None:
    words = ("init", "--acls", "deliver=desk", "--config", str(tmp_path), "--kafka", "there:9092")
    printed = ended(*words, given={"WIREWATCH_KAFKA_PREFIX": "p-"})
    assert printed.returncode == 0, printed.stderr
    given = set()
    for line in printed.stdout.decode().splitlines():
        found = shlex.split(line)
        assert "User:desk" in found
        assert "there:9092" in found
        pairs = list(pairwise(found))
        operations = [word for option, word in pairs if option == "--operation"]
        names = [pair for pair in pairs if pair[0] in ("--topic", "--group")]
        names += [("--cluster", "kafka-cluster")] if "--cluster" in found else []
        given |= {(kind[2:], name, one) for kind, name in names for one in operations}
    assert given == {
        (right.resource.value, right.full_name("p-"), right.operation.value)
        for right in RIGHTS["deliver"]
    }


@pytest.mark.parametrize("words", ["deliver", "deliver=", "nothing=me"])
def test_what_is_no_service_of_a_user_is_refused(words: str, tmp_path: Path) -> None:
    ran = ended("init", "--acls", words, "--config", str(tmp_path))
    assert ran.returncode == 2
    assert b"SERVICE=USER" in ran.stderr
