"""kill -9 of deliver at every step and at random, with a webhook, a mail server and a feed at once.

Each time three alerts, each opened and updated, are on Kafka when `wirewatch deliver` starts; it
kills itself at a step, or is killed from outside. What counts in the end: nothing is lost, each
alert's events came in their order, a repeat has the id that the receiver knows, no more than one a
kill for each receiver, and none is in the feeds. With `swapped` an event counts as
delivered before it is sent, which must lose some: else this proves nothing.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import msgspec

from benchmarks.delivery.mines import OFTEN, ONCE
from benchmarks.support import stand
from benchmarks.support.options import Options
from connectors.delivery.sinks.feed import FOLDER
from connectors.delivery.sinks.feed_document import ATOM
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import DELIVERIES
from streams.model.alert import AlertEvent, Kind, event_id
from streams.model.delivery import DeliveryReport
from tests.support.commands import environment
from tests.support.delivering import Desk, Receiver, block, receiving
from tests.support.kafkas import known
from tests.support.mail_server import MailBox, mail_server
from tests.support.samples import sample_alert, sample_story
from tests.support.waiting import until
from wirewatch.local_kafka import PrivateKafka

ALERTS = 3
"""For each kill; two events each."""
LONGEST = 0.6
"""Seconds from when deliver reads to the kill at most: deliveries are under way then."""
TIMES = 2
"""Kills at each step."""
PATIENCE = 30.0
"""Seconds after which a step that isn't reached is given up on."""
MAIL = """
[mail]
host = "localhost"
port = {port}
security = "none"
from = "w@example.org"
"""
CHANNELS = """
[[subscriber]]
id = "mail"
kind = "mail"
to = "desk@example.org"

[[subscriber]]
id = "feed"
kind = "feed"
"""


def two_events(name: str) -> list[AlertEvent]:
    """Return an alert's opening and an update."""
    opened = sample_alert(sample_story(name))
    alert = f"alert-{name}"
    return [
        msgspec.structs.replace(
            opened, alert=alert, kind=kind, event=event_id(alert=alert, kind=kind, version=name)
        )
        for kind in (Kind.OPENED, Kind.UPDATED)
    ]


@dataclass
class Stand:
    """Deliver with its three receivers; what was put on Kafka is `expected`, in order."""

    desk: Desk
    hook: Receiver
    box: MailBox
    order: str
    expected: list[AlertEvent] = field(default_factory=list)
    kills: int = 0
    missed: list[str] = field(default_factory=list)
    """Steps that weren't reached."""
    fed: dict[str, list[str]] = field(default_factory=dict)
    """What was in the feed of each alert: a feed keeps its newest alone."""

    def alerts(self) -> None:
        """Put the alerts of one kill on Kafka."""
        number = len(self.expected)
        events = [one for n in range(ALERTS) for one in two_events(f"{number}-{n}")]
        self.expected += events
        self.desk.put(*events)

    @contextmanager
    def delivering(self, step: str, count: int) -> Iterator[subprocess.Popen[bytes]]:
        """Run deliver with a mine; it is ended in any case."""
        words = ["deliver", "--json", "--config", str(self.desk.folder)]
        words += ["--kafka", self.desk.kafka.address, "--data", str(self.desk.folder / "data")]
        command = [sys.executable, "-m", "benchmarks.delivery.mines", step, str(count)]
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                [*command, self.order, *words],
                stdout=log,
                stderr=log,
                env=environment({}, words),
            )
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    @property
    def log(self) -> Path:
        """What deliver said, of its last start."""
        return self.desk.folder / "deliver.log"

    def kill_at(self, step: str, count: int) -> None:
        """Let it kill itself at a step."""
        self.alerts()
        with self.delivering(step, count) as process:
            try:
                process.wait(PATIENCE)
                self.kills += 1
            except subprocess.TimeoutExpired:
                self.missed.append(step)
        self.look_at_feed()

    def kill_at_random(self, dice: random.Random) -> None:
        """Kill it while it delivers; now and then while it starts."""
        self.alerts()
        with self.delivering("never", 1) as process:
            if dice.random() < 0.2:
                time.sleep(dice.uniform(0, 2))
            else:
                until(
                    lambda: b'"delivering"' in self.log.read_bytes() or process.poll() is not None
                )
                assert process.poll() is None, self.log.read_text("utf-8")
                time.sleep(dice.uniform(0, LONGEST))
            process.kill()
            self.kills += 1
        self.look_at_feed()

    def look_at_feed(self) -> None:
        """Remember what is in the feed now."""
        path = self.desk.folder / "data" / FOLDER / "feed" / "all.json"
        items = json.loads(path.read_bytes())["items"] if path.exists() else []
        assert len({item["id"] for item in items}) == len(items)
        self.fed |= {item["id"]: item["_wirewatch"]["events"] for item in items}

    def finish(self) -> None:
        """Deliver the rest in peace, and report it on Kafka."""
        wanted = 3 * len(self.expected)
        with self.delivering("never", 1):
            until(lambda: self.log.exists() and b'"delivering"' in self.log.read_bytes())
            until(lambda: self.desk.ask("SELECT count(*) FROM deliveries") == [(wanted,)])
            until(
                lambda: not self.desk.ask("SELECT 1 FROM deliveries WHERE state = 'pending'"), 900
            )
            until(lambda: not self.desk.ask("SELECT 1 FROM settled"))

    def told(self) -> dict[str, Sequence[str]]:
        """Return the ids that each receiver has, as they came."""
        self.look_at_feed()
        atom = ElementTree.parse(self.desk.folder / "data" / FOLDER / "feed" / "all.atom")
        entries = atom.findall(f"{{{ATOM}}}entry/{{{ATOM}}}id")
        assert {one.text for one in entries} <= self.fed.keys()
        assert len({one.text for one in entries}) == len(entries)
        return {
            "webhook": self.hook.ids,
            "mail": [
                str(message["Message-ID"]).strip("<").partition(".")[0]
                for message in self.box.messages
            ],
            "feed": [event for events in self.fed.values() for event in events],
            "reports": list(reported(self.desk.kafka)),
        }

    def account(self) -> None:
        """Print what came of it."""
        print(f"{self.order}: {self.kills} kills, {len(self.expected):,} events", flush=True)
        if self.missed:
            print(f"  steps not reached: {Counter(self.missed)}")
        for name, ids in self.told().items():
            wanted = [one.event for one in self.expected]
            if name == "reports":
                wanted = [f"{one} {to}" for one in wanted for to in ("hook", "mail", "feed")]
            lost = len(set(wanted) - set(ids))
            print(
                f"  {name:8} lost {lost}, repeated {len(ids) - len(set(ids))},"
                f" out of order {disorder(self.expected, ids)}",
                flush=True,
            )


