"""`wirewatch tail`: the records of a topic as programs and people get them, on a real Kafka."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.kafka import ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message, message
from streams.contract.topics import ALERTS, DEAD_LETTERS, STORIES, TAGGED
from streams.model.tags import Relation
from tests.streams.worker.test_work import put
from tests.support.commands import ended, ended_here, running
from tests.support.samples import sample_alert, sample_story, sample_tagged, sample_tags
from tests.support.waiting import until


def given(prefix: str) -> dict[str, str]:
    return {"WIREWATCH_KAFKA_PREFIX": prefix}


def lines(kafka: KafkaAccess, prefix: str, *words: str) -> list[dict[str, Any]]:
    asked = ("tail", *words, "--since", "9w", "--no-follow", "--json", "--kafka", kafka.address)
    done = ended(*asked, given=given(prefix))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_programs_get_records_whole_with_place_and_headers(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    packed = message(sample_alert())
    put(kafka_address, prefix, packed)
    (found,) = lines(kafka_address, prefix)
    assert found["value"] == json.loads(packed.value)
    assert found["headers"]["ce_id"] == dict(packed.headers)["ce_id"].decode()
    assert found["headers"]["ce_source"] == f"/{prefix.strip('-')}/wirewatch/gather"
    assert (found["topic"], found["offset"]) == (ALERTS.name, 0)
    assert found["key"].encode() == packed.key


def test_what_is_no_json_comes_as_base64(kafka_address: KafkaAccess, prefix: str) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, Message(DEAD_LETTERS, b"tag", b"\xff\x00", ()))
    (found,) = lines(kafka_address, prefix, "dead_letters")
    assert (found["value_base64"], "value" in found) == ("/wA=", False)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("--pair", "us-kh"), ["1"]),
        (("--pair", "CN-KH"), []),
        (("--topic", "defense"), ["1", "2"]),
        (("--topic", "trade"), []),
        (("--limit", "1"), ["1"]),
    ],
)
def test_records_are_chosen_by_their_headers(
    kafka_address: KafkaAccess, prefix: str, words: tuple[str, ...], wanted: list[str]
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    near, far = sample_story("1"), sample_story("2")
    apart = msgspec.structs.replace(
        sample_tagged(far), tags=sample_tags(far, relation=Relation.CO_MENTION)
    )
    put(kafka_address, prefix, message(sample_tagged(near)))
    put(kafka_address, prefix, message(apart))
    ids = {sample_story(name).id: name for name in ("1", "2")}
    found = lines(kafka_address, prefix, TAGGED.name, *words)
    assert [ids[one["value"]["story"]["id"]] for one in found] == wanted


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tail", "--topic", "nope"), '--topic: nothing here is called "nope"; there are '),
        (("tail", "--watch", "us-cambodia-defence"), '"us-cambodia-defence"; did you mean'),
        (("tail", "--watch", "nope"), "no configuration is here: --config DIR"),
        (("export", "--topic", "nope"), "nothing here is called"),
    ],
)
def test_a_watch_or_topic_that_nobody_has_is_refused_and_never_waited_for(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    done = ended_here(*words, "--kafka", "127.0.0.1:9", "--config", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in " ".join(done.stderr.decode().split())


def test_people_get_a_line_that_drives_no_terminal_and_ctrl_c_ends_it(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(sample_story("1", headline="Rain \x1b[2J in Lima")))
    words = ["tail", STORIES.name, "--since", "1h", "--kafka", kafka_address.address]
    with running(tmp_path / "log", words, given(prefix)) as tail:
        until(lambda: "in Lima" in tail.out)
        put(kafka_address, prefix, message(sample_story("2", headline="Sun in Quito")))
        until(lambda: "Sun in Quito" in tail.out)
        assert tail.stop() == 0
    assert "\x1b" not in tail.out
    assert tail.err == ""


def test_a_pair_or_a_topic_that_cannot_be_is_named() -> None:
    for words, said in (
        (("--pair", "Cambodia"), "write it like KH-US"),
        (("--pair", "ZZ-US"), '"ZZ" is not an ISO 3166-1 alpha-2 country code'),
        (("alrets",), "did you mean"),
        (("matches",), "is not one of"),
        (("--no-follow",), "--no-follow: nothing would be shown: say since when, such as --since"),
    ):
        done = ended("tail", *words)
        assert done.returncode == 2
        assert said in " ".join(done.stderr.decode().replace("│", " ").split())
