"""`wirewatch archive` beside a private Kafka: what isn't up is started, what runs is left alone."""

from pathlib import Path

import pytest

from connectors.kafka import ensure_topics
from streams.contract.messages import message
from streams.contract.topics import TOPICS
from tests.streams.worker.test_work import put
from tests.support.archived import archive
from tests.support.commands import ended_here
from tests.support.samples import sample_tagged
from wirewatch.archive.writer import writing
from wirewatch.local_kafka import PrivateKafka, running_at


@pytest.mark.long
def test_the_archive_is_filled_anew_from_a_private_kafka_that_was_down(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with PrivateKafka(data / "kafka") as kafka:
        ensure_topics(kafka.access, topics=TOPICS)
        put(kafka.access, "", message(sample_tagged()))
    done = ended_here("archive", "rebuild", "--yes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert b"isn't up: it is started for this command" in done.stderr
    assert b"1 record added" in done.stdout
    assert running_at(data / "kafka") is None
    refused = ended_here("archive", "rebuild", cwd=tmp_path, given={"TERM": "dumb"})
    assert b"Empty the archive" in refused.stdout + refused.stderr
    assert refused.returncode == 1


@pytest.mark.parametrize("command", ["update", "rebuild"])
def test_while_another_fills_it_nothing_is_asked_and_the_steps_are_said(
    tmp_path: Path, command: str
) -> None:
    archive(tmp_path / "data", [sample_tagged()])
    with writing(tmp_path / "data"):
        refused = ended_here("archive", command, cwd=tmp_path)
    said = refused.stderr.decode()
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert f"stop that one, run `wirewatch archive {command}`, and start it again" in said
    assert "Empty the archive" not in said


@pytest.mark.parametrize("command", ["update", "rebuild"])
def test_without_a_kafka_that_was_ever_there_nothing_is_started(
    tmp_path: Path, command: str
) -> None:
    refused = ended_here("archive", command, cwd=tmp_path)
    assert refused.returncode == 1
    assert "Start `wirewatch run` in another terminal" in refused.stderr.decode()
    assert "Empty the archive" not in refused.stderr.decode()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("service", [["archive", "run"], ["poll"], ["work"], ["deliver"]])
def test_a_service_without_a_kafka_says_how_to_have_one(tmp_path: Path, service: list[str]) -> None:
    refused = ended_here(*service, cwd=tmp_path)
    assert refused.returncode == 2
    assert "starts one of its own and all services" in refused.stderr.decode()


def test_rebuild_asks_before_it_starts_a_kafka_of_its_own(tmp_path: Path) -> None:
    log = tmp_path / "kafka" / "log"
    log.mkdir(parents=True)
    (log / "meta.properties").write_text("version=1\ncluster.id=abc\n")
    done = ended_here("archive", "rebuild", "--data", str(tmp_path), stdin=b"n\n")
    assert done.returncode == 1
    assert b"Empty the archive" in done.stdout + done.stderr
    assert b"it is started for this command" not in done.stderr
