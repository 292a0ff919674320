"""How well watches do: by verdicts, as `wirewatch watches report` says it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from connectors.kafka import ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import TOPICS
from streams.model.alert import AlertEvent
from streams.model.timestamps import Timestamps
from streams.model.verdict import Said, Verdict
from tests.streams.worker.test_work import put
from tests.support.commands import ended_here
from tests.support.samples import sample_alert, sample_story
from wirewatch.history.watch_report import latency, version_of, watch_reports, wrong_kind

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
change = msgspec.structs.replace


def alert(number: int, *, outlet: str = "The Gazette", score: float = 0.4) -> AlertEvent:
    """Make an alert of a story that was published at noon, seen 60 s later, and raised after."""
    seen, name = NOON + timedelta(seconds=60), f"{number:032x}"
    opened = sample_alert(sample_story(name))
    times = Timestamps(published=NOON, first_seen=seen, raised=seen + timedelta(seconds=number + 1))
    return change(
        opened,
        alert=name,
        event=name,
        times=times,
        story=change(opened.story, source=outlet),
        why=change(opened.why, min_topic_score=score),
    )


def word(said: Said, about: AlertEvent, *, by: str = "anna", note: str = "") -> Verdict:
    missed = said is Said.MISSED
    return Verdict(
        said=said,
        watch=about.watch,
        story=f"{about.story.id}m" if missed else about.story.id,
        by=by,
        at=NOON + timedelta(hours=1),
        alert=None if missed else about.alert,
        note=note,
    )


def test_precision_is_of_what_was_judged_and_recall_of_what_was_missed() -> None:
    alerts = [alert(number) for number in range(10)]
    verdicts = [word(Said.RIGHT, one) for one in alerts[:3]]
    verdicts += [word(Said.WRONG, alerts[3], note="topic"), word(Said.MISSED, alerts[0])]
    (report,) = watch_reports(alerts, verdicts)
    assert (report.alerts, report.right, report.wrong, report.missed) == (10, 3, 1, 1)
    assert report.precision == 0.75
    assert report.precision_interval == pytest.approx((0.3006, 0.9544), abs=1e-4)
    # 75 % of ten alerts are taken to be right: eight found, one missed.
    assert report.recall == pytest.approx(8 / 9)
    assert report.to_fix == {"topic": 1}


def test_a_change_of_mind_counts_once_and_a_dispute_for_neither() -> None:
    first, second = alert(1), alert(2)
    verdicts = [
        word(Said.WRONG, first),
        word(Said.RIGHT, first),
        word(Said.RIGHT, second),
        word(Said.WRONG, second, by="ben"),
    ]
    verdicts.append(word(Said("of a later release"), second, by="cara"))
    (report,) = watch_reports([first, second], verdicts)
    assert (report.right, report.wrong, report.disputed) == (1, 0, 1)


def test_each_version_has_a_row_and_what_was_missed_counts_for_that_in_force() -> None:
    old, new = alert(1, score=0.3), alert(2, score=0.5)
    before, after = watch_reports([new, old], [word(Said.MISSED, new)])
    assert (before.min_topic_score, before.missed) == (0.3, 0)
    assert (after.min_topic_score, after.missed) == (0.5, 1)
    assert version_of(old) != version_of(new)


def test_latency_is_told_from_each_moment_and_who_was_first() -> None:
    alerts = [alert(n, outlet="The Herald" if n % 4 == 0 else "The Gazette") for n in range(101)]
    (report,) = watch_reports(alerts, [])
    assert report.published_to_seen is not None
    assert report.published_to_seen.p50 == 60.0
    assert report.seen_to_raised is not None
    assert (report.seen_to_raised.p50, report.seen_to_raised.p95) == (51.0, 96.0)
    assert report.published_to_raised is not None
    assert report.published_to_raised.p95 == 156.0
    assert report.outlets_first == {"The Gazette": 75, "The Herald": 26}
    assert (report.precision, report.recall) == (None, None)


def test_what_nobody_got_and_what_is_too_old_counts_for_nothing() -> None:
    shadow = change(alert(1), shadow=True)
    assert watch_reports([shadow], []) == []
    assert watch_reports([alert(2)], [], NOON + timedelta(days=1)) == []
    assert latency([]) is None


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("pair", "pair"),
        ("The wrong TOPIC, I think", "topic"),
        ("", "no reason given"),
        ("boring", "other"),
    ],
)
def test_a_note_names_what_is_wrong(note: str, kind: str) -> None:
    assert wrong_kind(note) == kind


def test_the_command_reads_alerts_and_verdicts_from_kafka(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix, topics=TOPICS)
    alerts = [alert(number) for number in range(4)]
    verdicts = [word(Said.RIGHT, alerts[0]), word(Said.WRONG, alerts[1], note="old news")]
    put(kafka_address, prefix, *map(message, alerts), *map(message, verdicts))
    words = ["watches", "report", "--config", str(tmp_path), "--data", str(tmp_path / "data")]
    words += ["--kafka", kafka_address.address]
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}
    shown = " ".join(ended_here(*words, given=given).stdout.decode().split())
    assert "4, 1 called right, 1 wrong" in shown
    assert "to fix old news, 1 of 1 wrong" in shown
    (row,) = map(json.loads, ended_here(*words, "--json", given=given).stdout.splitlines())
    assert (row["precision"], row["to_fix"]) == (0.5, {"old news": 1})
    unknown = ended_here(*words, "--watch", "nope", given=given)
    assert (unknown.returncode, unknown.stdout) == (2, b"")
    assert f'no watch is called "nope"; there are {alerts[0].watch}' in unknown.stderr.decode()
