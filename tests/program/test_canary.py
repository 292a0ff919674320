"""The canary by real services on a real Kafka: it comes, it is missed, and nobody else meets it."""

import json
from contextlib import ExitStack, closing
from pathlib import Path

from connectors.delivery.sinks.feed import file_name
from connectors.kafka import Consumer
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import ALERTS, CANARY, MATCHES, STORIES, TAGGED, Topic
from tests.support.commands import ended, running
from tests.support.waiting import until

SETTINGS = "[canary]\nevery = 1\nlimit = 12\n"
OPERATOR = """
[[subscriber]]
id = "desk"
kind = "feed"

[[subscriber]]
id = "operator"
kind = "feed"
operator = true
"""
WATCH = "[[watch]]\nid = 'all'\ntitle = 'All'\neverything = true\n"


def records(kafka: KafkaAccess, prefix: str, topic: Topic) -> list[dict[str, bytes]]:
    """Return the headers of what is in a topic."""
    with closing(Consumer(kafka, group=None, topics=[topic], prefix=prefix)) as consumer:
        wanted = sum(end - first for first, end in consumer.places(topic, None).values())
        found: list[dict[str, bytes]] = []
        while len(found) < wanted:
            found += [dict(record.headers) for record in consumer.poll(1.0)]
        return found


def test_a_canary_goes_all_the_way_unseen_by_people_and_is_missed_when_work_is_killed(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str
) -> None:
    (tmp_path / "feeds.toml").write_text(
        "[[feed]]\nid = 'none'\nurl = 'http://127.0.0.1:9/'\nsource = 'None'\n"
    )
    (tmp_path / "wirewatch.toml").write_text(SETTINGS)
    (tmp_path / "watches.toml").write_text(WATCH)
    (tmp_path / "subscribers.toml").write_text(OPERATOR)
    kafka = ("--json", "--config", str(tmp_path), "--kafka", kafka_address.address)
    given, logs = {"WIREWATCH_KAFKA_PREFIX": prefix}, tmp_path / "log"
    canary = tmp_path / "data" / "canary.json"
    with ExitStack() as stack:
        work = stack.enter_context(running(logs, ("work", *kafka), given))
        stack.enter_context(running(logs, ("poll", *kafka), given))
        work.says('"working"')
        deliver = stack.enter_context(running(logs, ("deliver", *kafka), given))
        deliver.says('"canary"')
        until(canary.exists)
        shown = ended("status", *kafka, given=given)
        status = json.loads(shown.stdout)
        assert status["canary"]["sent"] <= status["canary"]["arrived"]
        assert not [one for one in status["problems"] if "canary" in one["what"]]

        work.process.kill()
        deliver.says('"canary_late"')
        feed = tmp_path / "data" / "feeds" / file_name("operator") / "all.json"
        until(lambda: feed.exists() and "no canary has come through since" in feed.read_text())
        shown = ended("status", *kafka, given=given)
        assert shown.returncode == 1
        assert any("no canary" in one["what"] for one in json.loads(shown.stdout)["problems"])

        stack.enter_context(running(logs, ("work", *kafka), given))
        deliver.says('"canary_back"')
        assert deliver.err.count('"canary_late"') == 1
        listed = ended("feeds", "list", "--config", str(tmp_path), given=given)
        assert "canary: the last that came through was sent" in listed.stdout.decode()
        tailed = ended("tail", "tagged", "--no-follow", "--since", "1h", *kafka[1:], given=given)
        assert (tailed.returncode, tailed.stdout) == (0, b"")
        until(lambda: "canaries come through again" in feed.read_text())
        assert not (tmp_path / "data" / "feeds" / file_name("desk")).exists()
        assert deliver.out == "", "no subscriber gets it, whatever they watch"

    counted = [line for line in map(json.loads, work.err.splitlines()) if "tag_in" in line]
    assert counted
    assert not any(
        line.get(f"{stage}_in") for line in counted for stage in ("tag", "match", "gather")
    )
    assert records(kafka_address, prefix, ALERTS) == []
    for topic in (STORIES, TAGGED, MATCHES, CANARY):
        found = records(kafka_address, prefix, topic)
        told = [one for one in found if b".tick." not in one["ce_type"]]
        assert {one["ce_mode"] for one in told} == {b"canary"}, topic.name
        assert not any("pairs" in one or "topics" in one for one in told), topic.name
    assert records(kafka_address, prefix, CANARY)
