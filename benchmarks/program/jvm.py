"""CPU of the private Kafka with one compiler and with two.

Three times in turn: from nothing to topics that can be used, the tool that prepares its folder
included, then each thousand stories of 3 KB. CPU, so that a busy machine counts for little.
"""

import os
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import psutil

from benchmarks.support import stand
from benchmarks.support.options import Options
from connectors.kafka import ensure_topics
from wirewatch.local_kafka import PrivateKafka, jvm

ONE = "-XX:TieredStopAtLevel=1"
TURNS = 3
THOUSANDS = 12


def main() -> None:
    """Measure, and print a table."""
    stand.begin()
    both = tuple(option for option in jvm.OPTIONS if option != ONE)
    kinds = {"both compilers": both, "one": (*both, ONE)}
    cost: dict[str, list[list[float]]] = {kind: [] for kind in kinds}
    for _ in range(TURNS):
        for kind, options in kinds.items():
            jvm.OPTIONS = options
            cost[kind].append(list(measured()))
    print(
        "CPU seconds, median of three: to usable topics; of the 1st, 4th and 12th thousand stories"
    )
    for kind, rows in cost.items():
        ready, *thousands = (median(column) for column in zip(*rows, strict=True))
        shown = (f"{thousands[number - 1]:>7.2f}" for number in (1, 4, 12))
        print(f"{kind:<15} {ready:>7.1f}", *shown)


def measured() -> Iterator[float]:
    """Give the CPU seconds of a start, then of each thousand stories."""
    begun = _ended()
    with (
        tempfile.TemporaryDirectory(prefix="wirewatch-jvm-") as name,
        PrivateKafka(Path(name) / "kafka") as kafka,
    ):
        assert kafka.pid is not None
        broker = psutil.Process(kafka.pid)
        ensure_topics(kafka.access)
        last = _cpu(broker)
        yield last + _ended() - begun
        feeder = stand.Feeder(kafka.access)
        for _ in range(THOUSANDS):
            for number in range(1_000):
                feeder.put(stand.story(number, matching=False))
                if number % 10 == 9:
                    feeder.flush()
            yield _cpu(broker) - last
            last = _cpu(broker)
        feeder.close()


def _cpu(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


def _ended() -> float:
    """Return the CPU of this process's children that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    Options(__doc__, takes="four minutes").given()
    # It would overrule what is measured.
    os.environ.pop("JDK_JAVA_OPTIONS", None)
    main()
