"""How often coverage notices are wrong, and how soon they come: months of irregular sources.

Nine sources of 8 to 96 stories a day, with nights, weekends and a poll that fails for some minutes
about once a day, learn their rhythms by the functions of production. A notice of one source alone
counts as false when the source was read and only had a lull.
"""

import random
from datetime import timedelta

from benchmarks.support.options import Options
from connectors.delivery.coverage.sources import patience
from streams.model.watch import Watch
from tests.connectors.delivery.coverage.simulated import (
    DAY,
    MONTH,
    SimulatedSource,
    Simulation,
    moment,
)

RATES = (96, 60, 48, 40, 30, 24, 16, 12, 8)
ALL = Watch(id="all", title="All", everything=True)
LULL = timedelta(hours=6)
"""What is told so long after the last story is a lull: faults are told within a rhythm."""


def sources(seed: int) -> list[SimulatedSource]:
    """Return nine sources of which no two seeds have the same."""
    return [
        SimulatedSource(f"s{number}", rate, random.Random(f"bench {seed} {number}"))
        for number, rate in enumerate(RATES)
    ]


def false_notices(seed: int) -> list[int]:
    """Return the false notices of each source in a month, then those of a watch over all nine."""
    nine = sources(seed)
    alone = [Watch(id=one.name, title="", outlets=(one.name,), everything=True) for one in nine]
    simulation = Simulation(nine, [ALL, *alone])
    simulation.run(MONTH)
    opened = [one for one in simulation.news if not one.over]
    lulls = [one.watch for one in opened if one.at - one.since > LULL]
    return [*(lulls.count(one.name) for one in nine), sum(one.watch == ALL.id for one in opened)]


def dropped(seed: int) -> tuple[float, float, int]:
    """Let three of nine drop out; return minutes to the notice, their rhythm, and the notices."""
    began, nine = 3 * DAY + 10 * 3_600, sources(seed)
    for one in nine[:3]:
        one.down = lambda now: began <= now < began + DAY
    simulation = Simulation(nine, [ALL])
    simulation.run(began)
    rhythm = max(patience(one.rhythm.usual) for one in nine[:3])
    simulation.run(6 * DAY)
    first = simulation.news[0]
    took = (first.at - moment(began)).total_seconds() / 60
    return took, rhythm.total_seconds() / 60, len(simulation.news)


def main(months: int) -> None:
    """Print what came of so many months."""
    found = [false_notices(seed) for seed in range(months)]
    alone = [count for counts in found for count in counts[:-1]]
    print(f"months: {months}, source-months: {len(alone)}")
    print(f"false notices a source and month: {sum(alone) / len(alone):.2f}, most {max(alone)}")
    print(f"notices of the watch over all nine: {sum(counts[-1] for counts in found)}")
    for seed in range(months):
        took, rhythm, count = dropped(seed)
        print(
            f"3 of 9 dropped: told after {took:.0f} min, rhythm {rhythm:.0f} min, {count} notices"
        )


if __name__ == "__main__":
    options = Options(__doc__, takes="some minutes")
    options.number("months", 6, "months")
    main(options.given().months)
