"""Find out how a deployment is doing: from Kafka, from the data folder, from the disk.

Nothing is changed, so that this may be done while all runs. What can't be read is told among the
faults, and the rest is found out all the same.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from connectors.delivery.canary import FILE as CANARY_FILE
from connectors.delivery.canary import canary_state
from connectors.delivery.outbox.summary import outbox_summary
from connectors.delivery.reader import GROUP as DELIVER_GROUP
from connectors.errors import ConnectorError
from connectors.kafka import Consumer
from connectors.kafka.lag import TopicLag, topic_lag
from connectors.polling.feed_state import health_in
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import ALERTS, DEAD_LETTERS, MATCHES, STORIES, TAGGED, VERDICTS, Topic
from streams.model.feed_health import FeedHealth
from streams.worker.settings import GROUP as WORK_GROUP
from wirewatch.archive.lag import archive_lag
from wirewatch.config import Config
from wirewatch.config.last_good import ConfigInForce
from wirewatch.config.report import each
from wirewatch.dead_letters.kept import DeadLetters
from wirewatch.errors import ProgramError
from wirewatch.local_kafka import running_at
from wirewatch.runtime import kafka_wait
from wirewatch.runtime.kafka_login import KAFKA, access_to
from wirewatch.runtime.presence import presences
from wirewatch.runtime.run import ARCHIVE
from wirewatch.status.problems import NEW, problems
from wirewatch.status.records import (
    SERVICES,
    BrokenConfig,
    CanaryStatus,
    DeadLetterCounts,
    DeploymentStatus,
    DiskSpace,
    FeedCounts,
    OutboxCounts,
    ServiceStatus,
    StageLag,
)

STAGES: tuple[tuple[str, Topic], ...] = (
    ("tag", STORIES),
    ("match", TAGGED),
    ("gather", MATCHES),
    ("rule", VERDICTS),
)
"""The stages of work, each with the topic that it reads."""
OUTBOX = "outbox.sqlite"
UNREAD = timedelta(days=1)
"""For how long nobody could read a feed that a person should look at."""
DAY = timedelta(days=1)
MOST_LETTERS = 2_000
"""Dead letters of the last day up to which status reads which were put back: more of them need
somebody in any case."""

ResultT = TypeVar("ResultT")


def status(in_force: ConfigInForce, now: datetime) -> DeploymentStatus:
    """Return how the deployment of a configuration is doing, judged."""
    found = replace(_Collecting(in_force.config, now).all(), broken=broken_config(in_force))
    return replace(found, problems=problems(found))


def broken_config(in_force: ConfigInForce) -> BrokenConfig | None:
    """Return the faults of the files that a last good configuration stands in for."""
    if in_force.faults is None or in_force.since is None:
        return None
    files = sorted({fault.file for fault in in_force.faults.faults})
    return BrokenConfig(
        files=tuple(files), faults=tuple(each(in_force.faults)), since=in_force.since
    )


class _Collecting:
    """Takes one thing after the other, and goes on when one can't be had."""

    def __init__(self, config: Config, now: datetime) -> None:
        self._config = config
        self._data = config.settings.data
        self._now = now
        self._faults: list[str] = []

    def all(self) -> DeploymentStatus:
        settings = self._config.settings
        outbox = self._tried(lambda: outbox_of(self._data))
        address = settings.kafka or running_at(self._data / KAFKA)
        kafka, fault, silent = self._reached(address)
        lag = dead = None
        if kafka is not None:
            lag = self._tried(partial(self._lag, kafka))
            dead = self._tried(partial(self._dead_letters, kafka))
        feeds = self._tried(lambda: feed_health(self._config, self._now))
        return DeploymentStatus(
            at=self._now,
            expected=(*SERVICES, ARCHIVE) if settings.archive_enabled else SERVICES,
            data=str(self._data),
            kafka=address,
            private_kafka=not settings.kafka,
            kafka_fault=fault,
            kafka_silent=silent,
            services=_services(self._data),
            lag=lag,
            canary=self._canary(),
            feeds=feeds,
            outbox=outbox,
            dead_letters=dead,
            disk=room(self._data),
            faults=tuple(self._faults),
        )

    def _reached(
        self, address: str | None
    ) -> tuple[KafkaAccess | None, str | None, dict[str, str]]:
        """Return the Kafka to ask, or why there is none; and which of its addresses are silent."""
        if address is None:
            return None, "none runs on this data folder", {}
        kafka = self._tried(partial(access_to, address, self._config.settings))
        if kafka is None:
            return None, "how to log in can't be read", {}
        fault, silent = kafka_wait.silence_by_address(kafka)
        return (kafka if fault is None else None), fault, silent

    def _tried(self, find: Callable[[], ResultT]) -> ResultT | None:
        try:
            return find()
        except (ConnectorError, ProgramError) as error:
            self._faults.append(str(error))
            return None

    def _lag(self, kafka: KafkaAccess) -> tuple[StageLag, ...]:
        prefix = self._config.settings.prefix
        stages = tuple(
            StageLag(
                stage=stage,
                topic=prefix + one.topic,
                behind=one.behind,
                never_committed=one.never_committed,
                oldest=one.oldest,
            )
            for stage, one in lag_of_stages(self._config, kafka)
        )
        return (*stages, *self._archive_lag(kafka))

    def _archive_lag(self, kafka: KafkaAccess) -> Iterator[StageLag]:
        """Return how far the archive is with all that it reads, if there is one."""
        settings = self._config.settings
        if not settings.archive_enabled:
            return
        lag = self._tried(lambda: archive_lag(self._data, kafka, settings.prefix))
        if lag:
            yield StageLag(
                stage=ARCHIVE,
                topic=", ".join(settings.prefix + one.topic for one in lag),
                behind=sum(one.behind for one in lag),
                oldest=min((one.oldest for one in lag if one.oldest is not None), default=None),
            )

    def _canary(self) -> CanaryStatus | None:
        settings = self._config.settings
        if not settings.canary_every:
            return None
        file = self._data / CANARY_FILE
        known = canary_state(file)
        if known is None:
            if file.exists():  # else none was sent yet
                self._faults.append(
                    f"{file} can't be read: whether alerts come through isn't known"
                )
            return None
        return CanaryStatus(
            limit=settings.canary_limit, sent=known.sent, arrived=known.arrived, late=known.late
        )

    def _dead_letters(self, kafka: KafkaAccess) -> DeadLetterCounts:
        prefix = self._config.settings.prefix
        with closing(Consumer(kafka, group=None, topics=(), prefix=prefix)) as consumer:
            kept = consumer.places(DEAD_LETTERS, None)
            of_late = consumer.places(DEAD_LETTERS, self._now - DAY)
        last_day = sum(end - first for first, end in of_late.values())
        if 0 < last_day <= MOST_LETTERS:
            letters = DeadLetters(kafka=kafka, prefix=prefix, progress=False)
            last_day = sum(not one.replayed for one in letters.all(self._now - DAY))
        kept_now = sum(end - first for first, end in kept.values())
        return DeadLetterCounts(kept=kept_now, last_day=last_day)


