"""What is told of feeds, and how often: a folder may be looked into every second."""

from datetime import timedelta

import structlog
from msgspec.structs import replace

from streams.model.feed_health import FeedHealth

log = structlog.get_logger()

TELL_EVERY = timedelta(minutes=1)
"""How often it is told of a feed that it is as it was."""


def is_news(told: FeedHealth | None, now: FeedHealth) -> bool:
    """Whether a feed's health is to be told, given what was `told` of it last."""
    if told is None or now.stories or now.polled - told.polled >= TELL_EVERY:
        return True
    as_then = replace(
        now,
        polled=told.polled,
        last_ok=told.last_ok,
        next_poll=told.next_poll,
        interval=told.interval,
        entries=told.entries,
        stories=told.stories,
    )
    return as_then != told


class HealthTold:
    """Remembers what was told of each feed since the start."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._last: dict[str, FeedHealth] = {}

    def is_news(self, now: FeedHealth) -> bool:
        """Whether a feed's health is to be told."""
        return is_news(self._last.get(now.feed), now)

    def tell(self, health: FeedHealth, seconds: float) -> None:
        """Tell the log of a poll that took so long; Kafka has its health."""
        self._last[health.feed] = health
        say = log.info if health.state.readable else log.warning
        say(
            "feed_polled",
            feed=health.feed,
            state=health.state.value,
            entries=health.entries,
            stories=health.stories,
            ms=round(1000 * seconds),
            **({"detail": health.detail} if health.detail else {}),
        )

    def forget(self, feed: str) -> None:
        """Forget a feed that is polled no more."""
        self._last.pop(feed, None)
