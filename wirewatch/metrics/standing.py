"""Metrics of how things stand, found out when Prometheus asks."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from connectors.errors import ConnectorError
from connectors.kafka.lag import TopicLag
from wirewatch.errors import ProgramError
from wirewatch.status.records import DiskSpace, FeedCounts, OutboxCounts

ASKED_SECONDS = 15.0
"""How long an answer counts: Kafka isn't asked anew by each of several who scrape."""


class CachingCollector(Collector):
    """Asks for what it exports, at most every fifteen seconds; what can't be had is left out."""

    def __init__(
        self, ask: Callable[[], Iterable[Metric]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Ask at the first scrape."""
        self._ask = ask
        self._clock = clock
        self._asked: float | None = None
        self._answer: list[Metric] = []

    def describe(self) -> Iterable[Metric]:
        """Return nothing: to know the names, it would have to ask."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Return the metrics."""
        now = self._clock()
        if self._asked is None or now - self._asked >= ASKED_SECONDS:
            self._answer = list(self._ask())
            self._asked = now
        yield from self._answer


def tried(ask: Callable[[], Iterable[Metric]]) -> list[Metric]:
    """Return metrics, or none where they can't be found out: what is absent says so."""
    try:
        return list(ask())
    except (ConnectorError, ProgramError):
        return []


def lag(stages: Iterable[tuple[str, TopicLag]]) -> Iterator[Metric]:
    """Return the records that wait, by stage and partition."""
    records = GaugeMetricFamily(
        "wirewatch_lag_records",
        "Records that a stage has yet to process; of a partition never committed, all",
        labels=["stage", "topic", "partition"],
    )
    never = GaugeMetricFamily(
        "wirewatch_never_committed_partitions",
        "Partitions with records of which the stage never took any",
        labels=["stage"],
    )
    for stage, topic in stages:
        for one in topic.partitions:
            records.add_metric([stage, topic.topic, str(one.partition)], one.behind)
        never.add_metric([stage], topic.never_committed)
    yield from (records, never)


def archive_lag(topics: Iterable[TopicLag]) -> Iterator[Metric]:
    """Return how many records of each topic the archive has yet to take in."""
    records = GaugeMetricFamily(
        "wirewatch_archive_lag_records", "Records that the archive hasn't yet", labels=["topic"]
    )
    for topic in topics:
        records.add_metric([topic.topic], topic.behind)
    yield records


def archive_size(size: int) -> Iterator[Metric]:
    """Return the size of the archive."""
    yield GaugeMetricFamily("wirewatch_archive_bytes", "Size of the archive's file", value=size)


def caught_up(at: datetime | None) -> Iterator[Metric]:
    """Return up to when the archive that the page reads has all; nothing where nobody knows."""
    if at is not None:
        name = "wirewatch_archive_caught_up_timestamp_seconds"
        what = "Up to when the archive that the page reads has all; 0 while it is first filled"
        yield GaugeMetricFamily(name, what, value=at.timestamp())


def outbox(counts: OutboxCounts, now: float) -> Iterator[Metric]:
    """Return what is in the outbox."""
    states = GaugeMetricFamily("wirewatch_outbox", "Deliveries by state", labels=["state"])
    for state, count in {"pending": 0, **counts.states}.items():
        states.add_metric([state], count)
    yield states
    oldest = 0.0 if counts.oldest is None else now - counts.oldest.timestamp()
    yield GaugeMetricFamily(
        "wirewatch_outbox_oldest_seconds", "How long the oldest delivery waits", value=oldest
    )
    yield GaugeMetricFamily(
        "wirewatch_failing_receivers", "Subscribers whose receivers fail", value=len(counts.failing)
    )


def feeds(counts: FeedCounts) -> Iterator[Metric]:
    """Return the feeds by state."""
    states = GaugeMetricFamily("wirewatch_feeds", "Feeds by state", labels=["state"])
    for state, count in counts.states.items():
        states.add_metric([state], count)
    yield states


def disk(found: DiskSpace) -> Iterator[Metric]:
    """Return the room on the disk of the data folder."""
    free, total = "wirewatch_disk_free_bytes", "wirewatch_disk_size_bytes"
    yield GaugeMetricFamily(free, "Free room where the data folder is", value=found.free)
    yield GaugeMetricFamily(total, "Size of the disk of the data folder", value=found.total)
