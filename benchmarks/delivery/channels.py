"""kill -9 of deliver at random moments, with a webhook, a mail server and a feed at once.

`python -m benchmarks.delivery.channels 20` makes twenty kills, with ten alerts for each, on a Kafka
of its own. What counts: nothing is lost; a repeat has the id that the receiver knows.
"""

import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from connectors.delivery.sinks.feed import FOLDER
from tests.support.delivering import Desk, Receiver, block, receiving
from tests.support.kafkas import known
from tests.support.mail_server import MailBox, mail_server
from tests.support.samples import sample_alert, sample_story
from tests.support.waiting import until
from wirewatch.local_kafka import PrivateKafka

ALERTS = 10
"""For each kill."""
LONGEST = 0.4
"""Seconds from the alerts to the kill at most: deliveries are under way then."""
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


def main(kills: int, seed: int = 7) -> None:
    """Kill deliver so often, and print what came of it."""
    dice = random.Random(seed)
    hook, expected = Receiver(), []
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
        for kill in range(kills):
            alerts = [sample_alert(sample_story(f"{kill}-{n}")) for n in range(ALERTS)]
            expected += [alert.event for alert in alerts]
            with desk.delivering() as process:
                desk.put(*alerts)
                time.sleep(dice.uniform(0, LONGEST))
                process.stop(signal.SIGKILL)
        with desk.delivering():
            until(lambda: not desk.ask("SELECT 1 FROM deliveries WHERE state = 'pending'"))
            until(lambda: desk.ask("SELECT count(*) FROM deliveries") == [(3 * len(expected),)])
            until(lambda: not desk.ask("SELECT 1 FROM deliveries WHERE state = 'pending'"))
        feed = json.loads((Path(folder) / "data" / FOLDER / "feed" / "all.json").read_bytes())
        told = {
            "webhook": Counter(hook.ids),
            "mail": Counter(str(message["Message-ID"]) for message in box.messages),
            "feed": Counter(one for item in feed["items"] for one in item["_wirewatch"]["events"]),
        }
    print(f"{kills} kills, {len(expected):,} alerts")
    for name, ids in told.items():
        repeats = ids.total() - len(ids)
        print(f"{name:8} lost {len(expected) - len(ids)}, repeated under the same id {repeats}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
