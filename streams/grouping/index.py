"""The alerts of one watch, found by what they are about."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from heapq import heappop, heappush

from streams.grouping.packing import first_terms, smallest_hashes
from streams.grouping.postings import Postings
from streams.grouping.signature import Signature
from streams.grouping.weights import (
    ASK_BY,
    CANDIDATES,
    COPY_BY,
    COPY_CANDIDATES,
    FIND_BY,
    FIND_FREE,
    MOST_FOUND,
    MOST_LOOKED_AT,
    PRIOR_STORIES,
    REMEMBERED,
)
from streams.model.alert import AlertState


class Index:
    """Alerts by id, by story, by their texts, and by their heaviest terms while they are open.

    All of it can be made anew from the alerts: what it answers depends on them alone.
    """

    def __init__(self) -> None:
        """Start without alerts."""
        self.alerts: dict[str, AlertState] = {}
        self._story: dict[str, str] = {}
        self._found = Postings()
        self._copies = Postings()
        self._told: dict[int, int] = {}
        self._reports = 0
        self._deadlines: list[tuple[datetime, str]] = []
        self._open = 0

    def __len__(self) -> int:
        """Count the alerts that are open."""
        return self._open

    def put(self, alert: AlertState) -> None:
        """Add an alert, or what became of it."""
        before = self.alerts.get(alert.alert)
        self._open += (not alert.closed) - (before is not None and not before.closed)
        if before is not None and _found_alike(before, alert):
            self._keep(alert)
        else:
            if before is not None:
                self._unlist(before)
            self._list(alert)
        if before is None or deadline(alert) != deadline(before):
            heappush(self._deadlines, (deadline(alert), alert.alert))

    def drop(self, alert: AlertState) -> None:
        """Forget an alert."""
        self._open -= not alert.closed
        self._unlist(alert)
        for story in alert.stories:
            self._story.pop(story, None)

    def _keep(self, alert: AlertState) -> None:
        self.alerts[alert.alert] = alert
        for story in alert.stories:
            self._story[story] = alert.alert

    def _list(self, alert: AlertState) -> None:
        self._keep(alert)
        self._reports += alert.reports * (not alert.closed)
        for term in _terms(alert):
            self._found.add(term, alert.alert)
            self._told[term] = self._told.get(term, 0) + alert.reports
        for piece in _pieces(alert):
            self._copies.add(piece, alert.alert)

    def _unlist(self, alert: AlertState) -> None:
        del self.alerts[alert.alert]
        self._reports -= alert.reports * (not alert.closed)
        for term in _terms(alert):
            self._found.remove(term, alert.alert)
            self._told[term] -= alert.reports
            if not self._told[term]:
                del self._told[term]
        for piece in _pieces(alert):
            self._copies.remove(piece, alert.alert)

    def of_story(self, story: str) -> AlertState | None:
        """Return the alert that a story is in."""
        alert = self._story.get(story)
        return None if alert is None else self.alerts.get(alert)

    def part_with(self, story: str, alert: AlertState) -> None:
        """Put an alert that has a story under its id no more."""
        self._story.pop(story, None)
        self.put(alert)

    def due(self, clock: datetime) -> Iterator[AlertState]:
        """Return the alerts whose time is up, to close or forget them before the next is asked."""
        while self._deadlines and self._deadlines[0][0] < clock:
            time, name = heappop(self._deadlines)
            alert = self.alerts.get(name)
            if alert is not None and deadline(alert) == time:
                yield alert

    def weighed(self, known: Signature) -> dict[int, float]:
        """Return a story's terms, those lighter that many reports in the window share."""
        size, told, rarity = PRIOR_STORIES + self._reports, self._told, known.rarity
        alone = math.log(size)
        weighed = {}
        for term, heavy in known.terms.items():
            rare = math.log(size / (1 + told[term])) if term in told else alone
            weighed[term] = heavy * rare / rarity[term] if rare < rarity[term] else heavy
        return weighed

    def candidates(
        self, known: Signature, terms: Mapping[int, float], *, free: bool
    ) -> list[AlertState]:
        """Return the alerts that a story may belong to: those with its text, or most of its terms.

        Where `free`, also those with most of what is the same in all languages.
        """
        names = dict.fromkeys((*self._with_text(known), *self._with_terms(terms)))
        if free:
            names |= dict.fromkeys(self._with_terms(known.free))
        return [self.alerts[name] for name in names]

    def _with_text(self, known: Signature) -> list[str]:
        votes = Counter(
            name
            for piece in sorted(known.sketch.hashes)[:COPY_BY]
            if len(names := self._copies.of(piece)) <= MOST_FOUND
            for name in names
        )
        return _best(COPY_CANDIDATES, votes)

    def _with_terms(self, terms: Mapping[int, float]) -> list[str]:
        asked = sorted(terms, key=lambda term: (-terms[term], term))[:ASK_BY]
        found = [
            (len(alerts), term)
            for term in asked
            if (alerts := self._found.of(term)) and len(alerts) <= MOST_FOUND
        ]
        votes: dict[str, float] = {}
        looked_at = 0
        for count, term in sorted(found):
            looked_at += count
            if looked_at > MOST_LOOKED_AT:
                break
            heavy = terms[term] ** 2
            for alert in self._found.of(term):
                votes[alert] = votes.get(alert, 0.0) + heavy
        return _best(CANDIDATES, votes)


def deadline(alert: AlertState) -> datetime:
    """Return when an alert is to be closed, or a closed one to be forgotten."""
    return alert.active + (REMEMBERED if alert.closed else timedelta(hours=alert.window_hours))


def _found_alike(before: AlertState, alert: AlertState) -> bool:
    """Say whether an alert is still found by what it was found by: a copy changes little."""
    return (
        alert.closed is before.closed
        and alert.texts is before.texts
        and alert.terms is before.terms
        and alert.free is before.free
        and alert.reports == before.reports
    )


def _terms(alert: AlertState) -> list[int]:
    """Return the terms that an alert can be found by: its heaviest, none once it is closed."""
    if alert.closed:
        return []
    heaviest = first_terms(alert.terms, FIND_BY)
    return list(dict.fromkeys((*heaviest, *first_terms(alert.free, FIND_FREE))))


def _pieces(alert: AlertState) -> set[int]:
    """Return the pieces of text that an alert can be found by: copies share the smallest hashes."""
    return {piece for text in alert.texts for piece in smallest_hashes(text.sketch, COPY_BY)}


def _best(most: int, votes: Mapping[str, float]) -> list[str]:
    """Return the names with most votes, those first; of equals, always the same."""
    if len(votes) > most:
        # Numbers are sorted quickest, and few names are left then.
        least = sorted(votes.values())[-most]
        votes = {name: vote for name, vote in votes.items() if vote >= least}
    best = sorted(zip(votes.values(), votes.keys(), strict=True), reverse=True)
    return [name for _, name in best[:most]]
