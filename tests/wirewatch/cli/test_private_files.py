"""What is in the data folder is for its owner's eyes alone, whatever the umask says."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from streams.contract.kafka_access import KafkaAccess
from tests.support.commands import running
from tests.support.waiting import until
from wirewatch import private_files

pytestmark = pytest.mark.long

READY = {"poll": "polling", "work": "working", "deliver": "delivering"}


@contextmanager
def umask(value: int) -> Iterator[None]:
    before = os.umask(value)
    try:
        yield
    finally:
        os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [
        str(path.relative_to(folder.parent))
        for path in (folder, *folder.rglob("*"))
        if stat.S_IMODE(path.lstat().st_mode) & 0o077
    ]


@pytest.mark.parametrize("earlier", [False, True], ids=["new", "of an earlier release"])
@pytest.mark.parametrize("command", READY)
def test_what_a_service_keeps_is_its_owners_alone(
    command: str, earlier: bool, kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    config, data = tmp_path / "config", tmp_path / "data"
    config.mkdir()
    (config / "feeds.toml").write_text(
        '[[feed]]\nid = "a"\nurl = "http://127.0.0.1:9/?token=secret"\nsource = "A"\n'
    )
    if earlier:
        for name in ("work/0", "kafka"):
            (data / name).mkdir(parents=True)
        for name in ("kafka/server.properties", "work/0.lock", "kafka-log"):
            (data / name).write_text("")
        for name in ("outbox.sqlite", "feeds.sqlite"):
            with closing(sqlite3.connect(data / name)) as db:
                db.execute("PRAGMA journal_mode = WAL")
        for path in (data, *data.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
    words = (command, "--json", "--kafka", kafka_address.address, "--config", str(config))
    given = {"WIREWATCH_KAFKA_PREFIX": prefix, "WIREWATCH_DATA": str(data)}
    with umask(0), running(tmp_path / "logs", words, given) as service:
        service.says(f'"{READY[command]}"')
        until((data / "alive").exists)
        assert open_to_others(data) == []
        assert service.stop() == 0
    assert open_to_others(data) == []


def test_neither_links_nor_what_is_not_ours_is_touched(tmp_path: Path) -> None:
    data, outside = tmp_path / "data", tmp_path / "outside"
    (data / "site").mkdir(parents=True)
    for path in (outside, data / "site" / "index.html"):
        path.write_text("")
        path.chmod(0o644)
    (data / "link").symlink_to(outside)
    (data / "kafka").symlink_to(tmp_path)
    with umask(0o022):
        private_files.take_over(data)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644
    assert stat.S_IMODE((data / "site" / "index.html").stat().st_mode) == 0o644


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    private_files.write(path, "old")
    with pytest.raises(UnicodeEncodeError):
        private_files.write(path, "\ud800")
    assert [one.name for one in tmp_path.iterdir()] == ["secret"]
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("old", 0o600)
