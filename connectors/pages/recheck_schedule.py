"""Which stories of alerts are asked for again, when, and what comes of the answers. Pure.

All of it can be made anew from the events in `alerts`: what is due depends on their times alone.
Times are seconds since the epoch.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import inf
from typing import TypeVar

from connectors.http.origin import host_of
from connectors.pages.page_policy import SURE_AFTER
from streams.model.alert import AlertEvent, Kind
from streams.model.story import TAKEN_BACK, Story, gone

HOUR = 3600.0
AFTER = (HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR)
"""Seconds from an event to each time its story's page is asked for."""
MOST = 10_000
"""Stories remembered; beyond this those that were told first are let go."""
ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Recheck:
    """A story to ask for again at `at`. An event told it at `told`.

    `suspected`: the last answer was that it is gone, and the next one decides.
    """

    story: Story
    host: str
    told: float
    at: float
    suspected: bool = False


class Rechecks:
    """The stories that alerts rest on, each with the time when it is asked for next."""

    def __init__(self) -> None:
        """Start with none."""
        self._open: dict[str, Recheck] = {}
        self._over: dict[str, float] = {}

    def __len__(self) -> int:
        """Count the stories that are still to be asked for."""
        return len(self._open)

    def hear(self, event: AlertEvent, told: float, now: float) -> None:
        """Take in an event, in any order and as often as it comes.

        Times that are past are left out: a restart asks for nothing that it may have asked for.
        """
        story = event.story
        known = self._open.get(story.id)
        if event.kind is Kind.WITHDRAWN:
            self._end(story.id, told)
        elif not _rests_on_a_page(event) or told <= self._over.get(story.id, -inf):
            return
        elif (known is None or known.told < told) and (at := _next(told, now)) is not None:
            self._open[story.id] = Recheck(story, host_of(story.url or ""), told, at)
            _shorten(self._open)

    def due(self, now: float, *, busy: Collection[str], limit: int) -> list[Recheck]:
        """Return what is to be asked for now, the longest due first, one of a host not busy."""
        due = sorted((one for one in self._open.values() if one.at <= now), key=lambda one: one.at)
        found: dict[str, Recheck] = {}
        for one in due:
            if one.host not in busy:
                found.setdefault(one.host, one)
        return list(found.values())[: max(limit, 0)]

    def answered(self, asked: Recheck, now: float, *, is_gone: bool) -> Story | None:
        """Take in an answer; give the version to send if the story is gone for sure.

        Servers slip: it must be gone twice in a row. It is asked for until `sent`.
        """
        name = asked.story.id
        if self._open.get(name) is not asked:  # it was withdrawn or told anew meanwhile
            return None
        if is_gone and asked.suspected:
            return gone(asked.story, datetime.fromtimestamp(now, UTC))
        at = now + SURE_AFTER if is_gone else _next(asked.told, now)
        if at is None:
            del self._open[name]
        else:
            self._open[name] = replace(asked, at=at, suspected=is_gone)
        return None

    def sent(self, asked: Recheck) -> None:
        """Ask no more for a story that was taken back."""
        self._end(asked.story.id, asked.told)

    def _end(self, name: str, told: float) -> None:
        """Ask no more for a story, whatever was told of it up to then."""
        self._over[name] = max(told, self._over.pop(name, -inf))
        _shorten(self._over)
        known = self._open.get(name)
        if known is not None and known.told <= told:
            del self._open[name]


def _rests_on_a_page(event: AlertEvent) -> bool:
    """Say whether an event's story can be asked for; who gets no event needs no withdrawal.

    A spike rests on many stories.
    """
    story = event.story
    told = event.kind not in {Kind.CLOSED, Kind.JOINED, Kind.SPIKE} and not event.shadow
    return told and story.status not in TAKEN_BACK and bool(host_of(story.url or ""))


def _next(told: float, now: float) -> float | None:
    """Return the next time to ask, `None` after the last."""
    return min((told + after for after in AFTER if told + after > now), default=None)


def _shorten(items: dict[str, ItemT]) -> None:
    if len(items) > MOST:
        del items[next(iter(items))]
