"""What of a status needs a person, each with its remedy. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.delivery.canary_watch import FIRST as FIRST_CANARY
from connectors.lengths import in_words
from streams.model.feed_health import READABLE
from wirewatch.counted import counted
from wirewatch.local_kafka.log_tail import LOG
from wirewatch.runtime.kafka_login import KAFKA
from wirewatch.runtime.presence import RUN, file_of
from wirewatch.runtime.supervisor import READY_SECONDS
from wirewatch.status.records import DeploymentStatus, Problem, ServiceStatus, StageLag
from wirewatch.status.wording import NAMED, bytes_in_words, listed

START_LIMIT = timedelta(seconds=READY_SECONDS)
"""How long a run may take to start; what isn't there until then is starting."""
SILENT = timedelta(minutes=1)
"""Without a sign of life, after which a service counts as gone."""
OLD_LAG = timedelta(minutes=5)
"""How long a record may wait for a stage: a restart takes half a minute."""
OLD_DELIVERY = timedelta(hours=1)
"""How long an event may wait for its receiver before somebody should know."""
LEAST_FREE = 1_000_000_000
LEAST_FREE_SHARE = 0.05
MOST_UNREADABLE = 0.5
FEWEST_FEEDS = 4
"""Feeds from which on it means something that most can't be read; with fewer it takes all."""
WORK_REMEDY = "see whether work runs, and its log; start more workers if it can't keep up"
LAG_REMEDIES: Mapping[str, str] = {
    "deliver": "see whether deliver runs, and its log",
    "archive": "alerts go out all the same; see whether the archive's service runs, its log, and"
    " whether the disk has room",
}
NEW = "new"
"""What a feed is before its first poll."""


def problems(status: DeploymentStatus) -> tuple[Problem, ...]:
    """Return all that needs a person, the most urgent first."""
    found = [*_running(status), *_kafka(status), *_config(status)]
    found += [*_canary(status), *_lag(status), *_outbox(status), *_dead_letters(status)]
    found += [*_disk(status), *_feeds(status)]
    found += [Problem(what=fault, remedy="see the cause") for fault in status.faults]
    return tuple(found)


def is_alive(service: ServiceStatus, at: datetime) -> bool:
    """Whether a service gave a sign of life of late."""
    return not service.ended and at - service.seen <= SILENT


def starting(status: DeploymentStatus) -> tuple[str, ...]:
    """Return the services that a run is about to start, for the first time or again."""
    run = _run(status)
    if run is None:
        return ()
    alive = {one.service for one in status.services if is_alive(one, status.at)}
    if status.at - run.started <= START_LIMIT:
        return tuple(name for name in status.expected if name not in alive)
    killed = {one.service for one in status.services if _is_back_soon(one, status.at)}
    return tuple(sorted(killed))


def is_kafka_coming(status: DeploymentStatus) -> bool:
    """Whether a run is about to start its own Kafka, for the first time or again.

    If that doesn't succeed, canaries are late, which is a problem.
    """
    return status.private_kafka and status.kafka is None and _run(status) is not None


def _is_back_soon(service: ServiceStatus, at: datetime) -> bool:
    return service.ended and at - service.seen <= SILENT


def _run(status: DeploymentStatus) -> ServiceStatus | None:
    """Return the run that lives."""
    return next(
        (one for one in status.services if one.service == RUN and is_alive(one, status.at)), None
    )


def _running(status: DeploymentStatus) -> Iterator[Problem]:
    alive = {one.service for one in status.services if is_alive(one, status.at)}
    gone = [one for one in status.services if not is_alive(one, status.at)]
    soon = starting(status)
    if not alive and not gone:
        what = f"nothing runs on {status.data}"
        yield Problem(what=what, remedy="start it: wirewatch run")
        return
    for one in gone:
        if one.ended and one.service in soon:
            continue
        yield _gone(status, one)
    # On a Kafka of the operator's own, the others may run on other machines.
    if status.private_kafka and not any(one.service == RUN for one in status.services):
        yield Problem(what="wirewatch run does not run", remedy="start it: wirewatch run")
    elif status.private_kafka:
        there = {*alive, *soon, *(one.service for one in gone)}
        for name in status.expected:
            if name not in there:
                yield Problem(what=f"{name} does not run", remedy=_start(status, name))


def _gone(status: DeploymentStatus, service: ServiceStatus) -> Problem:
    ago = in_words(status.at - service.seen)
    named = f"{service.service} (pid {service.pid})"
    if service.ended and not service.of_run and service.service != RUN:
        file = file_of(Path(status.data), service.service, service.pid)
        return Problem(
            what=f"{named} was killed {ago} ago",
            remedy=f"start it again, or delete {file} if it isn't to come back",
        )
    what = f"{named} has given no sign of life for {ago}"
    return Problem(what=what, remedy=_start(status, service.service))


def _start(status: DeploymentStatus, service: str) -> str:
    if status.private_kafka:
        return "see the log of wirewatch run for the cause; stop it and start it again"
    return f"see its log for the cause, and start it again: wirewatch {service}"


