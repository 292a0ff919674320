"""A sender on a clock made by hand: days of it pass in a moment."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from connectors.delivery.entries import wants
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.records import OutboxEntry
from connectors.delivery.sender import SubscriberSender
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome
from connectors.delivery.sinks.subscriber import Subscriber
from streams.contract.codec import encode
from streams.model.alert import AlertEvent, Kind, event_id
from streams.model.watch import Severity
from tests.support.samples import NOON as NOON_TIME
from tests.support.samples import sample_alert

NOON = NOON_TIME.timestamp()
SAMPLE = sample_alert()


def alert_event(
    alert: str,
    kind: Kind = Kind.OPENED,
    *,
    number: int = 0,
    watch: str = "w",
    severity: Severity = Severity.NORMAL,
    reason: str = "new story",
) -> AlertEvent:
    return msgspec.structs.replace(
        SAMPLE,
        alert=alert,
        event=event_id(alert=alert, kind=kind, version=str(number)),
        kind=kind,
        watch=watch,
        severity=severity,
        reason=reason,
    )


@dataclass
class Told:
    """A message that a receiver took, and when."""

    at: float
    told: Notification

    @property
    def steps(self) -> list[tuple[str, str]]:
        return [(event.alert, event.kind.value) for event in self.told.events]


@dataclass
class Simulation:
    """One subscriber's outbox and sender. `answer` is what the receiver says at a time."""

    folder: Path
    subscriber: Subscriber
    answer: Callable[[float], DeliveryOutcome] = lambda _: DELIVERED
    now: float = NOON
    told: list[Told] = field(default_factory=list)
    tries: int = 0

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.folder / "outbox.sqlite", self.now)
        self.outbox.meet({self.subscriber.id: self.subscriber.address}, 0.0)
        self.sender = self._sender()

    def _sender(self) -> SubscriberSender:
        sinks = {self.subscriber.kind: self._take}
        return SubscriberSender(self.subscriber, self.outbox, sinks, clock=lambda: self.now)

    async def _take(self, _: object, told: Notification) -> DeliveryOutcome:
        self.tries += 1
        outcome = self.answer(self.now)
        if outcome == DELIVERED:
            self.told.append(Told(self.now, told))
        return outcome

    def restart(self) -> None:
        self.outbox.close()
        self.outbox = Outbox(self.folder / "outbox.sqlite", self.now)
        self.sender = self._sender()

    def raise_(self, *events: AlertEvent) -> None:
        self.outbox.add(
            [
                OutboxEntry(
                    event=event.event,
                    subscriber=self.subscriber.id,
                    alert=event.alert,
                    kind=event.kind,
                    payload=encode(event),
                    watch=event.watch,
                    severity=event.severity,
                    reason=event.reason,
                )
                for event in events
                if wants(self.subscriber, event)
            ],
            self.now,
        )

    def pass_time(self, seconds: float) -> None:
        """Let the sender work for that long; time jumps to when there is something to do."""
        asyncio.run(self._pass(self.now + seconds))

    async def _pass(self, end: float) -> None:
        while True:
            before = self.tries
            await self.sender.turn()
            idle = self.tries == before
            due = self.outbox.next_due(self.subscriber.id, after=self.now if idle else 0.0)
            if due is None or due > end:
                break
            self.now = max(due, self.now)
        self.now = end
        await self.sender.turn()

    @property
    def events(self) -> list[str]:
        return [event.event for one in self.told for event in one.told.events]

    @property
    def steps(self) -> list[list[tuple[str, str]]]:
        return [one.steps for one in self.told]


def in_order(events: Iterable[AlertEvent]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for event in events:
        found.setdefault(event.alert, []).append(event.event)
    return found
