"""What of a deployment needs a person: by the very function that decides the exit code."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from streams.model.feed_health import FeedHealth, FeedState
from wirewatch.runtime.presence import Presence, ServiceFile, current
from wirewatch.status.collect import long_unread
from wirewatch.status.problems import problems
from wirewatch.status.records import (
    DeadLetters,
    Disk,
    FeedCounts,
    OutboxCounts,
    ServiceStatus,
    StageLag,
    Status,
)

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
GB = 10**9


def service(name: str, *, seen: timedelta = timedelta(0)) -> ServiceStatus:
    return ServiceStatus(service=name, pid=1, started=NOW - HOUR, seen=NOW - seen)


WELL = Status(
    at=NOW,
    data="/data",
    kafka="127.0.0.1:1",
    private_kafka=True,
    services=tuple(map(service, ("deliver", "poll", "work"))),
    lag=(StageLag(stage="tag", topic="stories", behind=3, oldest=NOW - timedelta(seconds=2)),),
    feeds=FeedCounts(states={"ok": 8, "unreachable": 2, "silent": 1}),
    outbox=OutboxCounts(states={"done": 9, "pending": 1, "failed": 4}, oldest=NOW),
    dead_letters=DeadLetters(kept=5, last_day=0),
    disk=Disk(free=50 * GB, total=100 * GB),
)


def test_what_goes_well_or_mends_itself_needs_nobody() -> None:
    assert problems(WELL) == ()


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (replace(WELL, services=()), "nothing runs on /data"),
        (replace(WELL, services=WELL.services[:2]), "work does not run"),
        (
            replace(WELL, services=(*WELL.services[:2], service("work", seen=HOUR))),
            "work (pid 1) has given no sign of life for 1 hour",
        ),
        (replace(WELL, kafka_fault="nothing listens there"), "nothing listens there"),
        (
            replace(
                WELL,
                lag=(StageLag(stage="tag", topic="s", behind=7, oldest=NOW - HOUR),),
            ),
            "tag is 7 records behind, the oldest of 1 hour ago",
        ),
        (
            replace(WELL, outbox=OutboxCounts(states={}, failing={"desk": NOW - 2 * HOUR})),
            "the receiver of desk has failed for 2 hours",
        ),
        (
            replace(WELL, outbox=OutboxCounts(states={}, stopped={"desk": "it answered 410"})),
            "desk gets nothing any more: it answered 410",
        ),
        (
            replace(WELL, outbox=OutboxCounts(states={}, oldest=NOW - 2 * HOUR)),
            "an event waits to be delivered for 2 hours",
        ),
        (replace(WELL, dead_letters=DeadLetters(kept=5, last_day=1)), "1 record could not be"),
        (replace(WELL, disk=Disk(free=GB // 2, total=100 * GB)), "500.0 MB are free"),
        (replace(WELL, disk=Disk(free=4 * GB, total=100 * GB)), "4.0 GB are free"),
        (
            replace(WELL, feeds=FeedCounts(states={"ok": 9}, unread=tuple("abcdefg"))),
            "never read, or not for a day: a, b, c, d, e and 2 more",
        ),
        (
            replace(WELL, feeds=FeedCounts(states={"ok": 1, "unreachable": 5})),
            "5 of 6 feeds can't be read",
        ),
        (
            replace(WELL, feeds=FeedCounts(states={"refused": 1, "new": 3})),
            "1 of 1 feeds can't be read",
        ),
        (replace(WELL, faults=("outbox.sqlite: damaged",)), "outbox.sqlite: damaged"),
    ],
)
def test_what_needs_a_person_is_named_with_a_remedy(status: Status, told: str) -> None:
    (found,) = problems(status)
    assert told in found.what
    assert found.remedy


def test_feeds_that_were_not_polled_yet_are_no_problem() -> None:
    assert problems(replace(WELL, feeds=FeedCounts(states={"new": 9}))) == ()
    assert problems(replace(WELL, feeds=FeedCounts(states={"ok": 1, "unreachable": 2}))) == ()


def test_services_on_a_kafka_of_the_operators_own_may_run_elsewhere() -> None:
    assert problems(replace(WELL, private_kafka=False, services=WELL.services[:1])) == ()


def test_a_killed_service_counts_until_its_successor_runs() -> None:
    def seen(pid: int, started: int, last: int) -> Presence:
        at = NOW + timedelta(seconds=started)
        known = ServiceFile(service="work", pid=pid, started=at)
        return Presence(known, NOW + timedelta(seconds=last))

    killed, successor, beside = seen(1, 0, 50), seen(2, 60, 90), seen(3, 10, 90)
    assert [one.file.pid for one in current([killed])] == [1]
    assert [one.file.pid for one in current([successor, killed])] == [2]
    assert [one.file.pid for one in current([successor, killed, beside])] == [3, 2]


def test_a_feed_is_long_unread_after_a_day_of_failures_and_not_for_one() -> None:
    bad = FeedHealth(
        feed="a",
        source="A",
        state=FeedState.UNREACHABLE,
        detail="",
        polled=NOW,
        last_ok=NOW - 25 * HOUR,
        entries=0,
        stories=0,
        failures=9,
    )
    assert long_unread(bad, NOW)
    assert long_unread(replace(bad, last_ok=None), NOW)
    assert not long_unread(replace(bad, last_ok=NOW - HOUR), NOW)
    assert not long_unread(replace(bad, last_ok=None, failures=1), NOW)
    assert not long_unread(replace(bad, state=FeedState.SILENT), NOW)