def reported(kafka: KafkaAccess) -> Iterator[str]:
    """Return what `deliveries` says was delivered."""
    with closing(stand.Reader(kafka, DELIVERIES.name, DELIVERIES.partitions)) as reader:
        for record in reader.rest():
            report = decode(record.value, DeliveryReport)
            yield f"{report.event} {report.subscriber}"


def disorder(expected: Sequence[AlertEvent], ids: Sequence[str]) -> int:
    """Count the alerts whose update came before the opening."""
    places: dict[str, int] = {}
    for place, name in enumerate(ids):
        places.setdefault(name, place)
    pairs = zip(expected[::2], expected[1::2], strict=True)
    return sum(
        places[first.event] > places[second.event]
        for first, second in pairs
        if first.event in places and second.event in places
    )


def play(order: str, kills: Sequence[tuple[str, int]], random_kills: int, seed: int = 7) -> None:
    """Kill as told, then deliver the rest, and count."""
    dice, hook = random.Random(seed), Receiver()
    with (
        tempfile.TemporaryDirectory() as folder,
        PrivateKafka(Path(folder) / "kafka") as kafka,
        mail_server(MailBox()) as box,
        receiving(hook),
    ):
        desk = Desk(Path(folder), known(kafka), "")
        with (Path(folder) / "wirewatch.toml").open("a") as file:
            file.write(MAIL.format(port=box.port))
        desk.subscribers(block("hook", hook), CHANNELS)
        here = Stand(desk, hook, box, order)
        for step, count in kills:
            here.kill_at(step, count)
        for number in range(random_kills):
            here.kill_at_random(dice)
            if number % 20 == 19:
                print(f"{here.kills} kills", flush=True)
        here.finish()
        here.account()


def main(random_kills: int) -> None:
    """Kill in the right order of things, then in the wrong one."""
    stand.begin()
    dice = random.Random(3)
    kills = [(step, 1) for step in ONCE for _ in range(TIMES)]
    kills += [(step, dice.randint(1, 2 * ALERTS)) for step in OFTEN for _ in range(TIMES)]
    play("as it is", kills, random_kills)
    often = partial(dice.randint, 1, ALERTS)
    play("swapped", [("send", often()) for _ in range(2 * TIMES)], 0)


if __name__ == "__main__":
    options = Options(__doc__, takes="half an hour")
    options.number("kills", 200, "kills at random moments", kind=int)
    main(options.given().kills)
