"""The metrics of a service, served where `[metrics]` in `wirewatch.toml` says; off without that."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, Gauge, Info, ProcessCollector
from prometheus_client.core import Metric

from connectors.kafka import KafkaError
from streams.contract.kafka_access import KafkaAccess
from wirewatch.archive.caught_up import caught_up_at
from wirewatch.archive.lag import archive_bytes, archive_lag
from wirewatch.config import Config
from wirewatch.metrics import server, standing
from wirewatch.metrics.events import EventMetrics
from wirewatch.runtime import kafka_wait, logs
from wirewatch.runtime.presence import file_of
from wirewatch.status.collect import feed_health, lag_of_stages, outbox_of, room

STILL_SECONDS = 60.0
"""Without a turn of the event loop, after which a service isn't healthy."""
ANSWER_SECONDS = 5.0
"""How long it counts that Kafka answered."""

Ask = Callable[[], Iterable[Metric]]


@contextmanager
def metrics(
    config: Config, service: str, kafka: KafkaAccess | None, *, number: int = 0
) -> Iterator[EventMetrics | None]:
    """Serve the metrics of a service while what is inside runs, if they are wanted.

    `number` tells services of one name on one machine apart: each has the port after the last.
    """
    settings = config.settings
    listen = settings.metrics_of(service)
    if not listen:
        yield None
        return
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    known = {"version": version("wirewatch"), "service": service}
    Info("wirewatch", "Which wirewatch this is", registry=registry).info(known)
    started = Gauge("wirewatch_started_timestamp_seconds", "When it started", registry=registry)
    started.set(time.time())
    events = EventMetrics(registry)
    if ask := _asked(config, service, kafka):
        registry.register(standing.CachingCollector(ask))
    parts = urlsplit(f"//{listen}")
    place = (parts.hostname or "", (parts.port or 0) + number)
    healthy = partial(_healthy, settings.data, service)
    ready = partial(_ready, events, Answers(kafka))
    with (
        logs.heard(events.hear),
        server.serving(place, registry, healthy=healthy, ready=ready),
    ):
        yield events


def _asked(config: Config, service: str, kafka: KafkaAccess | None) -> Ask | None:
    """Return what finds out how things stand that this service is to tell of."""
    data, now = config.settings.data, datetime.now

    def of_poll() -> Iterator[Metric]:
        yield from standing.tried(lambda: standing.feeds(feed_health(config, now(UTC))))

    def of_deliver() -> Iterator[Metric]:
        if kafka is not None:
            lag = partial(lag_of_stages, config, kafka, oldest=False)
            yield from standing.tried(lambda: standing.lag(lag()))
        yield from standing.tried(lambda: standing.outbox(outbox_of(data), time.time()))
        if (disk := room(data)) is not None:
            yield from standing.disk(disk)

    def of_archive() -> Iterator[Metric]:
        if kafka is not None:
            behind = partial(archive_lag, data, kafka, config.settings.prefix, oldest=False)
            yield from standing.tried(lambda: standing.archive_lag(behind()))
        yield from standing.archive_size(archive_bytes(data))

    def of_web() -> Iterator[Metric]:
        yield from standing.caught_up(caught_up_at(data))

    asks = {"poll": of_poll, "deliver": of_deliver, "archive": of_archive, "web": of_web}
    return asks.get(service)


def _healthy(data: Path, service: str) -> str | None:
    if service == "run":
        return None  # it answers
    path = file_of(data, service, os.getpid())
    try:
        still = time.time() - path.stat().st_mtime
    except OSError:
        return "it is starting or stopping"
    return f"its event loop stands still for {still:.0f} s" if still > STILL_SECONDS else None


class Answers:
    """Whether Kafka answers, asked at most every few seconds."""

    def __init__(self, kafka: KafkaAccess | None) -> None:
        """Ask at the first question."""
        self._kafka = kafka
        self._asked = 0.0
        self._wrong: str | None = None

    def __call__(self) -> str | None:
        """Say what is wrong with Kafka."""
        if self._kafka is None:
            return None
        if time.monotonic() - self._asked > ANSWER_SECONDS:
            try:
                why = kafka_wait.silence(self._kafka)
            except KafkaError as error:
                why = str(error)
            self._wrong = (
                None if why is None else f"Kafka at {self._kafka} {kafka_wait.fails(why)}: {why}"
            )
            self._asked = time.monotonic()
        return self._wrong


def _ready(events: EventMetrics, answers: Answers) -> str | None:
    return answers() if events.ready else "it is starting"
