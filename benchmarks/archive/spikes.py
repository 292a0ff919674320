"""How often the rule for spikes is wrong: on made-up weeks of a pair's stories, day by day.

Of each kind of pair some hundred live through eight weeks and then four that are judged. Days are
drawn from a negative binomial law: `bunching` is how far they stray beyond chance. A spike to be
found has five times what is usual, and eight stories at least.
"""

import random
from collections.abc import Callable

from benchmarks.support.options import Options
from wirewatch.archive.spikes import PAST, spike_over

PAIRS = 300
JUDGED = 28
TIMES, FEWEST = 5, 8
LEVELS = (0.1, 1.0, 5.0, 30.0)
BUNCHING = (0.0, 0.2, 0.5)
SHAPES: dict[str, Callable[[int], float]] = {
    "flat": lambda _: 1.0,
    "quiet weekends": lambda day: 0.4 if day % 7 in {5, 6} else 1.24,
    "doubling in eight weeks": lambda day: 2 ** (day / 56),
}


def drawn(mean: float, bunching: float, chance: random.Random) -> int:
    """Return the stories of a day."""
    if bunching:
        mean = chance.gammavariate(1 / bunching, mean * bunching)
    # Events that come at an even rate, counted until the day is over.
    count, at = 0, chance.expovariate(1.0)
    while at < mean:
        count += 1
        at += chance.expovariate(1.0)
    return count


def rates(
    level: float, bunching: float, shape: Callable[[int], float], pairs: int, chance: random.Random
) -> tuple[float, float]:
    """Return the false spikes of a pair in four weeks, and the share of the true ones found."""
    false = found = 0
    for _ in range(pairs):
        days = [drawn(level * shape(day), bunching, chance) for day in range(PAST + JUDGED)]
        false += sum(
            spike_over(days[:day], days[day]) is not None for day in range(PAST, PAST + JUDGED)
        )
        rise = max(TIMES * level, FEWEST) * shape(PAST)
        found += spike_over(days[:PAST], drawn(rise, bunching, chance)) is not None
    return false / pairs, found / pairs


def main(pairs: int) -> None:
    """Print a line for each kind of pair."""
    chance = random.Random(1)
    print(f"{'stories a day':>14} {'bunching':>9}  {'shape':<24} {'false/month':>11} {'found':>6}")
    for shape_name, shape in SHAPES.items():
        for bunching in BUNCHING:
            for level in LEVELS:
                false, found = rates(level, bunching, shape, pairs, chance)
                row = f"{level:>14g} {bunching:>9g}  {shape_name:<24} {false:>11.2f} {found:>6.0%}"
                print(row)


if __name__ == "__main__":
    options = Options(__doc__, takes="a few minutes")
    options.number("pairs", PAIRS, "pairs of each kind")
    main(options.given().pairs)
