"""From ten thousand feeds to a million, by a simulated clock.

Only what poll decides is real: when which feed is asked, by the heap that it uses, with as many
polls at once as it has. What a poll costs in itself `benchmarks.polling.scale` says.
"""

import resource

from benchmarks.polling.scale import simulate
from benchmarks.support import stand
from benchmarks.support.options import Options

ROUNDS = 1.25
"""Each is asked once, and a quarter of them a second time, which can be late."""
STEPS = ((10_000, 300), (100_000, 300), (1_000_000, 3_600))
"""How many feeds, and the seconds between two polls of each."""


def main() -> None:
    """Simulate each step, and print the most memory that it took so far."""
    stand.begin()
    for feeds, interval in STEPS:
        print(f"every {interval} s:", end=" ", flush=True)
        simulate(feeds, ROUNDS * interval, interval)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"  {most:.0f} MiB at most")


if __name__ == "__main__":
    options = Options(__doc__, takes="a minute or two")
    options.given()
    main()
