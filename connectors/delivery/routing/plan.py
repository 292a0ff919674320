"""What becomes of the events that wait for one receiver: sent now, held, or dropped.

An alert's events keep their order: with one that goes, all that wait before it go. What takes back
an alert that the receiver was told waits for nothing. What waited goes in one message, whatever it
waited for; else each event is a message of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from connectors.delivery.routing.filters import must_be_told, unwanted
from connectors.delivery.routing.local_time import digest_due, quiet_until
from connectors.delivery.routing.preferences import HOUR, Preferences
from connectors.delivery.routing.records import (
    AlertSoFar,
    Held,
    Hold,
    Plan,
    PlannedMessage,
    QueuedEvent,
    Situation,
)
from streams.model.watch import Severity

LARGEST = 100
"""Events in one message: what doesn't fit is told in the next."""
FLAPS = 2
"""After so many withdrawals within a day an alert that comes back must stay for a while first."""
LONGEST_FLAP_WAIT = 6 * HOUR


def plan(
    queue: Sequence[QueuedEvent],
    situation: Situation,
    preferences: Preferences,
    now: float,
    *,
    most: int | None = None,
) -> Plan:
    """Decide on what waits for a receiver, oldest first; return `most` messages at most."""
    return _Planning(situation, preferences, now).run(queue, most)


