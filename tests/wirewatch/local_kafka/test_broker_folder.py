from pathlib import Path

import pytest

from wirewatch.local_kafka import BrokerError
from wirewatch.local_kafka.folder import clear_errors, prepare
from wirewatch.local_kafka.log_tail import last_words, log_mark
from wirewatch.local_kafka.storage import is_formatted


@pytest.mark.parametrize(
    ("meta", "told"),
    [
        ("version=1\ncluster.id=someone-elses\nnode.id=1\n", "cluster.id: someone-elses"),
        ("version=1\ncluster.id=ours\nnode.id=7\n", "node.id: 7"),
        ("\x00\x01 nonsense", "version: missing"),
        (None, "cluster.id: missing"),
    ],
)
def test_a_storage_that_is_not_ours_is_refused(tmp_path: Path, meta: str | None, told: str) -> None:
    (tmp_path / "log").mkdir()
    if meta is not None:
        (tmp_path / "log" / "meta.properties").write_text(meta)
    with pytest.raises(BrokerError, match=told) as refusal:
        is_formatted(tmp_path, "ours")
    assert f"Move {tmp_path} away" in str(refusal.value)


def test_a_disk_that_is_all_but_full_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(BrokerError, match=rf"cannot use {tmp_path} .*: only \d+ MiB are left"),
        clear_errors(tmp_path),
    ):
        prepare(tmp_path, least_free=2**60)


def test_the_last_words_are_the_errors_since_the_start(tmp_path: Path) -> None:
    log, output = tmp_path / "kafka.log", tmp_path / "kafka.out"
    assert last_words(tmp_path) == "(nothing)"
    log.write_text("09:00 ERROR Server: yesterday's trouble\n")
    mark = log_mark(tmp_path)
    log.write_text(f"{log.read_text()}10:00 INFO Server: starting\n")
    assert last_words(tmp_path, mark) == "10:00 INFO Server: starting"
    log.write_text(f"{log.read_text()}10:01 ERROR Server: no room\n10:02 INFO Server: bye\n")
    output.write_text("Caused by: a full disk\n")
    assert last_words(tmp_path, mark) == "10:01 ERROR Server: no room\nCaused by: a full disk"
    log.write_text("10:03 INFO rolled\n")
    output.write_text("")
    assert last_words(tmp_path, mark) == "10:03 INFO rolled"


def test_the_last_words_are_of_what_ended_it_and_no_exception_it_lived_through(
    tmp_path: Path,
) -> None:
    (tmp_path / "kafka.log").write_text("10:00 INFO registerBroker: NotControllerException\n")
    ended = "Terminating due to java.lang.OutOfMemoryError: Java heap space"
    (tmp_path / "kafka.out").write_text(f"{ended}\n")
    assert last_words(tmp_path) == ended
