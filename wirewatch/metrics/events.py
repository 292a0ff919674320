"""Metrics of what happens, counted from the very events that the log tells of."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from streams.model.alert import AlertEvent, Kind
from streams.model.feed_health import READABLE
from wirewatch.runtime.child_process import ServiceMessage
from wirewatch.runtime.run_stats import RETRIES

READY = frozenset({"polling", "working", "delivering", "archiving"})
"""What a service says when it is up."""
PAGE = "page"
"""What the page says then, and it may be up long before the rest of a run."""
STAGES = ("tag", "match", "gather", "rule")
ENDED: Mapping[str, str] = {
    "delivered": "delivered",
    "delivery_failed": "failed",
    "delivery_moot": "moot",
    "given_up": "failed",
    "subscriber_stopped": "failed",
}
"""How a delivery ends, by the event that says so."""
SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400)
"""From a tenth of a second after a story was seen to a day after it was published."""


class EventMetrics:
    """Counts what one process does. `clock` gives seconds since the epoch."""

    def __init__(self, registry: CollectorRegistry, clock: Callable[[], float] = time.time) -> None:
        """Register all metrics, so that each is there before anything happens."""
        self._clock = clock
        self.ready = False
        """Whether the service has said that it is up."""
        self._progress: dict[str, int] = {}
        self._stories = Counter("wirewatch_stories", "New stories put on Kafka", registry=registry)
        self._polls = Counter(
            "wirewatch_polls", "Polls by the state of the feed", ["state"], registry=registry
        )
        self._records = Counter(
            "wirewatch_records",
            "Records that a stage of work took in, and handed on",
            ["stage", "direction"],
            registry=registry,
        )
        self._deliveries = Counter(
            "wirewatch_deliveries", "Deliveries by how they ended", ["outcome"], registry=registry
        )
        self._dead = Counter(
            "wirewatch_dead_letters", "Records that could not be processed", registry=registry
        )
        self._retries = Counter(
            "wirewatch_retries", "Things tried again, by what failed", ["event"], registry=registry
        )
        self._restarts = Counter(
            "wirewatch_restarts", "Services started again by run", ["service"], registry=registry
        )
        self._requests = Counter(
            "wirewatch_page_requests",
            "Requests to the page by view and kind of status",
            ["view", "status"],
            registry=registry,
        )
        self._last = {
            what: Gauge(f"wirewatch_last_{what}_timestamp_seconds", text, registry=registry)
            for what, text in (
                ("good_poll", "When a feed was last read"),
                (
                    "progress",
                    "When a stage of work last got on",
                ),
                ("delivery", "When a receiver last took something"),
                ("canary", "When the last canary that came through was sent"),
            )
        }
        self._canary = Gauge(
            "wirewatch_canary_seconds", "How long the last canary took", registry=registry
        )
        self._canary_late = Gauge(
            "wirewatch_canary_late", "1 while no canary comes through", registry=registry
        )
        self._alerts = Histogram(
            "wirewatch_alert_seconds",
            "From when a story was published, or first seen, to its alert",
            ["since"],
            buckets=SECONDS,
            registry=registry,
        )
        for since in ("published", "first_seen"):
            self._alerts.labels(since)

    def hear(self, facts: Mapping[str, Any]) -> None:
        """Take in an event of the log."""
        event = str(facts.get("event", ""))
        if event in READY or event == PAGE:
            self.ready = True
        elif event in RETRIES:
            self._retries.labels(event).inc()
        elif event in ENDED:
            self._ended(event, facts)
        match event:
            case "feed_polled":
                self._polled(facts)
            case "progress":
                self._progressed(facts)
            case "dead_letter":
                self._dead.inc()
            case "dead_letters":
                self._dead.inc(_number(facts, "count", 1))
            case "canary" | "canary_late" | "canary_back":
                self._of_canary(event, facts)

    def _ended(self, event: str, facts: Mapping[str, Any]) -> None:
        self._deliveries.labels(ENDED[event]).inc(_number(facts, "count", 1))
        if event == "delivered":
            self._last["delivery"].set(self._clock())

    def _of_canary(self, event: str, facts: Mapping[str, Any]) -> None:
        if event == "canary":
            seconds = float(facts.get("seconds", 0.0))
            self._canary.set(seconds)
            self._last["canary"].set(self._clock() - seconds)
        else:
            self._canary_late.set(event == "canary_late")

    def of_run(self, said: ServiceMessage) -> None:
        """Take in what a service of the run says: only what its own metrics can't tell."""
        event = said.facts.get("event")
        if event == "restarting":
            self._restarts.labels(said.service).inc()
        elif event in READY:
            self.ready = True

    def page_request(self, view: str, status: int) -> None:
        """Take in that the page answered a request."""
        self._requests.labels(view, f"{status // 100}xx").inc()

    def alert(self, event: AlertEvent) -> None:
        """Take in an alert event: what opens one tells how late it came."""
        times = event.times
        if event.kind is not Kind.OPENED or event.shadow or times.raised is None:
            return
        for since, begun in (("published", times.published), ("first_seen", times.first_seen)):
            if begun is not None:
                seconds = (times.raised - begun).total_seconds()
                self._alerts.labels(since).observe(max(seconds, 0.0))

    def _polled(self, facts: Mapping[str, Any]) -> None:
        state = str(facts.get("state", ""))
        self._polls.labels(state).inc()
        self._stories.inc(_number(facts, "stories", 0))
        if state in READABLE:
            self._last["good_poll"].set(self._clock())

    def _progressed(self, facts: Mapping[str, Any]) -> None:
        for stage in STAGES:
            for direction in ("in", "out"):
                name = f"{stage}_{direction}"
                more = _number(facts, name, 0) - self._progress.get(name, 0)
                if more > 0:
                    self._progress[name] = _number(facts, name, 0)
                    self._records.labels(stage, direction).inc(more)
        self._last["progress"].set(self._clock())


def _number(facts: Mapping[str, Any], name: str, default: int) -> int:
    value = facts.get(name, default)
    return value if isinstance(value, int) else default
