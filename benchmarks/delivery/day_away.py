"""A receiver is down for a day and then comes and goes: what it has in the end, and how soon.

The outbox and the sender are production's, on a clock made by hand. Alerts come all day, each
opened and updated, and deliver is started again every four hours. Then the receiver is there for
ten minutes and away for ten, and every fifth of its answers gets lost with the connection before
it took anything. Counted is what never came, came twice, or came out of its alert's order; the most
messages within an hour; and the hours until nothing waits any more.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.support import stand
from benchmarks.support.options import Options
from connectors.delivery.routing.preferences import DAY, HOUR
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, retry
from connectors.delivery.sinks.settings import WebhookSettings
from connectors.delivery.sinks.subscriber import Subscriber
from streams.model.alert import AlertEvent, Kind
from tests.connectors.delivery.routing.simulated import NOON, Simulation, alert_event, in_order

ALERTS = 40
PARTS = 6
COMES_AND_GOES = 600.0
LOST = 5
AWAY = retry("no connection", away=True)
ASKED: dict[str, dict[str, Any]] = {
    "everything at once": {},
    "hourly_cap = 20": {"hourly_cap": 20},
    "hourly_cap = 3, group_wait = 1m": {"hourly_cap": 3, "group_wait": 60.0},
    "cooldown = 30m": {"cooldown": 1_800.0},
}


@dataclass(frozen=True)
class Account:
    """What came of the events that were raised."""

    raised: list[AlertEvent]
    desk: Simulation

    @property
    def lost(self) -> int:
        """Events that never came."""
        return len({one.event for one in self.raised} - set(self.desk.events))

    @property
    def twice(self) -> int:
        """Events that came once more."""
        return len(self.desk.events) - len(set(self.desk.events))

    @property
    def disordered(self) -> int:
        """Alerts whose events came in another order, or not all."""
        wanted = in_order(self.raised)
        came = in_order(event for one in self.desk.told for event in one.told.events)
        return sum(came.get(alert) != events for alert, events in wanted.items())

    @property
    def busiest(self) -> int:
        """The most messages within an hour."""
        times = [one.at for one in self.desk.told]
        return max((sum(at - HOUR < other <= at for other in times) for at in times), default=0)


def answer(desk: Simulation) -> DeliveryOutcome:
    """Return what the receiver says now."""
    since = desk.now - NOON - DAY
    if since < 0 or since // COMES_AND_GOES % 2 or desk.tries % LOST == 0:
        return AWAY
    return DELIVERED


def play(folder: Path, alerts: int, asked: dict[str, Any]) -> Account:
    """Let the day pass, and two more."""
    subscriber = Subscriber(id="desk", sink=WebhookSettings(url="https://desk.example/"), **asked)
    desk = Simulation(folder, subscriber)
    desk.answer = lambda _: answer(desk)
    raised: list[AlertEvent] = []
    for part in range(PARTS):
        for number in range(part, alerts, PARTS):
            name = str(number)
            events = [alert_event(name), alert_event(name, Kind.UPDATED, reason="new fact")]
            raised += events
            desk.raise_(*events)
        desk.pass_time(DAY / PARTS)
        desk.restart()
    desk.pass_time(2 * DAY)
    return Account(raised, desk)


def main(alerts: int) -> None:
    """Print a row for each way of being told."""
    stand.begin()
    print(f"{alerts:,} alerts of two events each")
    for name, asked in ASKED.items():
        with tempfile.TemporaryDirectory() as folder:
            found = play(Path(folder), alerts, asked)
        told = found.desk.told
        last = (told[-1].at - NOON - DAY) / HOUR
        print(
            f"{name}: {len(told):,} messages, lost {found.lost}, twice {found.twice}, alerts out"
            f" of order {found.disordered}; at most {found.busiest} within an hour, the last"
            f" {last:.1f} h after it was back",
            flush=True,
        )


if __name__ == "__main__":
    options = Options(__doc__, takes="a minute")
    options.number("alerts", ALERTS, "alerts")
    main(options.given().alerts)
