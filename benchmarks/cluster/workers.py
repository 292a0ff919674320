"""Workers that come, go and are killed under load: they raise the alerts that one alone raises.

Stories of eight watches, each event told by one to three outlets, come at a steady rate while the
workers become 1, 3, 2 (kill -9), 4, 3 (SIGTERM), 2 (kill -9). Then one worker alone reads the same
stories, on topics of its own. The exit code is 1 when any story is in another alert than there, in
none or in two.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.support.options import Options
from benchmarks.support.stand import Feeder, Reader, begin, percentile, story, wirewatch
from connectors.kafka import ensure_topics
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import ALERTS, STORIES
from streams.model.alert import AlertEvent
from streams.model.story import Story, digest
from wirewatch.local_kafka import PrivateKafka

COUNTRIES = {
    "KH": "Cambodia",
    "VN": "Vietnam",
    "JP": "Japan",
    "KE": "Kenya",
    "BR": "Brazil",
    "PL": "Poland",
    "IN": "India",
    "CL": "Chile",
}
EVENT_EVERY = 10
OUTLETS, LATER = 3, 200
"""How many tell of an event at most, and so many stories apart."""
QUIET_SECONDS = 90.0
STEPS: Sequence[tuple[int, str]] = (
    (1, ""),
    (3, ""),
    (2, "kill"),
    (4, ""),
    (3, "stop"),
    (2, "kill"),
)
"""How many workers there are, and how those that are too many go."""


class Workers:
    """Workers as processes, each with a folder of its own."""

    def __init__(self, kafka: KafkaAccess, folder: Path, prefix: str) -> None:
        """Start none yet."""
        self._folder, self._prefix = folder, prefix
        self._kafka = kafka
        self._running: list[subprocess.Popen[bytes]] = []
        self._started = 0

    def become(self, number: int, how: str) -> None:
        """Start or end workers until there are so many; the oldest goes first."""
        while len(self._running) < number:
            self._start()
        while len(self._running) > number:
            going = self._running.pop(0)
            going.kill() if how == "kill" else going.terminate()
            going.wait()

    def _start(self) -> None:
        self._started += 1
        data = self._folder / f"{self._prefix}{self._started}"
        config = self._folder / f"{self._prefix}config"
        words = ("work", "--json", "--config", str(config), "--data", str(data))
        with (self._folder / f"{data.name}.log").open("wb") as log:
            running = subprocess.Popen(wirewatch(*words), stdout=log, stderr=log)
        self._running.append(running)

    def configure(self, client_file: Path) -> None:
        """Write what all of them go by."""
        config = self._folder / f"{self._prefix}config"
        config.mkdir()
        (config / "wirewatch.toml").write_text(
            f'[kafka]\naddress = "{self._kafka}"\nclient_file = "{client_file}"\n'
            f'prefix = "{self._prefix}"\n[tagging]\nencoder = "none"\n'
        )
        (config / "watches.toml").write_text(
            "".join(
                f'[[watch]]\nid = "{code}"\ntitle = "{name}"\npair = ["{code}", "US"]\n'
                'topics = ["defense"]\n'
                for code, name in COUNTRIES.items()
            )
        )


def stories(count: int) -> Iterator[Story]:
    """Return stories in the order in which they come."""
    for number in range(count):
        if number % EVENT_EVERY:
            yield story(number, matching=False, size=1_000, run="workers")
            continue
        yield told(number, 0)
        for outlet in range(1, OUTLETS):
            first = number - outlet * LATER
            if first >= 0 and (first // EVENT_EVERY) % OUTLETS >= outlet:
                yield told(first, outlet)


def told(number: int, outlet: int) -> Story:
    """Return what an outlet tells of an event; all tell it in the same words."""
    made = story(number, matching=True, size=1_000, run="workers")
    name = [*COUNTRIES.values()][number // EVENT_EVERY % len(COUNTRIES)]
    return msgspec.structs.replace(
        made,
        id=digest(("workers", str(number), str(outlet))),
        source=f"Wire {outlet}",
        headline=made.headline.replace("Cambodia", name),
    )


def changing(kafka: PrivateKafka, folder: Path, rate: float, seconds: float) -> int:
    """Let workers come and go under load; return how many stories there were."""
    prefix = "many-"
    ensure_topics(kafka.access, prefix=prefix)
    workers, feeder = Workers(kafka.access, folder, prefix), Feeder(kafka.access, prefix)
    workers.configure(kafka.client_file)
    count = int(rate * seconds * len(STEPS))
    flow = list(stories(count))
    feeding = threading.Thread(target=feeder.at_rate, args=(iter(flow), rate), daemon=True)
    try:
        feeding.start()
        for number, how in STEPS:
            workers.become(number, how)
            print(f"{number} workers {how and f'({how})'}", flush=True)
            time.sleep(seconds)
        feeding.join()
        settle(kafka.access, prefix, flow)
    finally:
        workers.become(0, "stop")
        feeder.close()
    return count


def alone(kafka: PrivateKafka, folder: Path, count: int) -> None:
    """Let one worker read the same stories."""
    prefix = "one-"
    ensure_topics(kafka.access, prefix=prefix)
    workers, feeder = Workers(kafka.access, folder, prefix), Feeder(kafka.access, prefix)
    workers.configure(kafka.client_file)
    flow = list(stories(count))
    try:
        workers.become(1, "")
        for one in flow:
            feeder.put(one)
        feeder.flush()
        settle(kafka.access, prefix, flow)
    finally:
        workers.become(0, "stop")
        feeder.close()


def settle(kafka: KafkaAccess, prefix: str, flow: Sequence[Story]) -> None:
    """Wait until there is an event of each story of an event, or none has come for a while."""
    wanted = {one.id for one in flow if one.published is not None}
    reader = Reader(kafka, prefix + ALERTS.name)
    seen, since = set[str](), time.monotonic()
    while not wanted <= seen and time.monotonic() - since < QUIET_SECONDS:
        came = reader.rest()
        seen |= {decode(record.value, AlertEvent).story.id for record in came}
        since = time.monotonic() if came else since
        time.sleep(0.5)
    reader.close()


class Alerts:
    """What alerts there are in the end, and how they came."""

    def __init__(self, kafka: KafkaAccess, prefix: str) -> None:
        """Read them all."""
        put = {one.key.decode(): one.timestamp for one in _all(kafka, prefix + STORIES.name)}
        self.members: defaultdict[str, set[str]] = defaultdict(set)
        self.opened: defaultdict[str, set[str]] = defaultdict(set)
        self.waits: list[float] = []
        told = set[str]()
        for record in _all(kafka, prefix + ALERTS.name):
            event = decode(record.value, AlertEvent)
            self.members[event.alert] |= {event.story.id, *event.stories}
            if event.kind == "opened":
                self.opened[event.story.id].add(event.event)
            if event.story.id not in told and event.story.id in put:
                told.add(event.story.id)
                self.waits.append((record.timestamp - put[event.story.id]) / 1000)

    @property
    def groups(self) -> set[frozenset[str]]:
        """Which stories are together."""
        return {frozenset(members) for members in self.members.values()}

    @property
    def stories(self) -> set[str]:
        """Return the stories that are in any."""
        return set[str]().union(*self.members.values())


def _all(kafka: KafkaAccess, topic: str) -> list[Any]:
    reader = Reader(kafka, topic)
    try:
        return reader.rest()
    finally:
        reader.close()


def main() -> int:
    """Do it, and print the account."""
    options = Options(__doc__, takes="five minutes")
    options.add_argument("--rate", type=float, default=100.0, help="stories a second (%(default)s)")
    options.add_argument(
        "--seconds", type=float, default=25.0, help="between two changes (%(default)s)"
    )
    given = options.given()
    begin()
    with tempfile.TemporaryDirectory() as name, PrivateKafka(Path(name) / "kafka") as kafka:
        count = changing(kafka, Path(name), given.rate, given.seconds)
        alone(kafka, Path(name), count)
        many, one = (Alerts(kafka.access, prefix) for prefix in ("many-", "one-"))
    twice = sum(len(events) > 1 for events in many.opened.values())
    differing = many.groups ^ one.groups
    rows = {
        "stories": f"{len(list(stories(count)))}",
        "in alerts: changing workers, one alone": f"{len(many.stories)}, {len(one.stories)}",
        "alerts: changing workers, one alone": f"{len(many.groups)}, {len(one.groups)}",
        "alerts that the other has not": f"{len(differing)}",
        "stories that opened an alert under two ids": f"{twice}",
        "story to alert while workers change, p50, p99, max, s": ", ".join(
            f"{percentile(many.waits, share):.1f}" for share in (0.5, 0.99, 1.0)
        ),
    }
    for what, value in rows.items():
        print(f"{what:<60} {value:>14}")
    return int(bool(differing) or bool(twice) or not many.groups)


if __name__ == "__main__":
    sys.exit(main())