@dataclass
class _Planning:
    situation: Situation
    preferences: Preferences
    now: float
    told_now: set[str] = field(default_factory=set)
    """Watches of which an event goes that didn't wait: the cooldown begins with it."""

    def run(self, queue: Sequence[QueuedEvent], most: int | None) -> Plan:
        made = Plan()
        wanted: list[QueuedEvent] = []
        for event in queue:
            why_not = unwanted(event, self._so_far(event), self.preferences)
            if why_not is None:
                wanted.append(event)
            else:
                made.dropped[event.id] = why_not
        flush = any(event.held is Held.GROUP_WAIT and event.due for event in wanted)
        by_alert: dict[str, list[QueuedEvent]] = {}
        go: dict[int, QueuedEvent] = {}
        first: set[int] = set()
        for event in wanted:
            of_alert = by_alert.setdefault(event.alert, [])
            of_alert.append(event)
            if not event.due:
                continue
            takes_back = must_be_told(event, self._so_far(event))
            hold = None if takes_back else self._hold(event, flush=flush)
            if hold is not None:
                made.held[event.id] = hold
                continue
            if event.held is None:
                self.told_now.add(event.watch)
            if takes_back:
                first |= {one.id for one in of_alert}
            go |= {one.id: one for one in of_alert}
        for number in go:
            made.held.pop(number, None)
        ordered = sorted(go.values(), key=attrgetter("id"))
        messages = [
            *self._messages([event for event in ordered if event.id in first]),
            *self._messages([event for event in ordered if event.id not in first]),
        ]
        self._within_cap(messages, made, most)
        return made

    def _so_far(self, event: QueuedEvent) -> AlertSoFar:
        return self.situation.alerts.get(event.alert, AlertSoFar())

    def _urgent(self, event: QueuedEvent) -> bool:
        return event.severity is Severity.CRITICAL and self.preferences.critical_at_once

    def _hold(self, event: QueuedEvent, *, flush: bool) -> Hold | None:
        """Return what an event has to wait for, the most important first."""
        if (until := self._flapping(event)) is not None:
            return Hold(until, Held.FLAPPING)
        if not self._urgent(event) and (hold := self._patience(event)) is not None:
            return hold
        wait = self.preferences.group_wait
        if not wait or event.held is not None or event.tried or flush:
            return None
        group = self.situation.group_due
        due = group if group is not None and self.now < group else self.now + wait
        return Hold(min(due, self.now + wait), Held.GROUP_WAIT)

    def _patience(self, event: QueuedEvent) -> Hold | None:
        """Return what only a critical alert doesn't wait for."""
        asked = self.preferences
        if asked.digest is not None:
            due = digest_due(asked, asked.digest, event.added)
            if due > self.now:
                return Hold(due, Held.DIGEST)
        if (until := quiet_until(asked, self.now)) is not None:
            return Hold(until, Held.QUIET_HOURS)
        if not asked.cooldown:
            return None
        last = max((s.at for s in self.situation.sent if event.watch in s.watches), default=None)
        if last is not None and self.now < last + asked.cooldown:
            return Hold(last + asked.cooldown, Held.COOLDOWN)
        if event.held is None and event.watch in self.told_now:
            return Hold(self.now + asked.cooldown, Held.COOLDOWN)
        return None

    def _flapping(self, event: QueuedEvent) -> float | None:
        """Return until when an alert must stay that comes back again and again."""
        alert, wait = self._so_far(event), self.preferences.flap_wait
        if not wait or not alert.withdrawn or alert.withdrawals < FLAPS:
            return None
        doubled = wait * 2.0 ** min(alert.withdrawals - FLAPS, 16)
        until = event.added + min(doubled, LONGEST_FLAP_WAIT)
        return until if until > self.now else None

    def _within_cap(self, messages: list[PlannedMessage], made: Plan, most: int | None) -> None:
        """Let as many messages go as the cap has room for; what is too much becomes a digest.

        Critical messages are counted apart, so that no others use up their room.
        """
        recent = {
            critical: sorted(
                s.at
                for s in self.situation.sent
                if s.critical is critical and s.at > self.now - HOUR
            )
            for critical in (False, True)
        }
        cap = self.preferences.hourly_cap
        over: dict[int, QueuedEvent] = {}
        for message in messages:
            if most is not None and len(made.messages) >= most:
                return
            times = recent[is_critical(message.events)]
            if cap is not None and len(times) >= cap and not self._takes_back(message):
                hold = Hold(times[-cap] + HOUR, Held.HOURLY_CAP)
                made.held |= {event.id: hold for event in message.events}
                over |= {event.id: event for event in message.events}
                continue
            times.append(self.now)
            made.messages.append(_with_earlier(message, over, made))

    def _takes_back(self, message: PlannedMessage) -> bool:
        return any(must_be_told(event, self._so_far(event)) for event in message.events)

    def _messages(self, events: Sequence[QueuedEvent]) -> list[PlannedMessage]:
        """Put events into messages: all into one if any of them waited until now."""
        reasons = {self._waited(event) for event in events if event.due} - {None}
        if reasons:
            why = next(one for one in Held if one in reasons)
            return [
                PlannedMessage(tuple(events[start : start + LARGEST]), why)
                for start in range(0, len(events), LARGEST)
            ]
        made, before = [], list[QueuedEvent]()
        for event in events:
            if not event.due:
                before.append(event)
                continue
            along = [one for one in before if one.alert == event.alert]
            before = [one for one in before if one.alert != event.alert]
            made.append(PlannedMessage((*along, event)))
        return made

    def _waited(self, event: QueuedEvent) -> Held | None:
        """Return what an event waited for; what missed its digest is told in the next message."""
        if event.held is not None or self.preferences.digest is None:
            return event.held
        at_once = self._urgent(event) or must_be_told(event, self._so_far(event))
        return None if at_once else Held.DIGEST


def is_critical(events: Iterable[QueuedEvent]) -> bool:
    """Say whether one of them is."""
    return any(event.severity is Severity.CRITICAL for event in events)


def _with_earlier(
    message: PlannedMessage, over: dict[int, QueuedEvent], made: Plan
) -> PlannedMessage:
    """Let what the cap holds of the same alerts go along, so that their order is kept."""
    alerts = {event.alert for event in message.events}
    earlier = [event for event in over.values() if event.alert in alerts]
    for event in earlier:
        del over[event.id], made.held[event.id]
    if not earlier:
        return message
    events = sorted((*earlier, *message.events), key=attrgetter("id"))
    return PlannedMessage(tuple(events), message.why)
