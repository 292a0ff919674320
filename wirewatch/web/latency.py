"""Where the time went between a story's publication and its alert. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from streams.model.delivery import DeliveryReport, DeliveryResult
from streams.model.timestamps import Timestamps

WIDTH = 1000
"""Of the bar, in its own units."""


class Stage(NamedTuple):
    """A stretch of the way: what happened in it, how long it took, and where it is in the bar."""

    name: str
    seconds: float
    start: float
    width: float


class AlertLatency(NamedTuple):
    """How long a story lay at its outlet before it was seen, and what it took from then on."""

    unseen: timedelta | None
    stages: tuple[Stage, ...]

    @property
    def seconds(self) -> float:
        """All that it took here."""
        return sum(stage.seconds for stage in self.stages)


def latency(times: Timestamps, deliveries: Sequence[DeliveryReport]) -> AlertLatency:
    """Return where the time went of one event; `deliveries` are those of this event."""
    came = [one.at for one in deliveries if one.result is DeliveryResult.DELIVERED]
    points: list[tuple[str, datetime | None]] = [
        ("read", times.produced),
        ("tagged", times.tagged),
        ("matched", times.matched),
        ("raised", times.raised),
        ("delivered", min(came, default=None)),
    ]
    begin = times.first_seen
    if begin is None:
        return AlertLatency(None, ())
    spans: list[tuple[str, float]] = []
    last = begin
    for name, at in points:
        if at is not None:
            spans.append((name, max(0.0, (at - last).total_seconds())))
            last = max(last, at)
    total = sum(seconds for _, seconds in spans) or 1.0
    stages, start = [], 0.0
    for name, seconds in spans:
        width = seconds / total * WIDTH
        stages.append(Stage(name, seconds, start, width))
        start += width
    unseen = None if times.published is None else max(begin - times.published, timedelta())
    return AlertLatency(unseen, tuple(stages))
