"""`wirewatch status`: what is found out of a deployment, beside the services that run."""

import asyncio
import json
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from connectors.kafka import Producer, ensure_topics
from streams.contract.dead_letter import dead_letter
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message, message
from streams.model.story import Story, digest
from tests.support.commands import ended, running
from tests.support.kafkas import client_file
from tests.support.waiting import PATIENCE, until
from wirewatch.config.last_good import load_or_last_good
from wirewatch.runtime.presence import ServiceFile

FEEDS = "[[feed]]\nid = 'none'\nurl = 'http://127.0.0.1:9/'\nsource = 'None'\n"


def stories(count: int) -> list[Story]:
    return [
        Story(
            id=digest(("status", str(number))),
            version=digest((str(number),)),
            feed="wire",
            source="Wire",
            headline="Rain in the hills",
            first_seen=datetime.now(UTC),
        )
        for number in range(count)
    ]


def put(kafka: KafkaAccess, prefix: str, *packed: Message) -> None:
    async def send() -> None:
        producer = Producer(kafka, prefix=prefix)
        await producer.send(packed)
        await producer.close()

    asyncio.run(send())


def asked(folder: Path, *words: str, given: dict[str, str] | None = None) -> tuple[int, Any]:
    shown = ended("status", "--json", "--config", str(folder), *words, given=given or {})
    assert shown.stdout, shown.stderr.decode()
    return shown.returncode, json.loads(shown.stdout)


@pytest.mark.parametrize("folder_in_its_place", [False, True])
def test_canaries_that_cant_be_read_are_no_good_news(
    tmp_path: Path, *, folder_in_its_place: bool
) -> None:
    file = tmp_path / "data" / "canary.json"
    if folder_in_its_place:
        file.mkdir(parents=True)
    else:
        file.parent.mkdir()
        file.write_text("{")
    _, found = asked(tmp_path)
    assert any(str(file) in one["what"] for one in found["problems"])


def test_where_nothing_ever_ran_status_says_so_with_the_remedy_and_makes_nothing(
    tmp_path: Path,
) -> None:
    shown = ended("status", "--config", str(tmp_path))
    assert shown.returncode == 1
    assert f"nothing runs on {tmp_path / 'data'}: start it: wirewatch run" in shown.stdout.decode()
    assert not (tmp_path / "data").exists()


def test_lag_counts_partitions_that_were_never_committed_and_what_is_done_is_none(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    (tmp_path / "feeds.toml").write_text(FEEDS)
    put(kafka_address, prefix, *map(message, stories(40)))
    kafka = ("--kafka", kafka_address.address)
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}

    code, before = asked(tmp_path, *kafka, given=given)
    (tag,) = [one for one in before["lag"] if one["stage"] == "tag"]
    assert (code, tag["behind"]) == (1, 40)
    assert tag["never_committed"] > 1
    assert datetime.fromisoformat(tag["oldest"]) <= datetime.now(UTC)
    assert before["kafka"] == kafka_address.address
    assert before["feeds"]["states"] == {"new": 1}

    with running(tmp_path / "log", ("work", "--config", str(tmp_path), *kafka), given) as work:

        def done() -> bool:
            _, status = asked(tmp_path, *kafka, given=given)
            return all(one["behind"] == 0 for one in status["lag"])

        until(done)
        code, status = asked(tmp_path, *kafka, given=given)
        assert (code, status["problems"]) == (0, [])
        assert [one["service"] for one in status["services"]] == ["work"]
        assert status["services"][0]["pid"] == work.process.pid
        work.process.send_signal(signal.SIGKILL)
        work.process.wait(PATIENCE)
    (left,) = (tmp_path / "data" / "services").iterdir()
    os.utime(left, times=(time.time() - 300,) * 2)
    code, status = asked(tmp_path, *kafka, given=given)
    assert code == 1
    assert "work (pid" in status["problems"][0]["what"]
    assert "was killed 5 minutes" in status["problems"][0]["what"]


