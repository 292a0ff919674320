"""The worker: rate on a backlog beside a Faust worker that passes bytes, latency, and return.

Rate: 20,000 stories of 3 KB wait in `stories`; from the first result on `tagged` to the last.
Latency: 200 stories a second, every tenth with an alert of its own; from the story's record to its
alert's. Return: a worker killed with -9 under such a flow and started again at once.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.support.options import Options
from benchmarks.support.stand import (
    Feeder,
    Reader,
    begin,
    percentile,
    process,
    story,
    until,
    wirewatch,
)
from connectors.kafka import ensure_topics
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import ALERTS, STORIES, TAGGED, Topic
from streams.model.alert import AlertEvent
from wirewatch.local_kafka import PrivateKafka

RATE = 200
SECONDS = 60
ALERT_EVERY = 10
RETURN_RATE = 50
MATCHING_EVERY = 100
CLIENT_FILE = "kafka/client.conf"
PASSED = Topic(name="passed", key="none", kept=3600)


def main(stories: int = 20_000) -> None:
    """Measure, and print a table."""
    begin()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with PrivateKafka(folder / "kafka") as kafka:
            ours, peers = [], []
            for turn in range(3):
                ours.append(backlog(kafka.access, folder, f"o{turn}-", stories, work))
                peers.append(backlog(kafka.access, folder, f"p{turn}-", stories, peer))
            show("tag, match and gather, stories/s through tag", sorted(ours)[1])
            show("Faust passing bytes, stories/s", sorted(peers)[1])
            show("ratio", sorted(ours)[1] / sorted(peers)[1])
            flow(kafka.access, folder)


Command = Callable[[KafkaAccess, str, Path], tuple[str, ...]]


def work(address: KafkaAccess, prefix: str, folder: Path) -> tuple[str, ...]:
    """Return the command of a worker of ours."""
    (folder / "wirewatch.toml").write_text(
        f'[kafka]\nprefix = "{prefix}"\nclient_file = "{CLIENT_FILE}"\n'
        f'compression = "{address.compression}"\n'
    )
    data = str(folder / f"{prefix}data")
    return wirewatch(
        "work", "--json", "--kafka", address.address, "--config", str(folder), "--data", data
    )


def peer(_: KafkaAccess, prefix: str, folder: Path) -> tuple[str, ...]:
    """Return the command of the peer."""
    program = (sys.executable, "-m", "benchmarks.program.peer")
    return (*program, str(folder / CLIENT_FILE), prefix, str(folder / f"{prefix}peer"))


def backlog(
    address: KafkaAccess, folder: Path, prefix: str, stories: int, command: Command
) -> float:
    """Return the rate at which a backlog is worked off, in stories per second."""
    ensure_topics(address, prefix=prefix)
    ensure_topics(address, prefix=prefix, topics=[PASSED])
    feeder = Feeder(address, prefix)
    for number in range(stories):
        feeder.put(story(number, matching=number % MATCHING_EVERY == 0, run=prefix))
    feeder.flush()
    feeder.close()
    out = PASSED if command is peer else TAGGED
    reader = Reader(address, prefix + out.name)
    with process(*command(address, prefix, folder), log=folder / "log"):
        began = until(1, reader)
        start = reader.count()
        ended = until(stories, reader)
    reader.close()
    return (stories - start) / (ended - began)


def flow(address: KafkaAccess, folder: Path) -> None:
    """Measure latency under a steady flow, then the return of a killed worker."""
    prefix = "flow-"
    ensure_topics(address, prefix=prefix)
    feeder = Feeder(address, prefix)
    command = work(address, prefix, folder)
    alerts = Reader(address, prefix + ALERTS.name)
    with process(*command, log=folder / "log"):
        feeder.put(story(0, matching=True, run=prefix))
        feeder.flush()
        until(1, alerts)
        numbers = range(1, RATE * SECONDS)
        flowing = (story(n, matching=n % ALERT_EVERY == 0, run=prefix) for n in numbers)
        feeder.at_rate(flowing, RATE)
        until(RATE * SECONDS // ALERT_EVERY, alerts)
    waits = latencies(address, prefix, alerts)
    show(f"story to alert at {RATE}/s, p50, ms", 1000 * percentile(waits, 0.50))
    show(f"story to alert at {RATE}/s, p99, ms", 1000 * percentile(waits, 0.99))
    returns = [comes_back(address, folder, turn) for turn in range(5)]
    show("kill -9 to the next story tagged, s, worst of 5", max(returns))


def latencies(address: KafkaAccess, prefix: str, alerts: Reader) -> list[float]:
    """Return the seconds from each story's record to its alert's, by Kafka's own times."""
    stories = Reader(address, prefix + STORIES.name)
    put = {record.key.decode(): record.timestamp for record in stories.rest()}
    stories.close()
    raised = [(decode(r.value, AlertEvent).story.id, r.timestamp) for r in alerts.rest()]
    if len(dict(raised)) != len(raised):
        raise RuntimeError(f"{len(raised)} events of {len(dict(raised))} stories")
    return [(time - put[story]) / 1000 for story, time in raised]


def comes_back(address: KafkaAccess, folder: Path, turn: int) -> float:
    """Return the seconds from a kill -9 of a worker to the next story that its successor tags."""
    prefix = "flow-"
    command = work(address, prefix, folder)
    feeder = Feeder(address, prefix)
    tagged = Reader(address, prefix + TAGGED.name)
    numbers = iter(range(10_000 * (turn + 1), 10_000 * (turn + 2)))
    stop = threading.Event()

    def feed() -> None:
        while not stop.wait(1 / RETURN_RATE):
            feeder.put(story(next(numbers), matching=False, run=prefix))

    thread = threading.Thread(target=feed)
    thread.start()
    try:
        with process(*command, log=folder / "log") as running:
            until(tagged.count() + 2 * RETURN_RATE, tagged)
            running.kill()
            running.wait()
            killed, before = time.monotonic(), tagged.count()
        with process(*command, log=folder / "log"):
            return until(before + 1, tagged) - killed
    finally:
        stop.set()
        thread.join()
        feeder.close()
        tagged.close()


def show(what: str, figure: float) -> None:
    """Print a row of the table."""
    print(f"{what:<60} {figure:>10,.2f}", flush=True)


if __name__ == "__main__":
    options = Options(__doc__, takes="ten minutes")
    options.number("stories", 20_000, "stories of the backlog")
    main(options.given().stories)
