"""A storm: thousands of alerts in a minute, for fifty subscribers with a cap.

The real `wirewatch deliver`, a real Kafka, and a webhook for each subscriber. What counts: nobody
gets more messages than the cap allows, what is over it comes in digests or waits for the next hour,
nothing is lost or comes twice, and the process doesn't grow with it.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import psutil

from benchmarks.support import stand
from benchmarks.support.options import Options
from streams.model.alert import AlertEvent
from tests.support.delivering import Desk, Receiver, block, receiving
from tests.support.kafkas import known
from tests.support.samples import sample_alert, sample_story
from wirewatch.local_kafka import PrivateKafka

ALERTS = 5_000
SUBSCRIBERS = 50
CAP = 20
CHUNKS = 60
"""One a second: a minute."""
PATIENCE = 900.0
STILL = 20.0
"""Seconds in which nobody gets anything, once all is in the outbox: the hour is used up."""


def alert(number: int) -> AlertEvent:
    """Return an alert that is no other's."""
    event = sample_alert(sample_story(str(number)))
    return msgspec.structs.replace(event, alert=f"{number:032x}", event=f"{number:031x}f")


def messages(receiver: Receiver) -> int:
    """Return how many posts a receiver got."""
    return len(receiver.heard) + len(receiver.digests)


def sent(receivers: Sequence[Receiver]) -> int:
    """Return how many posts all receivers got."""
    return sum(map(messages, receivers))


def events(receiver: Receiver) -> list[str]:
    """Return the events that a receiver was told of, alone and in digests."""
    in_digests: list[dict[str, Any]] = [one for told in receiver.digests for one in told["events"]]
    return [*receiver.ids, *(str(one["event"]) for one in in_digests)]


def main(count: int) -> None:
    """Let the storm come, and say what became of it."""
    stand.begin()
    receivers = [Receiver() for _ in range(SUBSCRIBERS)]
    with tempfile.TemporaryDirectory() as name, receiving(*receivers):
        folder = Path(name)
        with PrivateKafka(folder / "kafka") as kafka:
            desk = Desk(folder, known(kafka), "")
            desk.subscribers(
                *(
                    f"{block(f'desk-{number}', one)}hourly_cap = {CAP}\n"
                    for number, one in enumerate(receivers)
                )
            )
            with desk.delivering() as running:
                process = psutil.Process(running.process.pid)
                before, most = process.memory_info().rss, 0
                began = time.monotonic()
                for chunk in range(CHUNKS):
                    desk.put(*(alert(n) for n in range(count) if n % CHUNKS == chunk))
                    most = max(most, process.memory_info().rss)
                    time.sleep(max(0.0, began + chunk + 1 - time.monotonic()))
                print(f"{count:,} alerts within {time.monotonic() - began:.0f} s")
                seen, moved = (0, 0), time.monotonic()
                # A machine that is busy may stand still before all is taken in.
                while time.monotonic() < began + PATIENCE and (
                    seen[0] < count * SUBSCRIBERS or time.monotonic() < moved + STILL
                ):
                    time.sleep(1)
                    most = max(most, process.memory_info().rss)
                    found = (desk.ask("SELECT count(*) FROM deliveries")[0][0], sent(receivers))
                    if found != seen:
                        seen, moved = found, time.monotonic()
                print(f"all taken in, and the hour used up, after {moved - began:.0f} s")
                states = desk.ask(
                    "SELECT subscriber, state, count(*) FROM deliveries GROUP BY 1, 2 ORDER BY 1, 2"
                )
    counts = sorted(map(messages, receivers))
    print(f"messages for a subscriber: {counts[0]} to {counts[-1]}, {CAP} allowed")
    told = [events(one) for one in receivers]
    twice = sum(len(one) - len(set(one)) for one in told)
    print(f"events told: {sum(map(len, told)):,}, {twice} of them twice")
    by_state = Counter[str]()
    by_subscriber = Counter[str]()
    for subscriber, state, number in states:
        by_state[state] += number
        by_subscriber[subscriber] += number
    lost = sum(count - number for number in by_subscriber.values())
    waits = f"{by_state['pending']:,} wait for the next hour"
    print(
        f"of {count * SUBSCRIBERS:,} deliveries {by_state['done']:,} are done, {waits}, {lost} lost"
    )
    print(f"memory {before >> 20} MiB before, {most >> 20} MiB at most")


if __name__ == "__main__":
    options = Options(__doc__, takes="three to four minutes")
    options.number("alerts", ALERTS, "alerts")
    main(options.given().alerts)
