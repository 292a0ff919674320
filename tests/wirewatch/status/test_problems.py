"""What of a deployment needs a person: by the very function that decides the exit code."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from streams.model.feed_health import FeedHealth, FeedState
from wirewatch.runtime.presence import Presence, ServiceFile, current
from wirewatch.status.collect import long_unread
from wirewatch.status.problems import problems, starting
from wirewatch.status.records import (
    BrokenConfig,
    DeadLetterCounts,
    DeploymentStatus,
    DiskSpace,
    FeedCounts,
    OutboxCounts,
    ServiceStatus,
    StageLag,
)
from wirewatch.status.view import KAFKA_STARTING, screen, verdict

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
GB = 10**9


def service(name: str, *, seen: timedelta = timedelta(0)) -> ServiceStatus:
    return ServiceStatus(service=name, pid=1, started=NOW - HOUR, seen=NOW - seen)


def rows(status: DeploymentStatus) -> dict[str, str]:
    names, told = (list(column.cells) for column in screen(status).columns)
    return dict(zip(map(str, names), map(str, told), strict=True))


def killed(name: str, seen: timedelta) -> ServiceStatus:
    return replace(service(name, seen=seen), ended=True)


RUN = service("run")
BROKEN = BrokenConfig(files=("subscribers.toml",), faults=("one", "two"), since=NOW)
WELL = DeploymentStatus(
    at=NOW,
    data="/data",
    kafka="127.0.0.1:1",
    private_kafka=True,
    services=tuple(map(service, ("deliver", "poll", "work", "run"))),
    lag=(StageLag(stage="tag", topic="stories", behind=3, oldest=NOW - timedelta(seconds=2)),),
    feeds=FeedCounts(states={"ok": 8, "unreachable": 2, "silent": 1}),
    outbox=OutboxCounts(states={"done": 9, "pending": 1, "failed": 4}, oldest=NOW),
    dead_letters=DeadLetterCounts(kept=5, last_day=0),
    disk=DiskSpace(free=50 * GB, total=100 * GB),
)


def test_what_goes_well_or_mends_itself_needs_nobody() -> None:
    assert problems(WELL) == ()


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (replace(WELL, services=()), "nothing runs on /data"),
        (replace(WELL, services=(*WELL.services[:2], RUN)), "work does not run"),
        (replace(WELL, services=WELL.services[:3]), "wirewatch run does not run"),
        (
            replace(WELL, services=(*WELL.services[:2], service("work", seen=HOUR), RUN)),
            "work (pid 1) has given no sign of life for 1 hour",
        ),
        (
            replace(WELL, services=(*WELL.services[:2], killed("work", HOUR), RUN)),
            "work (pid 1) was killed 1 hour ago",
        ),
        (
            replace(
                WELL,
                services=(*WELL.services[:2], replace(killed("work", HOUR), of_run=True), RUN),
            ),
            "work (pid 1) has given no sign of life for 1 hour",
        ),
        (replace(WELL, broken=BROKEN), "subscribers.toml: 2 faults, so the last good one is in"),
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
        (replace(WELL, dead_letters=DeadLetterCounts(kept=5, last_day=1)), "1 record could not be"),
        (replace(WELL, disk=DiskSpace(free=GB // 2, total=100 * GB)), "500.0 MB are free"),
        (replace(WELL, disk=DiskSpace(free=4 * GB, total=100 * GB)), "4.0 GB are free"),
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
def test_what_needs_a_person_is_named_with_a_remedy(status: DeploymentStatus, told: str) -> None:
    (found,) = problems(status)
    assert told in found.what
    assert found.remedy


def test_who_was_killed_and_is_not_to_come_back_can_be_dismissed() -> None:
    (found,) = problems(replace(WELL, services=(*WELL.services, killed("work", HOUR))))
    assert "delete /data/services/work-1.json" in found.remedy


def test_a_kafka_that_its_run_starts_again_is_not_well_and_needs_nobody() -> None:
    away = replace(WELL, kafka=None, kafka_fault="none runs on this data folder", lag=None)
    assert problems(away) == ()
    assert [str(line) for line in verdict(away)] == [KAFKA_STARTING]
    assert rows(away)["Kafka"] == "is being started"


def test_feeds_that_were_not_polled_yet_are_no_problem() -> None:
    assert problems(replace(WELL, feeds=FeedCounts(states={"new": 9}))) == ()
    assert problems(replace(WELL, feeds=FeedCounts(states={"ok": 1, "unreachable": 2}))) == ()


def test_services_on_a_kafka_of_the_operators_own_may_run_elsewhere() -> None:
    assert problems(replace(WELL, private_kafka=False, services=WELL.services[:1])) == ()


def test_what_a_young_run_has_yet_to_start_is_starting_and_no_problem() -> None:
    young = replace(RUN, started=NOW - timedelta(seconds=50))
    status = replace(WELL, services=(WELL.services[0], young), kafka_fault="nothing listens there")
    assert problems(status) == ()
    assert starting(status) == ("poll", "work")
    assert rows(status)["services"].endswith("run up 50 seconds, poll starting, work starting")
    assert "starting" in str(next(verdict(status)))
    (away,) = problems(replace(status, private_kafka=False))
    assert "nothing listens there" in away.what
    late = replace(status, services=(WELL.services[0], RUN), kafka_fault=None)
    assert [one.what for one in problems(late)] == ["poll does not run", "work does not run"]


def test_what_came_while_nothing_ran_is_worked_off_after_a_start_and_no_problem_at_once() -> None:
    behind = (StageLag(stage="tag", topic="s", behind=7, oldest=NOW - 9 * HOUR),)
    others = WELL.services[:2]
    for run, work, private, told in (
        (NOW - HOUR / 20, NOW - HOUR / 20, True, False),
        (NOW - HOUR, NOW - HOUR / 20, True, True),  # its run starts it again and again
        (None, NOW - HOUR / 20, False, False),
        (None, NOW - HOUR, False, True),
        (None, None, False, True),  # it may run on another machine
    ):
        more = [
            replace(service(name), started=began)
            for name, began in (("run", run), ("work", work))
            if began is not None
        ]
        status = replace(WELL, lag=behind, services=(*others, *more), private_kafka=private)
        assert bool(problems(status)) is told, (run, work)


def test_what_was_killed_a_moment_ago_is_started_again_by_its_run() -> None:
    services = (*WELL.services[:2], killed("work", timedelta(seconds=3)), RUN)
    assert problems(replace(WELL, services=services)) == ()
    assert rows(replace(WELL, services=services))["services"].endswith("work starting")
    (_, alone) = problems(replace(WELL, services=services[:3]))
    assert alone.remedy == "start it: wirewatch run"


def test_a_kafka_that_stands_still_under_a_run_is_no_reason_to_start_one() -> None:
    silent = replace(WELL, kafka_fault="it doesn't answer")
    (found,) = problems(silent)
    assert "/data/kafka/kafka.log" in found.remedy
    assert "stop wirewatch run and start it again" in found.remedy
    without = problems(replace(silent, services=()))
    assert [one.remedy for one in without][-1] == "start wirewatch run, which starts it"


def test_the_dead_of_a_run_that_has_ended_are_no_news() -> None:
    def seen(service: str, started: int, *, dead: bool) -> Presence:
        at = NOW + timedelta(seconds=started)
        known = ServiceFile(service=service, pid=started, started=at, of_run=service != "run")
        return Presence(known, at + timedelta(seconds=5), dead)

    run, again = seen("run", 0, dead=True), seen("run", 60, dead=False)
    child, killed_again = seen("poll", 10, dead=True), seen("poll", 70, dead=True)
    assert current([run, child]) == []
    assert current([run, child, again]) == [again]
    assert current([child, again, killed_again]) == [killed_again, again]
    alone = Presence(replace(child.file, of_run=False), child.seen, dead=True)
    assert current([alone]) == [alone]


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
