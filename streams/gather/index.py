"""The open alerts of one watch, found by what they are about."""

import math
from collections.abc import Iterator
from heapq import heappop, heappush, nlargest
from datetime import datetime

from streams.alert import OpenAlert
from streams.gather.packing import unpack_terms
from streams.gather.signature import Signature
from streams.gather.weights import (
    ASK_BY,
    CANDIDATES,
    FIND_BY,
    MOST_FOUND,
    MOST_LOOKED_AT,
    PRIOR_STORIES,
    WINDOW,
)


class Index:
    """Open alerts by id, by story and by their heaviest terms.

    All of it can be made anew from the alerts: what it answers depends on them alone.
    """

    def __init__(self) -> None:
        """Start without alerts."""
        self.alerts: dict[str, OpenAlert] = {}
        self._story: dict[str, str] = {}
        self._found: dict[int, dict[str, None]] = {}
        self._quiet: list[tuple[datetime, str]] = []

    def __len__(self) -> int:
        """Count the open alerts."""
        return len(self.alerts)

    def put(self, alert: OpenAlert) -> None:
        """Add an alert, or what became of it."""
        before = self.alerts.get(alert.alert)
        old = _findable(before) if before else frozenset()
        new = _findable(alert)
        for term in old - new:
            self._lose(term, alert.alert)
        for term in new - old:
            self._found.setdefault(term, {})[alert.alert] = None
        for story in alert.stories:
            self._story[story] = alert.alert
        self.alerts[alert.alert] = alert
        if before is None or alert.active != before.active:
            heappush(self._quiet, (alert.active, alert.alert))

    def drop(self, alert: OpenAlert) -> None:
        """Forget an alert."""
        del self.alerts[alert.alert]
        for term in _findable(alert):
            self._lose(term, alert.alert)
        for story in alert.stories:
            self._story.pop(story, None)

    def of_story(self, story: str) -> OpenAlert | None:
        """Give the alert that a story is in."""
        alert = self._story.get(story)
        return None if alert is None else self.alerts.get(alert)

    def quiet(self, clock: datetime) -> Iterator[OpenAlert]:
        """Give the alerts that had nothing for the window, longest ago first."""
        while self._quiet and self._quiet[0][0] + WINDOW < clock:
            active, name = heappop(self._quiet)
            alert = self.alerts.get(name)
            if alert is not None and alert.active == active:
                yield alert

    def weighed(self, known: Signature) -> dict[int, float]:
        """Give a story's terms, those lighter that many open alerts share."""
        size = PRIOR_STORIES + len(self.alerts)
        weighed = {}
        for term, heavy in known.terms.items():
            found = self._found.get(term)
            if found:
                told = math.log(size / (1 + len(found)))
                heavy *= min(1.0, max(told, 0.0) / known.rarity[term])
            weighed[term] = heavy
        return weighed

    def candidates(self, terms: dict[int, float]) -> list[OpenAlert]:
        """Give the alerts that share most with a story, by its heaviest terms."""
        asked = nlargest(ASK_BY, terms, key=lambda term: (terms[term], term))
        found = [
            (len(alerts), term)
            for term in asked
            if (alerts := self._found.get(term)) and len(alerts) <= MOST_FOUND
        ]
        votes: dict[str, float] = {}
        looked_at = 0
        for count, term in sorted(found):
            looked_at += count
            if looked_at > MOST_LOOKED_AT:
                break
            heavy = terms[term] ** 2
            for alert in self._found[term]:
                votes[alert] = votes.get(alert, 0.0) + heavy
        best = nlargest(CANDIDATES, votes.items(), key=lambda vote: (vote[1], vote[0]))
        return [self.alerts[alert] for alert, _ in best]

    def _lose(self, term: int, alert: str) -> None:
        found = self._found[term]
        del found[alert]
        if not found:
            del self._found[term]


def _findable(alert: OpenAlert) -> frozenset[int]:
    """Give the terms that an alert can be found by: its terms come heaviest first."""
    return frozenset(list(unpack_terms(alert.terms))[:FIND_BY])
