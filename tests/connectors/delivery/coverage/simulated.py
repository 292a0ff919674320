"""Sources that live for a month in a moment: irregular, with nights, weekends and failing polls."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connectors.delivery.coverage.decision import CoverageNews, CoverageState, came, look
from connectors.polling.cadence import Rhythm, first_rhythm, learnt, silent_for
from streams.model.feed_health import FeedHealth, FeedState
from streams.model.watch import Watch

START = datetime(2026, 11, 2, tzinfo=UTC)
DAY = 86_400.0
MONTH = 30 * DAY
POLL, LOOK = 600.0, 300.0


@dataclass
class SimulatedSource:
    """A source with so many stories a day. `down` says when it can't be read, `quiet` when it
    can and shows nothing new."""

    name: str
    a_day: float
    dice: random.Random
    down: Callable[[float], bool] = lambda _: False
    quiet: Callable[[float], bool] = lambda _: False
    rhythm: Rhythm = field(default_factory=lambda: Rhythm(None, None, None))
    waiting: int = 0
    outage_until: float = 0.0
    last_ok: float | None = None

    def begin(self) -> None:
        """Learn from what it shows at first: a week."""
        dates = [-at for at in self._moments(7 * DAY)][::-1]
        self.rhythm = first_rhythm(dates, 0.0)

    def _moments(self, length: float) -> list[float]:
        moments, at = [], 0.0
        while at < length:
            at += self.dice.expovariate(self.a_day / DAY)
            if self.dice.random() < self._activity(at):
                moments.append(at)
        return moments

    def _activity(self, at: float) -> float:
        hour, weekday = (at % DAY) / 3600, int(at // DAY) % 7
        return (1.0 if 6 <= hour < 22 else 0.1) * (0.4 if weekday >= 5 else 1.0)

    def publish(self, now: float, seconds: float) -> None:
        """Let some stories come."""
        if self.quiet(now) or self.dice.random() > self._activity(now):
            return
        mean = self.a_day / DAY * seconds
        while self.dice.random() < mean / (1 + mean):
            self.waiting += 1

    def poll(self, now: float) -> FeedHealth:
        """Poll it as production does: the rhythm learns by the same functions."""
        if now >= self.outage_until and self.dice.random() < POLL / DAY:  # about once a day
            self.outage_until = now + self.dice.expovariate(1 / 900.0)
        ok = not self.down(now) and now >= self.outage_until
        stories = self.waiting if ok else 0
        if ok:
            self.rhythm, self.waiting = learnt(self.rhythm, stories, now), 0
            self.last_ok = now
            state = FeedState.OK if silent_for(self.rhythm, now) is None else FeedState.SILENT
        else:
            state = FeedState.UNREACHABLE
        return FeedHealth(
            feed=self.name,
            source=self.name.upper(),
            state=state,
            detail="",
            polled=moment(now),
            last_ok=None if self.last_ok is None else moment(self.last_ok),
            entries=20,
            stories=stories,
            last_story=None if self.rhythm.last is None else moment(self.rhythm.last),
            next_poll=moment(now + POLL),
            interval=POLL,
            rhythm=self.rhythm.usual,
        )


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Simulation:
    """Sources that are polled and looked at, and what subscribers were told of them."""

    def __init__(self, sources: Sequence[SimulatedSource], watches: Sequence[Watch]) -> None:
        self.sources, self._watches = sources, watches
        self.news: list[CoverageNews] = []
        self._state = CoverageState()
        self._health: dict[str, FeedHealth] = {}
        self._now = 0.0
        for source in sources:
            source.begin()

    def run(self, until: float) -> None:
        """Let time pass."""
        while self._now < until:
            if self._now % POLL == 0:
                for source in self.sources:
                    source.publish(self._now, POLL)
                    polled = source.poll(self._now)
                    self._health[source.name] = polled
                    self._state = came(self._state, polled)
            now = moment(self._now)
            self._state, some = look(self._state, self._watches, self._health, {}, now)
            self.news += some
            self._now += LOOK