def _kafka(status: DeploymentStatus) -> Iterator[Problem]:
    run = _run(status)
    young = run is not None and status.at - run.started <= START_LIMIT
    if young and status.private_kafka and starting(status):
        return  # it comes with the run
    if status.kafka_fault is not None and status.kafka is not None:
        what = f"Kafka at {status.kafka} can't be used: {status.kafka_fault}"
        own = (
            "start it, give the right address with --kafka HOST:PORT, or mend the login in the "
            "client_file under [kafka]"
        )
        private = (
            "start wirewatch run, which starts it"
            if run is None
            else f"see {Path(status.data, KAFKA, LOG)} for the cause; if it stays so for more than "
            "two minutes, stop wirewatch run and start it again"
        )
        yield Problem(what=what, remedy=private if status.private_kafka else own)


def _config(status: DeploymentStatus) -> Iterator[Problem]:
    broken = status.broken
    if broken is not None:
        count = counted(len(broken.faults), "fault")
        yield Problem(
            what=f"{listed(broken.files, NAMED)}: {count}, so the last good one is in force, "
            f"of {broken.since:%Y-%m-%d %H:%M} UTC",
            remedy="wirewatch check names the faults; what you changed takes effect once they are "
            "mended",
        )


def _canary(status: DeploymentStatus) -> Iterator[Problem]:
    canary = status.canary
    began = [one.started for one in status.services if one.service == "deliver"]
    if canary is None or not began:
        return
    last = max(began) if canary.sent is None else max(canary.sent, *began)
    overdue = (status.at - last).total_seconds() > FIRST_CANARY * canary.limit
    if canary.late is not None or overdue:
        since = "at all" if canary.sent is None else f"for {in_words(status.at - canary.sent)}"
        yield Problem(
            what=f"no canary has come through {since}: alerts may not be raised or delivered",
            remedy="see below and the logs of poll and work for what stands still",
        )


def _lag(status: DeploymentStatus) -> Iterator[Problem]:
    for one in status.lag or ():
        if one.oldest is not None and status.at - max(one.oldest, _began(one, status)) > OLD_LAG:
            ago = in_words(status.at - one.oldest)
            what = f"{one.stage} is {counted(one.behind, 'record')} behind, the oldest of {ago} ago"
            remedy = LAG_REMEDIES.get(one.stage, WORK_REMEDY)
            yield Problem(what=what, remedy=remedy)


def _began(stage: StageLag, status: DeploymentStatus) -> datetime:
    """Return since when records of a stage need not wait.

    What came while nothing ran waits when it is started; but a service that its run starts again
    and again has no excuse.
    """
    if (run := _run(status)) is not None:
        return run.started
    name = stage.stage if stage.stage in LAG_REMEDIES else "work"
    readers = (one for one in status.services if one.service == name)
    began = (one.started for one in readers if is_alive(one, status.at))
    return min(began, default=datetime.min.replace(tzinfo=UTC))


def _outbox(status: DeploymentStatus) -> Iterator[Problem]:
    if status.outbox is None:
        return
    for name, since in status.outbox.failing.items():
        if status.at - since > OLD_DELIVERY:
            what = f"the receiver of {name} has failed for {in_words(status.at - since)}"
            yield Problem(
                what=what, remedy="see deliver's log for its answers; correct its address"
            )
    for name, why in status.outbox.stopped.items():
        yield Problem(
            what=f"{name} gets nothing any more: {why}",
            remedy="correct its address in subscribers.toml, or run `wirewatch subscribers resume"
            f" {name}`; then `wirewatch deliver retry` sends what was given up",
        )
    waiting = status.outbox.oldest
    if waiting is not None and status.at - waiting > OLD_DELIVERY and not status.outbox.failing:
        what = f"an event waits to be delivered for {in_words(status.at - waiting)}"
        yield Problem(what=what, remedy="see whether deliver runs, and its log")


def _dead_letters(status: DeploymentStatus) -> Iterator[Problem]:
    if status.dead_letters is not None and status.dead_letters.last_day:
        count = counted(status.dead_letters.last_day, "record")
        yield Problem(
            what=f"{count} could not be processed in the last day",
            remedy="`wirewatch dead-letters list` names the causes; once these are mended, "
            "`dead-letters replay` puts the records back; report what is our fault",
        )


def _disk(status: DeploymentStatus) -> Iterator[Problem]:
    disk = status.disk
    if disk is not None and disk.free < max(LEAST_FREE, LEAST_FREE_SHARE * disk.total):
        what = f"the disk of {status.data} is nearly full: {bytes_in_words(disk.free)} are free"
        yield Problem(what=what, remedy="make room: nothing is lost, but all waits when it is full")


def _feeds(status: DeploymentStatus) -> Iterator[Problem]:
    if status.feeds is None:
        return
    if unread := status.feeds.unread:
        what = f"never read, or not for a day: {listed(unread, NAMED)}"
        yield Problem(
            what=what, remedy="wirewatch feeds list --bad says why; correct or remove them"
        )
    counts = {state: count for state, count in status.feeds.states.items() if state != NEW}
    polled = sum(counts.values())
    bad = sum(count for state, count in counts.items() if state not in READABLE)
    most = bad > MOST_UNREADABLE * polled if polled >= FEWEST_FEEDS else bad == polled > 0
    if most:
        what = f"{bad:,} of {polled:,} feeds can't be read"
        remedy = "wirewatch feeds list says why; see whether this machine reaches the network"
        yield Problem(what=what, remedy=remedy)
