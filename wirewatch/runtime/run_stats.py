"""What a run has done so far, added up from what its services say."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from streams.model.feed_health import READABLE
from wirewatch.counted import counted
from wirewatch.runtime.child_process import ServiceMessage

STAGES = ("tag", "match", "gather")
RETRIES = frozenset(
    (
        "delivery_retry",
        "not_delivered",
        "kafka_away",
        "producer_replaced",
        "encoder_failed",
        "encoder_restarted",
    )
)
"""Events that tell of something tried again."""
UNREAD = ("failed", "timed_out", "busy")
CAUSE_LENGTH = 200


@dataclass
class FaultCounts:
    """What went wrong with a service, and was made good."""

    restarts: int = 0
    retries: int = 0
    dead_letters: int = 0
    too_large: int = 0
    """Times that an alert was too large to be saved."""
    unread: int = 0
    """Stories that went on by words alone, since the encoder gave no answer in time."""
    cause: str = ""
    """Of the last restart."""

    def facts(self) -> dict[str, Any]:
        """Return what there is to tell, for the log."""
        return {name: value for name, value in vars(self).items() if value}

    def told(self) -> str:
        """Say it in words."""
        parts = []
        if self.restarts:
            parts.append(f"{counted(self.restarts, 'restart')} (the last: {self.cause})")
        if self.retries:
            parts.append(counted(self.retries, "retry"))
        if self.dead_letters:
            parts.append(counted(self.dead_letters, "dead letter"))
        if self.too_large:
            parts.append(f"{counted(self.too_large, 'alert')} too large to save")
        if self.unread:
            parts.append(f"{counted(self.unread, 'story')} tagged by words alone")
        return ", ".join(parts)


@dataclass
class RunStats:
    """Running totals. `feeds` holds the last state of each feed."""

    feeds: dict[str, str] = field(default_factory=dict)
    stories: int = 0
    delivered: int = 0
    failed: int = 0
    moot: int = 0
    troubles: defaultdict[str, FaultCounts] = field(
        default_factory=lambda: defaultdict(FaultCounts)
    )
    """By service, in the order in which they came."""
    clock: Callable[[], float] = time.monotonic
    canary: float | None = None
    """When the last canary that came was sent, by the clock; `None` before the first."""
    is_canary_late: bool = False
    _work: dict[str, Counter[str]] = field(default_factory=dict)
    _before: Counter[str] = field(default_factory=Counter)

    def hear(self, said: ServiceMessage) -> None:
        """Take in a line of a service. Lines that lack what they should hold count for nothing."""
        facts = said.facts
        match facts.get("event"):
            case "feed_polled":
                self.feeds[str(facts.get("feed"))] = str(facts.get("state"))
                self.stories += _number(facts, "stories")
            case "feed_left":
                self.feeds.pop(str(facts.get("feed")), None)
            case "delivered":
                self.delivered += 1
            case "delivery_failed":
                self.failed += 1
            case "given_up" | "subscriber_stopped":
                self.failed += _number(facts, "count")
            case "delivery_moot":
                self.moot += 1
            case "canary":
                self.canary = self.clock() - _seconds(facts, "seconds")
            case "canary_late" | "canary_back" as event:
                self.is_canary_late = event == "canary_late"
            case "progress":
                self._work[said.service] = Counter(
                    {key: value for key, value in facts.items() if isinstance(value, int)}
                )
            case _:
                self._hear_trouble(said)

    def _hear_trouble(self, said: ServiceMessage) -> None:
        facts = said.facts
        match facts.get("event"):
            case "dead_letters":  # those of work are in its progress
                self.troubles[said.service].dead_letters += _number(facts, "count")
            case "alert_too_large":
                self.troubles[said.service].too_large += 1
            case "restarting":
                trouble = self.troubles[said.service]
                trouble.restarts += 1
                trouble.cause = str(facts.get("cause", ""))[:CAUSE_LENGTH]
                # The next process counts from nought again.
                before = self._work.pop(said.service, Counter())
                trouble.dead_letters += before["dead_letters"]
                trouble.unread += _unread(before)
                self._before.update(before)
            case str() as event if event in RETRIES:
                self.troubles[said.service].retries += 1

    def count(self, name: str) -> int:
        """Return a worker count such as `tag_in`, over all workers and restarts."""
        return self._before[name] + sum(counts[name] for counts in self._work.values())

    @property
    def restarts(self) -> int:
        """Restarts of all services together."""
        return sum(trouble.restarts for trouble in self.troubles.values())

    def summary(self) -> dict[str, FaultCounts]:
        """Return what went wrong with each service that had trouble."""
        names = [*self.troubles, *(name for name in self._work if name not in self.troubles)]
        found = {
            name: replace(
                self.troubles.get(name, FaultCounts()),
                dead_letters=self.troubles.get(name, FaultCounts()).dead_letters
                + self._work.get(name, Counter())["dead_letters"],
                unread=self.troubles.get(name, FaultCounts()).unread
                + _unread(self._work.get(name, Counter())),
            )
            for name in names
        }
        return {name: trouble for name, trouble in found.items() if trouble.facts()}

    @property
    def healthy_feeds(self) -> int:
        """Feeds whose last poll went well."""
        return sum(state in READABLE for state in self.feeds.values())

    def settled(self, subscribers: int = 1) -> bool:
        """Return whether every story polled has gone all the way, to so many subscribers.

        A shadow's alerts end with gather.
        """
        handed_on = [self.stories, self.count("tag_out"), self.count("match_out")]
        taken_in = [self.count(f"{stage}_in") for stage in STAGES]
        done = all(taken >= handed for taken, handed in zip(taken_in, handed_on, strict=True))
        ended = self.delivered + self.moot
        alerts = self.count("gather_out") - self.count("gather_shadow")
        return done and ended >= subscribers * alerts

    def line(self) -> str:
        """The totals in one line."""
        parts = [
            f"feeds {self.healthy_feeds}/{len(self.feeds)} ok",
            f"stories {self.stories}",
            # Only while it is behind: the line is to fit on a terminal.
            *([f"tagged {tagged}"] if (tagged := self.count("tag_out")) != self.stories else []),
            f"matches {self.count('match_out') - self.count('match_notices')}",
            f"alert events {self.count('gather_out')}",
            f"delivered {self.delivered}",
        ]
        if self.is_canary_late:
            parts.append("canary LATE")
        elif self.canary is not None:
            parts.append(f"canary {self.clock() - self.canary:.0f} s ago")
        troubles = self.summary().values()
        if dead := sum(trouble.dead_letters for trouble in troubles):
            parts.append(f"dead letters {dead}")
        if large := sum(trouble.too_large for trouble in troubles):
            parts.append(f"alerts too large to save {large}")
        if unread := sum(trouble.unread for trouble in troubles):
            parts.append(f"by words alone {unread}")
        if self.moot:
            parts.append(f"withdrawn before it was sent {self.moot}")
        if self.failed:
            parts.append(f"undeliverable {self.failed}")
        if retries := sum(trouble.retries for trouble in troubles):
            parts.append(f"retries {retries}")
        if self.restarts:
            parts.append(f"restarts {self.restarts}")
        return " · ".join(parts)


def _unread(counts: Counter[str]) -> int:
    """Return the stories that the encoder was asked for in vain, by a worker's counts."""
    return sum(counts[f"reader_{why}"] for why in UNREAD)


def _seconds(facts: Mapping[str, Any], name: str) -> float:
    value = facts.get(name)
    return value if isinstance(value, int | float) else 0.0


def _number(facts: Mapping[str, Any], name: str) -> int:
    value = facts.get(name)
    return value if isinstance(value, int) else 0
