"""A small file of the data folder that is damaged: it is named with its remedy, and ends nobody."""

from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connectors.delivery.canary import FILE as CANARY
from connectors.delivery.canary import canary_state
from connectors.delivery.coverage.decision import CoverageState
from connectors.delivery.coverage.memory import SOURCES, STATE, read_brought, read_state
from tests.support.commands import ended
from tests.support.delivering import Answer, Receiver, block, receiving
from wirewatch.cli.web import site_for
from wirewatch.config import load
from wirewatch.config.last_good import FILE as LAST_GOOD
from wirewatch.config.last_good import load_or_last_good
from wirewatch.local_kafka.folder import cluster_of, settle
from wirewatch.local_kafka.server_properties import LOG_FOLDER
from wirewatch.runtime.link_key import KEY_FILE, link_writer
from wirewatch.runtime.log_identity import FEEDS, NOTE, note_log, require_log
from wirewatch.runtime.presence import FOLDER, presences

DAMAGES = {
    "empty": b"",
    "cut": b'[{"folder": "/x", "sa',
    "no text": b"\xff\xfe\x00",
    "of another kind": b"7",
}
LINKS = '[links]\nbase = "https://desk.example/ww"\n'


def last_good(data: Path) -> bool:
    return load_or_last_good(data.parent, {}).faults is None


def log_noted(data: Path) -> None:
    (data / "kafka" / LOG_FOLDER).mkdir(parents=True)
    (data / FEEDS).touch()
    settle(data / "kafka")
    require_log(data)
    note_log(data)


def without_links(data: Path) -> object:
    (data.parent / "wirewatch.toml").write_text(LINKS)
    return link_writer(load(data.parent, {}).settings)


def page_opened(data: Path) -> bool:
    loaded = load(data.parent, {})
    return len(site_for(loaded, lambda: loaded, Path()).access.key) >= 32


READERS: dict[str, tuple[Callable[[Path], object], object]] = {
    CANARY: (lambda data: canary_state(data / CANARY), None),
    STATE: (read_state, CoverageState()),
    SOURCES: (read_brought, {}),
    LAST_GOOD: (last_good, True),
    NOTE: (log_noted, None),
    KEY_FILE: (without_links, None),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_is_named_and_gone_on_without(
    tmp_path: Path, name: str, damage: str
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / name).write_bytes(DAMAGES[damage])
    read, instead = READERS[name]
    with capture_logs() as said:
        assert read(data) == instead
        if name not in {NOTE, KEY_FILE}:
            read(data)
    assert str(said).count(f"{data / name}") == 1, "it is named, and once"
    assert {"warning", "error"} & {str(one["log_level"]) for one in said}


@pytest.mark.parametrize("name", [CANARY, STATE, SOURCES])
def test_a_folder_in_the_place_of_a_file_is_to_be_moved_away(tmp_path: Path, name: str) -> None:
    data = tmp_path / "data"
    (data / name).mkdir(parents=True)
    read, instead = READERS[name]
    with capture_logs() as said:
        assert read(data) == instead
    assert [one["remedy"] for one in said] == ["move that folder away"]


def test_a_text_in_a_file_that_is_none_is_damage_too(tmp_path: Path) -> None:
    (tmp_path / SOURCES).write_bytes(b'{"\xff": {}}')
    assert read_brought(tmp_path) == {}
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "poll-7.json").write_bytes(b'{"service": "\xff"}')
    assert presences(tmp_path) == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_private_kafkas_log_is_found_again_without_the_file_of_its_ports(
    tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "kafka"
    (folder / LOG_FOLDER).mkdir(parents=True)
    before = settle(folder)
    meta = f"version=1\ncluster.id={before.cluster_id}\nnode.id=1\n"
    (folder / LOG_FOLDER / "meta.properties").write_text(meta)
    (folder / "broker.json").write_bytes(DAMAGES[damage])
    assert cluster_of(folder) == before.cluster_id
    assert settle(folder).cluster_id == before.cluster_id


@pytest.mark.parametrize("damage", DAMAGES)
def test_who_runs_here_is_told_without_a_damaged_file(tmp_path: Path, damage: str) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "poll-7.json").write_bytes(DAMAGES[damage])
    assert presences(tmp_path) == []


def test_the_page_signs_forms_without_a_key_that_is_kept(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / KEY_FILE).write_text("short")
    with capture_logs() as said:
        assert page_opened(data)
    (line,) = said
    assert "delete it" in str(line["because"])


def test_alerts_go_out_without_links_where_their_key_is_damaged(tmp_path: Path) -> None:
    bodies: list[object] = []

    def answers(body: object) -> Answer:
        bodies.append(body)
        return Answer()

    receiver = Receiver(answers)
    with receiving(receiver):
        (tmp_path / "wirewatch.toml").write_text(f"allow_private_addresses = true\n{LINKS}")
        (tmp_path / "subscribers.toml").write_text(block("hook", receiver))
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / KEY_FILE).write_bytes(b"\xff\x00")
        done = ended("subscribers", "test", "hook", cwd=tmp_path)
    assert (done.returncode, len(bodies)) == (0, 1), done.stderr
    assert b"links.key holds no key" in done.stderr
