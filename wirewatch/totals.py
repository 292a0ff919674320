"""What a run has done so far, added up from what its services say."""

from collections import Counter
from dataclasses import dataclass, field

from streams.feed_health import READABLE
from wirewatch.service import Said

STAGES = ("tag", "match", "gather")


@dataclass
class Totals:
    """Running totals. `feeds` holds the last state of each feed."""

    feeds: dict[str, str] = field(default_factory=dict)
    stories: int = 0
    delivered: int = 0
    failed: int = 0
    moot: int = 0
    restarts: int = 0
    _work: dict[str, Counter[str]] = field(default_factory=dict)
    _before: Counter[str] = field(default_factory=Counter)

    def hear(self, said: Said) -> None:
        """Take in a line of a service."""
        facts = said.facts
        match facts.get("event"):
            case "feed_polled":
                self.feeds[facts["feed"]] = facts["state"]
                self.stories += facts["stories"]
            case "feed_left":
                self.feeds.pop(facts["feed"], None)
            case "delivered":
                self.delivered += 1
            case "delivery_failed":
                self.failed += 1
            case "given_up" | "subscriber_stopped":
                self.failed += facts["count"]
            case "delivery_moot":
                self.moot += 1
            case "restarting":
                self.restarts += 1
                # The next process counts from nought again.
                self._before.update(self._work.pop(said.service, Counter()))
            case "progress":
                self._work[said.service] = Counter(
                    {key: value for key, value in facts.items() if isinstance(value, int)}
                )

    def count(self, name: str) -> int:
        """Give a worker count such as `tag_in`, over all workers and restarts."""
        return self._before[name] + sum(counts[name] for counts in self._work.values())

    @property
    def healthy_feeds(self) -> int:
        """Feeds whose last poll went well."""
        return sum(state in READABLE for state in self.feeds.values())

    @property
    def settled(self) -> bool:
        """Whether every story polled has gone all the way: a shadow's alerts end with gather."""
        handed_on = [self.stories, self.count("tag_out"), self.count("match_out")]
        taken_in = [self.count(f"{stage}_in") for stage in STAGES]
        done = all(taken >= handed for taken, handed in zip(taken_in, handed_on, strict=True))
        ended = self.delivered + self.moot
        return done and ended >= self.count("gather_out") - self.count("gather_shadow")

    def line(self) -> str:
        """The totals in one line."""
        parts = [
            f"feeds {self.healthy_feeds}/{len(self.feeds)} ok",
            f"stories {self.stories}",
            f"tagged {self.count('tag_out')}",
            f"matches {self.count('match_out')}",
            f"alert events {self.count('gather_out')}",
            f"delivered {self.delivered}",
        ]
        if dead := self.count("dead_letters"):
            parts.append(f"dead letters {dead}")
        if self.moot:
            parts.append(f"withdrawn before it was sent {self.moot}")
        if self.failed:
            parts.append(f"undeliverable {self.failed}")
        if self.restarts:
            parts.append(f"restarts {self.restarts}")
        return " · ".join(parts)