def test_a_service_that_ends_in_order_leaves_nothing_behind(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str
) -> None:
    words = ("deliver", "--config", str(tmp_path), "--kafka", kafka_address.address)
    with running(tmp_path / "log", words, {"WIREWATCH_KAFKA_PREFIX": prefix}) as deliver:
        until(lambda: list((tmp_path / "data").glob("services/deliver-*.json")))
        assert deliver.stop() == 0
    assert not list((tmp_path / "data").glob("services/*"))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_ended_leaves_no_ghosts_and_is_started_again(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str, number: signal.Signals
) -> None:
    (tmp_path / "feeds.toml").write_text(FEEDS)
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}
    kafka = ("--kafka", kafka_address.address)
    services = tmp_path / "data" / "services"
    with running(
        tmp_path / "log", ("run", "--json", "--config", str(tmp_path), *kafka), given
    ) as run:
        until(lambda: list(services.glob("deliver-*.json")))
        before = psutil.Process(run.process.pid).children(recursive=True)
        (deliver,) = services.glob("deliver-*.json")
        os.kill(int(deliver.stem.rpartition("-")[2]), signal.SIGKILL)
        until(lambda: [one for one in services.glob("deliver-*.json") if one != deliver])
        assert not deliver.exists(), "its successor removes it"
        _, status = asked(tmp_path, *kafka, given=given)
        assert {"deliver", "run"} <= {one["service"] for one in status["services"]}
        assert not [one for one in status["services"] if one["ended"]]
        assert not [one for one in status["problems"] if "start it again" in one["remedy"]]
        before += psutil.Process(run.process.pid).children(recursive=True)
        run.process.send_signal(number)
        run.process.wait(PATIENCE)
    until(lambda: not any(one.is_running() for one in before))
    code, status = asked(tmp_path, *kafka, given=given)
    assert (code, status["services"]) == (1, [])
    assert [one["what"] for one in status["problems"]] == [f"nothing runs on {tmp_path / 'data'}"]


def test_a_file_of_a_dead_process_is_a_ghost_though_its_id_is_anothers(tmp_path: Path) -> None:
    services = tmp_path / "data" / "services"
    services.mkdir(parents=True)
    ghost = ServiceFile(service="deliver", pid=os.getpid(), started=datetime.now(UTC), of_run=True)
    (services / f"deliver-{ghost.pid}.json").write_bytes(msgspec.json.encode(ghost))
    code, status = asked(tmp_path)
    assert (code, status["services"]) == (1, [])
    assert status["problems"][0]["remedy"] == "start it: wirewatch run"


def test_a_broken_file_that_the_services_do_not_use_needs_a_person(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_text(FEEDS)
    load_or_last_good(tmp_path, {})
    (tmp_path / "feeds.toml").write_text("[[feed]]\nid = 7\n[[feed]]\n")
    code, status = asked(tmp_path)
    (found,) = [one for one in status["problems"] if "feeds.toml" in one["what"]]
    assert code == 1
    assert "the last good one is in force" in found["what"]
    assert "wirewatch check" in found["remedy"]
    assert status["broken"]["files"] == ["feeds.toml"]
    assert status["feeds"]["states"] == {"new": 1}


def test_what_could_not_be_processed_of_late_needs_a_person_until_it_is_put_back(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    poison = [
        dead_letter(
            stage="tag",
            topic="stories",
            partition=0,
            offset=offset,
            key=None,
            value=b"{",
            headers=(),
            error=ValueError("no story"),
        )
        for offset in (0, 1)
    ]
    put(kafka_address, prefix, *poison)
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}
    code, status = asked(tmp_path, "--kafka", kafka_address.address, given=given)
    assert (code, status["dead_letters"]) == (1, {"kept": 2, "last_day": 2})
    assert any("2 records could not be processed" in one["what"] for one in status["problems"])
    to_it = ("--kafka", kafka_address.address, "--config", str(tmp_path))
    for name, left in (("stories/0/1", 1), ("stories/0/0", 0)):
        assert ended("dead-letters", "replay", name, *to_it, given=given).returncode == 0
        _, status = asked(tmp_path, "--kafka", kafka_address.address, given=given)
        assert status["dead_letters"] == {"kept": 2, "last_day": left}
    assert not any("processed" in one["what"] for one in status["problems"])


def test_an_address_that_does_not_answer_beside_others_is_named(
    kafka_address: KafkaAccess, tmp_path: Path
) -> None:
    both = f"{kafka_address.address},127.0.0.1:9"
    words = ("--kafka", both, "--config", str(tmp_path), "--data", str(tmp_path))
    run = ended("status", *words, given=client_file([kafka_address.address]))
    told = " ".join(run.stdout.decode().split())
    assert "1 of 2 addresses answer (127.0.0.1:9: nothing listens there)" in told


def test_a_kafka_that_does_not_answer_is_named_with_the_cause_and_the_rest_is_told(
    tmp_path: Path,
) -> None:
    (tmp_path / "feeds.toml").write_text(FEEDS)
    code, status = asked(tmp_path, "--kafka", "127.0.0.1:9")
    assert code == 1
    assert status["kafka_fault"] == "nothing listens there"
    assert status["feeds"]["states"] == {"new": 1}
    assert any("127.0.0.1:9 can't be used" in one["what"] for one in status["problems"])
