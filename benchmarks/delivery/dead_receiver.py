"""One receiver of a hundred is dead: what the others notice of it.

The real `wirewatch deliver`, a real Kafka, and a webhook for each subscriber. Rounds of alerts are
put in turn with all receivers well and with one that takes connections and never answers, so that
the machine's other work weighs on both alike. A time is that from an alert's being put on Kafka to
its arrival at one of the 99 others.
"""

import socket
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.delivery.storm import alert
from benchmarks.support import stand
from benchmarks.support.options import Options
from tests.support.commands import Running
from tests.support.delivering import Answer, Desk, Receiver, block, receiving
from tests.support.kafkas import known
from tests.support.waiting import until
from wirewatch.local_kafka import PrivateKafka

ROUNDS = 20
"""Of each kind."""
ALERTS = 5
"""In a round, a moment apart."""
SUBSCRIBERS = 100
APART = 0.5
"""Seconds between two alerts."""


class Arrivals:
    """When each event came to each of the receivers."""

    def __init__(self) -> None:
        """Begin with none."""
        self.put: dict[str, float] = {}
        self.took: dict[str, list[float]] = {}

    def answer(self, body: dict[str, Any]) -> Answer:
        """Note when an event came."""
        event = str(body["event"])
        self.took.setdefault(event, []).append(time.monotonic() - self.put[event])
        return Answer()


def play(desk: Desk, arrivals: Arrivals, numbers: Sequence[int], others: int) -> list[float]:
    """Put a round of alerts, wait until the others have them, and return how long each took."""
    events = [alert(number) for number in numbers]
    for event in events:
        arrivals.put[event.event] = time.monotonic()
        desk.put(event)
        time.sleep(APART)
    until(lambda: all(len(arrivals.took.get(one.event, ())) == others for one in events))
    return [seconds for one in events for seconds in arrivals.took[one.event]]


def reloaded(running: Running, times: int) -> bool:
    """Say whether the list of subscribers has come into force so many times."""
    return (running.err + running.out).count("subscribers_reloaded") >= times


def tell(name: str, times: list[float]) -> float:
    """Print how long it took, and return the 99th percentile."""
    p50, p99 = (stand.percentile(times, share) for share in (0.5, 0.99))
    count = f"{len(times):,} deliveries"
    print(f"{name}: {count}, p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms", flush=True)
    return p99


def main(rounds: int) -> None:
    """Deliver with and without a dead receiver in turn, and compare."""
    stand.begin()
    arrivals = Arrivals()
    receivers = [Receiver(arrivals.answer) for _ in range(SUBSCRIBERS - 1)]
    well: list[float] = []
    beside: list[float] = []
    with (
        tempfile.TemporaryDirectory() as name,
        receiving(*receivers),
        PrivateKafka(Path(name) / "kafka") as kafka,
        closing(socket.create_server(("127.0.0.1", 0), backlog=1_000)) as silent,
    ):
        desk = Desk(Path(name), known(kafka), "")
        dead = Receiver(url=f"http://127.0.0.1:{silent.getsockname()[1]}/")
        others = [block(f"desk-{number}", one) for number, one in enumerate(receivers)]
        desk.subscribers(*others)
        with desk.delivering() as running:
            play(desk, arrivals, range(ALERTS), len(receivers))  # the first ones open connections
            for turn in range(1, 2 * rounds + 1):
                with_dead = turn % 2 == 1
                desk.subscribers(*others, *([block("dead", dead)] if with_dead else []))
                until(partial(reloaded, running, turn))
                numbers = range(turn * ALERTS, (turn + 1) * ALERTS)
                times = play(desk, arrivals, numbers, len(receivers))
                (beside if with_dead else well).extend(times)
            states = desk.states("dead")
    print(f"of the dead one: {states}")
    ratio = tell("one dead", beside) / tell("all well", well)
    print(f"p99 of the others, with a dead one to without: {ratio:.2f}")


if __name__ == "__main__":
    options = Options(__doc__, takes="five minutes")
    options.number("rounds", ROUNDS, "rounds of each kind")
    main(options.given().rounds)
