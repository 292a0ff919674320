"""A draft beside what runs: it sees what comes live, touches nothing, and sums up at Ctrl-C."""

import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.kafka import ensure_topics
from connectors.kafka.topic_reader import Log
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message, message
from streams.contract.topics import STORIES, TOPICS
from streams.matching.match import Watches
from streams.model.alert import AlertEvent, Kind, alert_id
from streams.model.story import Story
from streams.model.verdict import Said, Verdict
from streams.tagging import shipped
from tests.connectors.kafka.test_kafka import NOWHERE
from tests.streams.worker.test_work import put
from tests.support.commands import ended, running
from tests.support.replaying import ALL, DRILL
from tests.support.samples import NOON, WATCH, sample_story
from wirewatch.history.pipeline import ArrivedStory
from wirewatch.history.replay import Replay, ReplayPlan

FOLLOWING = "following what comes from now on"
POISON = Message(STORIES, b"poison", b"\xff", ())
OTHER = sample_story("5", headline="Cambodia and the US open a naval exercise", body="Off Ream.")


def shadowed(kafka: KafkaAccess, folder: Path, *words: str) -> list[str]:
    (folder / "draft.toml").write_text('[[watch]]\nid = "all"\ntitle = "All"\neverything = true\n')
    asked = [
        "--kafka",
        kafka.address,
        "--config",
        str(folder),
        "--watches",
        str(folder / "draft.toml"),
    ]
    return ["replay", "--shadow", *asked, *words]


def test_a_story_that_comes_later_is_a_line_at_once(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(OTHER))
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}
    words = shadowed(kafka_address, tmp_path, "--json")
    with running(tmp_path / "log", words, given) as shadow:
        shadow.says(FOLLOWING)
        put(kafka_address, prefix, POISON, message(DRILL))
        shadow.says(DRILL.id)
        shadow.says(" is not a story: ")
        assert shadow.stop(signal.SIGINT) == 0
    told = [json.loads(line) for line in shadow.out.splitlines()]
    assert [(one["kind"], one["story"], one["watch"]) for one in told] == [
        ("opened", DRILL.id, "all"),
        ("closed", DRILL.id, "all"),
    ]
    assert "Traceback" not in shadow.err
    others = [Log(kafka_address, topic, prefix=prefix) for topic in set(TOPICS) - {STORIES}]
    assert [log.total for log in others] == [0] * (len(TOPICS) - 1)


def test_the_past_goes_over_into_the_present_and_the_end_compares(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(OTHER))
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}
    with running(tmp_path / "log", shadowed(kafka_address, tmp_path, "--since", "1d"), given) as it:
        it.says(f"1 story replayed; {FOLLOWING}")
        rain = sample_story("rain", headline="Rain in Lima", body="It fell for an hour.")
        put(kafka_address, prefix, message(rain))
        it.says("all  Rain in Lima  Mekong Courier")
        assert len(it.out.splitlines()) == 1
        verdict = Verdict(said=Said.MISSED, watch="all", story=rain.id, by="ana", at=NOON)
        put(kafka_address, prefix, message(verdict))
        assert it.stop(signal.SIGINT) == 0
    shown = " ".join(it.out.split())
    assert shown.count("Rain in Lima") == 3  # as it came, in the table, in the difference
    assert "2 stories from" in shown
    assert "2 gained (1 called missed), 1 lost, 0 changed" in shown


def test_what_people_say_of_the_grouping_is_obeyed_in_the_past_and_live(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    rain = sample_story("rain", headline="Rain in Lima", body="It fell for an hour.")
    teak = sample_story("teak", headline="Teak sells dear", body="Beams went to a hotel builder.")
    put(kafka_address, prefix, message(OTHER), message(rain))
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}

    def one_event(first: Story, second: Story, by: str) -> Message:
        alerts = [alert_id(watch="all", story=one.id) for one in (first, second)]
        return message(
            Verdict(
                said=Said.ONE_EVENT,
                watch="all",
                story=first.id,
                by=by,
                at=datetime.now(UTC),
                alert=alerts[0],
                other=alerts[1],
            )
        )

    put(kafka_address, prefix, one_event(OTHER, rain, "ana"))
    words = shadowed(kafka_address, tmp_path, "--since", "1d", "--json")
    with running(tmp_path / "log", words, given) as it:
        it.says(FOLLOWING)
        assert '"joined by ana"' in it.out
        put(kafka_address, prefix, message(teak))
        it.says(teak.id)
        put(kafka_address, prefix, one_event(OTHER, teak, "ben"))
        it.says('"joined by ben"')
        assert it.stop(signal.SIGINT) == 0
    last = json.loads(it.out.splitlines()[-1])
    assert (last["kind"], set(last["stories"])) == ("closed", {OTHER.id, rain.id, teak.id})


def test_time_passes_though_nothing_comes() -> None:
    told: list[AlertEvent] = []
    plan = ReplayPlan(tagger=shipped(), draft=Watches([ALL]), current=Watches([WATCH]))
    replay = Replay(plan, told.append)
    replay.take(ArrivedStory(DRILL, NOON))
    replay.tick(NOON + timedelta(minutes=4))
    assert [event.kind for event in told] == [Kind.OPENED]
    replay.tick(NOON + timedelta(days=20))
    assert [(event.kind, event.reason) for event in told[1:]] == [
        (Kind.CLOSED, "quiet for 72 hours")
    ]


def test_a_shadow_follows_kafka_and_no_file(tmp_path: Path) -> None:
    shown = ended("replay", "--shadow", "--from-file", "stories.ndjson", cwd=tmp_path)
    assert shown.returncode == 2
    assert "--shadow follows Kafka" in shown.stderr.decode()


def test_a_shadow_without_kafka_says_so(tmp_path: Path) -> None:
    shown = ended("replay", "--shadow", "--kafka", NOWHERE.address, cwd=tmp_path)
    assert shown.returncode == 1
    assert f"Kafka at {NOWHERE} doesn't answer" in shown.stderr.decode()
