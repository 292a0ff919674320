"""`wirewatch topics learn`: verdicts that stand in Kafka become examples of a topic."""

from pathlib import Path

import pytest

from connectors.kafka import ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import TOPICS
from streams.model.verdict import Said
from tests.streams.worker.test_work import put
from tests.support.commands import ended_here
from tests.support.samples import WATCH, sample_story
from wirewatch.config import load

pytestmark = pytest.mark.long

MISSED = sample_story("weaver", headline="Weaver waits a year | for her hearing", body="In a cell.")
UNJUDGED = sample_story("rain", headline="Rain in Lima", body="It fell for an hour.")
BY_HAND = "- Derby winners claim bragging rights | a phrase"


def test_a_verdict_becomes_an_example_once_it_is_given_and_by_its_last_word(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}
    asked = ["--kafka", kafka_address.address, "--config", str(tmp_path)]
    learn = ["topics", "learn", MISSED.id, "--topic", "human-rights", *asked]
    (tmp_path / "watches.toml").write_text(
        f'[[watch]]\nid = "{WATCH.id}"\ntitle = "D"\npair = ["KH", "US"]\ntopics = ["defense"]\n'
    )
    (tmp_path / "topics").mkdir()
    file = tmp_path / "topics" / "human-rights.examples.txt"
    file.write_text(BY_HAND)  # As an editor leaves it that ends no last line.
    ensure_topics(kafka_address, prefix=prefix, topics=[*TOPICS])
    put(kafka_address, prefix, *map(message, [MISSED, UNJUDGED]))

    refused = ended_here(*learn, given=given)
    assert refused.returncode == 1
    assert "nobody has judged it" in refused.stderr.decode()
    assert file.read_text() == BY_HAND

    note = ["--by", "ana", "--note", "held | untried", *asked]
    judged = ended_here("judge", MISSED.id, Said.MISSED, *note, given=given)
    assert judged.returncode == 0, judged.stderr
    first = ended_here(*learn, given=given)
    assert first.returncode == 0, first.stderr
    judged = ended_here("judge", MISSED.id, Said.MISSED, *note, given=given)
    assert judged.returncode == 0, judged.stderr
    learnt = ended_here(*learn, given=given)
    assert learnt.returncode == 0, learnt.stderr
    examples = {
        (one.counts, one.text, one.why)
        for topic in load(tmp_path, {}).examples
        if topic.slug == "human-rights"
        for one in topic.all
    }
    text = "Weaver waits a year / for her hearing In a cell."
    assert (False, "Derby winners claim bragging rights", "a phrase") in examples
    assert (True, text, "missed by ana held / untried") in examples
    assert len(examples) == 2
    assert "topics train" in learnt.stdout.decode()

    unknown = ended_here(
        "topics", "learn", MISSED.id, "--topic", "human-right", *asked, given=given
    )
    assert unknown.returncode == 2
    assert "human-rights" in unknown.stderr.decode()
