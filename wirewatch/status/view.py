"""A status for people: one screen. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

from connectors.lengths import in_words
from streams.model.feed_health import READABLE
from wirewatch.counted import counted
from wirewatch.status.problems import is_alive, is_kafka_coming, starting
from wirewatch.status.records import CanaryStatus, DeploymentStatus, StageLag
from wirewatch.status.wording import NAMED, bytes_in_words, listed

GOOD = "all is well"
STARTING = "it is starting; nothing needs you so far"
KAFKA_STARTING = "Kafka is being started again; nothing needs you so far"


def screen(status: DeploymentStatus) -> Table:
    """Return the facts, a line each."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, told in _rows(status):
        table.add_row(name, told)
    return table


def verdict(status: DeploymentStatus) -> Iterator[Text]:
    """Return what needs a person, a line each with its remedy; or that nothing does."""
    if not status.problems:
        yield Text(_when_well(status), "bold green")
    for problem in status.problems:
        yield Text.assemble((problem.what, "bold red"), f": {problem.remedy}")


def _when_well(status: DeploymentStatus) -> str:
    if starting(status):
        return STARTING
    return KAFKA_STARTING if is_kafka_coming(status) else GOOD


def _answers(status: DeploymentStatus) -> str:
    """Return whether Kafka answers, and which of its addresses don't."""
    if status.kafka_fault is not None:
        return "is being started" if is_kafka_coming(status) else status.kafka_fault
    silent = status.kafka_silent
    if not silent or not status.kafka:
        return "answers"
    count = len(status.kafka.split(","))
    away = "; ".join(f"{address}: {why}" for address, why in silent.items())
    return f"{count - len(silent)} of {count} addresses answer ({away})"


def _rows(status: DeploymentStatus) -> Iterator[tuple[str, str]]:
    own = "private" if status.private_kafka else "your own"
    answers = _answers(status)
    yield "Kafka", f"{status.kafka} ({own}), {answers}" if status.kafka else answers
    soon = starting(status)
    services = [
        f"{one.service} up {in_words(status.at - one.started)}"
        if is_alive(one, status.at)
        else f"{one.service} gone {in_words(status.at - one.seen)} ago"
        for one in status.services
        if not (one.ended and one.service in soon)
    ]
    services += [f"{name} starting" for name in soon]
    yield "services", ", ".join(services) or "none"
    if status.lag is not None:
        yield "lag", ", ".join(_lag(one, status.at) for one in status.lag)
    if status.canary is not None:
        yield "canary", _canary(status.canary, status.at)
    if status.feeds is not None:
        yield "feeds", _feeds(status.feeds.states)
    if status.outbox is not None:
        yield "outbox", _outbox(status)
    if status.dead_letters is not None:
        kept = status.dead_letters.kept
        new = status.dead_letters.last_day
        yield "dead letters", f"{kept:,} kept, {new:,} of the last day not put back"
    if status.disk is not None:
        free, total = bytes_in_words(status.disk.free), bytes_in_words(status.disk.total)
        yield "disk", f"{free} free of {total}, for {status.data}"


def _canary(canary: CanaryStatus, at: datetime) -> str:
    if canary.sent is None or canary.arrived is None:
        return "none has come yet"
    took = (canary.arrived - canary.sent).total_seconds()
    late = f"; LATE since {canary.late:%H:%M} UTC" if canary.late is not None else ""
    return f"sent {in_words(at - canary.sent)} ago, came after {took:.1f} s{late}"


def _lag(one: StageLag, at: datetime) -> str:
    if not one.behind:
        return f"{one.stage} 0"
    notes = [f"oldest {in_words(at - one.oldest)} ago"] if one.oldest is not None else []
    if one.never_committed:
        notes.append(f"{counted(one.never_committed, 'partition')} never read")
    return f"{one.stage} {one.behind:,}" + (f" ({', '.join(notes)})" if notes else "")


def _feeds(states: dict[str, int]) -> str:
    """Count by state, the good ones first."""
    ordered = sorted(states.items(), key=lambda one: (one[0] not in READABLE, -one[1]))
    return ", ".join(f"{count:,} {state.replace('_', ' ')}" for state, count in ordered) or "none"


def _outbox(status: DeploymentStatus) -> str:
    outbox = status.outbox
    if outbox is None:
        return ""
    told = ", ".join(f"{count:,} {state}" for state, count in sorted(outbox.states.items()))
    if outbox.oldest is not None:
        since = outbox.oldest.astimezone(UTC)
        told += f"; the oldest pending since {since:%Y-%m-%d %H:%M} UTC"
    if outbox.failing:
        told += f"; receivers that fail: {listed(tuple(outbox.failing), NAMED)}"
    return told or "empty"
