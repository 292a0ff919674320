"""How long the event loop stands still while a worker reads its open alerts back.

Alerts of 3,000 invented events, each under many ids, are read as after a start or a rebalance;
beside that the loop turns. Printed are the time of it all and the longest times between two turns.
"""

import asyncio
import time
from collections.abc import Mapping, MutableMapping

import msgspec

from benchmarks.grouping.cost import START, Press
from benchmarks.support.options import Options
from streams.contract.codec import encode
from streams.grouping import Gathering
from streams.model.alert import AlertState
from streams.worker.open_alerts import OpenAlerts
from wirewatch.runtime import logs

MANY = 200_000
EVENTS = 3_000
PARTITION = 3


class Table:
    """A table that holds what is saved."""

    def __init__(self, saved: Mapping[bytes, bytes]) -> None:
        """Hold it."""
        self.generation = 0
        self.draft: MutableMapping[bytes, bytes | None] = {}
        self._saved = saved

    def whole(self) -> Mapping[bytes, bytes]:
        """Return a copy, as the real one does."""
        return dict(self._saved)


def main(alerts: int = MANY) -> None:
    """Measure, and print."""
    logs.configure(json=False, level="critical")
    states = invented()
    saved = {
        f"{PARTITION}/alert {number}".encode(): encode(
            msgspec.structs.replace(states[number % EVENTS], alert=f"alert {number}")
        )
        for number in range(alerts)
    }
    gaps = asyncio.run(gaps_of(OpenAlerts(Table(saved))))
    print(f"{alerts:,} alerts read back in          {sum(gaps):6.1f} s")
    print(f"longest time between two turns    {1e3 * max(gaps):6.0f} ms")
    print(f"... of which {sum(gap > 0.1 for gap in gaps)} of {len(gaps)} are longer than 100 ms")


def invented() -> list[AlertState]:
    """Make the alerts of so many events."""
    press, gathering = Press(2 * EVENTS), Gathering()
    found: dict[str, AlertState] = {}
    while len(found) < EVENTS:
        found |= gathering.step(press.match(), START).changed
    return list(found.values())


async def gaps_of(memory: OpenAlerts) -> list[float]:
    """Read the alerts; return the times between two turns of the event loop."""
    reading = asyncio.create_task(memory.ready([PARTITION]))
    gaps: list[float] = []
    last = time.monotonic()
    while not reading.done():
        await asyncio.sleep(0)
        now = time.monotonic()
        gaps.append(now - last)
        last = now
    return gaps


if __name__ == "__main__":
    options = Options(__doc__, takes="a minute")
    options.number("alerts", MANY, "alerts")
    main(options.given().alerts)