def _services(data: Path) -> tuple[ServiceStatus, ...]:
    return tuple(
        ServiceStatus(
            service=one.file.service,
            pid=one.file.pid,
            started=one.file.started,
            seen=one.seen,
            ended=one.dead,
            of_run=one.file.of_run,
        )
        for one in presences(data)
    )


def feed_counts(config: Config, health: list[FeedHealth], now: datetime) -> FeedCounts:
    """Count the feeds that are polled by their states, and name those that are long unread."""
    known = {one.feed: one for one in health}
    polled = [feed.id for feed in config.feeds if not feed.paused]
    states = Counter(known[name].state.value if name in known else NEW for name in polled)
    unread = (name for name in polled if name in known and long_unread(known[name], now))
    return FeedCounts(states=dict(states), unread=tuple(unread))


def long_unread(health: FeedHealth, now: datetime) -> bool:
    """Say whether nobody could read a feed for so long that a person should look at it."""
    if health.state.readable:
        return False
    return health.failures > 1 if health.last_ok is None else now - health.last_ok >= UNREAD


def outbox_of(data: Path) -> OutboxCounts:
    """Return what is in the outbox of a data folder. Raises `ConnectorError`."""
    found = outbox_summary(data / OUTBOX)
    stopped = {name: one.why for name, one in found.stopped.items()}
    return OutboxCounts(
        states=found.states, oldest=found.oldest, failing=found.failing, stopped=stopped
    )


def lag_of_stages(
    config: Config, kafka: KafkaAccess, *, oldest: bool = True
) -> list[tuple[str, TopicLag]]:
    """Return how far each stage is. Raises `ConnectorError`. Blocks."""
    prefix = config.settings.prefix
    of_topic = partial(topic_lag, kafka, prefix=prefix, oldest=oldest)
    found = [(stage, of_topic(topic, WORK_GROUP)) for stage, topic in STAGES]
    # The outbox knows better than Kafka up to where it has read.
    read = outbox_summary(config.settings.data / OUTBOX).positions
    return [*found, ("deliver", of_topic(ALERTS, DELIVER_GROUP, positions=read or None))]


def feed_health(config: Config, now: datetime) -> FeedCounts:
    """Count the feeds that are polled by their states. Raises `ConnectorError`."""
    return feed_counts(config, health_in(config.settings.data / "feeds.sqlite"), now)


def room(data: Path) -> DiskSpace | None:
    """Return the room on the disk that a data folder is on, or is to be made on."""
    there = next((folder for folder in (data, *data.parents) if folder.is_dir()), None)
    if there is None:
        return None
    usage = shutil.disk_usage(there)
    return DiskSpace(free=usage.free, total=usage.total)
